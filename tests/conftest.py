"""Fixtures for every test: the public data sets, and a real Neo4j server; which tests share a process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.neo4j_server import Neo4jServer, Neo4jUnavailable, neo4j_server

_ROOT = Path(__file__).resolve().parent.parent
_LONGEST = ("contract", "e2e")
"""Folders that take longest, the first the longest of all."""

# A machine that does other things beside fails no property: what is tested is the answer, not the clock.
settings.register_profile("shopgraph", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shopgraph")

# Where Python may not keep what it compiles, each process that a test starts compiles PyTorch and PyKEEN anew, which
# makes 14 seconds of processor time of 6.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(_ROOT / ".cache" / "bytecode"))


class FolderScheduling(LoadScopeScheduling):
    """Keeps a folder's tests in one process, which makes their shops and models once.

    All that may ask Neo4j is one such folder: a server serves one test at a time, for each begins by emptying it.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.partition("::")[0].rpartition("/")[0]
        return "tests/contract" if "neo4j" in nodeid else folder


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer | None) -> FolderScheduling:
    """Say how tests are shared among processes."""
    return FolderScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the folders that take longest first, so that no process is left alone with one at the end."""
    items.sort(key=lambda item: _place(item.path))


def _place(path: Path) -> int:
    folder = path.relative_to(_ROOT / "tests").parts[0]
    return _LONGEST.index(folder) if folder in _LONGEST else len(_LONGEST)


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
    server = neo4j_server(brief=True)
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
