"""Fixtures for every test: the public data sets, and a real Neo4j server; which tests share a process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.neo4j_server import Neo4jServer, Neo4jUnavailable, neo4j_server

_ROOT = Path(__file__).resolve().parent.parent


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a folder's tests in one process, which makes their shops and models once, and all of Neo4j's in another.

    One Neo4j serves one test at a time: each begins by emptying it.
    """
    for item in items:
        neo4j = "neo4j_running" in getattr(item, "fixturenames", ()) or item.get_closest_marker("neo4j")
        group = "neo4j" if neo4j else item.path.parent.relative_to(_ROOT).as_posix()
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: not item.path.is_relative_to(_ROOT / "tests" / "e2e"))  # the longest first


def _unavailable(reason: str) -> None:
    """Skip, except in continuous integration, where everything has to run."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of the public research sets: ``SHOPGRAPH_DATA``, or ``../shared/data`` from the project's root."""
    folder = Path(os.environ.get("SHOPGRAPH_DATA") or _ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        _unavailable(f"No research data in {folder}; name their folder in SHOPGRAPH_DATA")
    return folder


@pytest.fixture(scope="session")
def neo4j_running() -> Iterator[Neo4jServer]:
    """The server that ``NEO4J_URI`` names, or one of the tests' own, started when the first test asks for it."""
    server = neo4j_server()
    try:
        running = server.__enter__()
    except Neo4jUnavailable as error:
        _unavailable(str(error))
        raise  # for the type checker: _unavailable does not return
    try:
        yield running
    finally:
        server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def neo4j_uri(neo4j_running: Neo4jServer) -> str:
    """Bolt address of the server."""
    return neo4j_running.uri


@pytest.fixture(scope="session")
def neo4j_auth(neo4j_running: Neo4jServer) -> tuple[str, str]:
    """User and password of the server."""
    return neo4j_running.user, neo4j_running.password
