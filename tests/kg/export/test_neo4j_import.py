"""The files for neo4j-admin, imported by the real one and read back from the real server."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import neo4j
import pyarrow as pa
import pytest

from kg.export import EXPORTERS
from kg.export.tables import edge_tables
from kg.schema import NODES
from kg.store import open_store
from kg.store.protocol import GraphStore
from tests import neo4j_server as server
from tests.kg.export.test_store_exports import nasty
from tests.kg.fake_store import FakeStore, shop

pytestmark = [pytest.mark.neo4j, pytest.mark.slow, pytest.mark.timeout(900)]


def test_neo4j_holds_what_was_exported(tmp_path: Path) -> None:
    if "NEO4J_URI" in os.environ:
        pytest.skip("the import needs a server that is stopped; unset NEO4J_URI to start one")
    try:
        lib = server.jars()
    except server.Neo4jUnavailable as error:
        pytest.skip(str(error))
    expected = both(shop(), nasty())
    out = EXPORTERS["neo4j-admin"].export(cast(GraphStore, expected), tmp_path / "out")
    with started(lib, tmp_path / "home", out) as store:
        for label in NODES:
            assert rows(store.nodes(label)) == rows(expected.nodes(label))
        for key in edge_tables():
            assert rows(store.edges(key)) == rows(expected.edges(key))


def both(one: FakeStore, other: FakeStore) -> FakeStore:
    """Give one store with the nodes and edges of two."""
    nodes = {label: rows(one.nodes(label)) + rows(other.nodes(label)) for label in NODES}
    return FakeStore(nodes, {key: rows(one.edges(key)) + rows(other.edges(key)) for key in edge_tables()})


def rows(batches: Iterator[pa.RecordBatch]) -> list[dict[str, object]]:
    return sorted((row for batch in batches for row in batch.to_pylist()), key=repr)


@contextlib.contextmanager
def started(lib: Path, home: Path, out: Path) -> Iterator[GraphStore]:
    """Import what lies in ``out`` into a new home, run the server on it, and make the constraints."""
    home.mkdir()
    bolt, http = server._free_port(), server._free_port()
    server._configure(home, bolt=bolt, http=http, heap="512m", page_cache="64m")
    server._set_password(lib, home, "correct-horse")
    java = ["java", "-Xmx512m", *server._BRIEF, *server._OPENS, "-cp", f"{lib}/*"]
    _import(java, home, out)
    with (home / "server.log").open("wb") as log:
        folders = [f"--home-dir={home}", f"--config-dir={home}/conf"]
        process = subprocess.Popen(
            [*java, "org.neo4j.server.CommunityEntryPoint", *folders], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        uri = f"bolt://127.0.0.1:{bolt}"
        server._wait(server.Neo4jServer(uri, "neo4j", "correct-horse"), process, home / "server.log")
        with neo4j.GraphDatabase.driver(uri, auth=("neo4j", "correct-horse")) as driver:
            for statement in (out / "constraints.cypher").read_text("utf-8").splitlines():
                driver.execute_query(statement.rstrip(";"), database_="neo4j")  # type: ignore[arg-type]
        with open_store(uri, user="neo4j", password="correct-horse") as store:
            yield store
    finally:
        server.stop(process)


def _import(java: list[str], home: Path, out: Path) -> None:
    admin = home / "bin/neo4j-admin"
    admin.parent.mkdir()
    command = " ".join(f"'{word}'" for word in java)
    admin.write_text(f'#!/bin/sh\nexec {command} org.neo4j.cli.AdminTool "$@" < /dev/null\n')
    admin.chmod(0o755)
    places = {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf"), "PATH": f"{admin.parent}:{os.environ['PATH']}"}
    done = subprocess.run([out / "command.sh"], env=os.environ | places, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
