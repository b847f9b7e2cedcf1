"""Several processes: killed at work, kept out by one another, and cut off from the server."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import neo4j
import pytest

from kg.errors import ConfigurationError, GraphStoreError
from kg.schema import NODES
from kg.store import open_store
from tests.contract import loader
from tests.contract.conftest import Address
from tests.contract.rows import ALSO_BOUGHT, edges, ids, nodes
from tests.neo4j_server import Neo4jServer, neo4j_server

_ROOT = Path(__file__).resolve().parents[2]


def _start(address: Address) -> subprocess.Popen[str]:
    login = [address.user or "", address.password or ""] if address.user else []
    return subprocess.Popen(
        [sys.executable, "-m", "tests.contract.loader", address.url, *login],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def _wait_for_loading(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "loading\n"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_load_killed_at_any_moment_is_finished_by_running_it_again(address: Address, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(3):
        process = _start(address)
        try:
            _wait_for_loading(process)
            time.sleep(chance.uniform(0.0, 2.5))
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
    with address.open() as store:
        loader.load(store)
        assert store.node_counts()["Product"] == loader.NODES
        assert store.edge_counts()[ALSO_BOUGHT] == len(set(_expected_edges()))
        assert nodes(store, "Product") == [row for part in loader.node_batches() for row in part.to_pylist()]
        assert {(row["source"], row["target"], row["weight"]) for row in edges(store, ALSO_BOUGHT)} == set(
            _expected_edges()
        )


def _expected_edges() -> list[tuple[str, str, float]]:
    return [(row["source"], row["target"], row["weight"]) for part in loader.edge_batches() for row in part.to_pylist()]


@pytest.mark.neo4j
def test_an_index_that_a_killed_program_left_without_its_constraint_is_made_anew(
    neo4j_uri: str, neo4j_auth: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.store.neo4j._SETTLED", 1.0)
    address = Address(neo4j_uri, *neo4j_auth)
    with address.open() as store, neo4j.GraphDatabase.driver(neo4j_uri, auth=neo4j_auth) as driver:
        store.clear()
        driver.execute_query("CREATE INDEX shopgraph_brand_id FOR (n:Brand) ON (n.id)")
        start = time.monotonic()
        store.create_schema()
        assert time.monotonic() - start > 1.0, "the server may be about to drop it itself"
        store.create_schema()
        assert store.load_nodes("Brand", [ids("a", "a")]) == 2
        assert nodes(store, "Brand") == [{"id": "a"}]
        names = driver.execute_query("SHOW CONSTRAINTS YIELD name RETURN collect(name) AS names").records[0]["names"]
        assert len([name for name in names if name.startswith("shopgraph_")]) == len(NODES)


def test_a_second_writing_process_is_told_who_writes(tmp_path: Path) -> None:
    address = Address(str(tmp_path / "graph.lbug"))
    process = _start(address)
    try:
        _wait_for_loading(process)
        with pytest.raises(GraphStoreError, match=f"process {process.pid} since 20.*run the command again"):
            address.open()
        with pytest.raises(GraphStoreError, match=f"being written by process {process.pid}"):
            open_store(address.url, read_only=True)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    with address.open() as store:
        store.create_schema()


def test_readers_share_a_graph_and_keep_writers_out(tmp_path: Path) -> None:
    path = tmp_path / "graph.lbug"
    with pytest.raises(GraphStoreError, match="no graph at"):
        open_store(path, read_only=True)
    with open_store(path) as store:
        store.create_schema()
        store.load_nodes("User", [ids("u")])
    with open_store(path, read_only=True) as one, open_store(path, read_only=True) as other:
        assert nodes(one, "User") == nodes(other, "User") == [{"id": "u"}]
        with pytest.raises(GraphStoreError, match="read-only"):
            one.load_nodes("User", [ids("v")])
        with pytest.raises(GraphStoreError, match="none while others read it"):
            open_store(path)
    open_store(path).close()


def test_a_file_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a graph " * 1000, encoding="utf-8")
    with pytest.raises(GraphStoreError, match="Cannot open the graph"):
        open_store(path)


def test_closing_twice_is_fine_and_a_closed_store_says_so(address: Address) -> None:
    store = address.open()
    store.close()
    store.close()
    with pytest.raises(GraphStoreError):
        store.node_counts()


@pytest.mark.parametrize("url", ["mysql://x", "http://127.0.0.1:7474"])
def test_unknown_engines_are_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="No graph engine"):
        open_store(url, password="x")


def test_a_server_needs_a_password() -> None:
    with pytest.raises(ConfigurationError, match="password"):
        open_store("bolt://127.0.0.1:7687")


@pytest.mark.neo4j
def test_a_wrong_password_is_told_plainly(neo4j_uri: str) -> None:
    with pytest.raises(GraphStoreError, match="refused the login"):
        open_store(neo4j_uri, user="neo4j", password="certainly wrong")


@pytest.mark.neo4j
def test_a_missing_database_is_told_plainly(neo4j_uri: str, neo4j_auth: tuple[str, str]) -> None:
    with pytest.raises(GraphStoreError, match="nosuchdatabase"):
        open_store(neo4j_uri, user=neo4j_auth[0], password=neo4j_auth[1], database="nosuchdatabase")


def test_a_server_that_is_not_there_is_told_plainly() -> None:
    with pytest.raises(GraphStoreError, match=r"Cannot reach Neo4j at bolt://127\.0\.0\.1:9"):
        open_store("bolt://127.0.0.1:9", password="x")


@pytest.mark.neo4j
@pytest.mark.slow
def test_a_server_that_goes_away_is_told_plainly(neo4j_running: Neo4jServer) -> None:
    if neo4j_running.pid is None:
        pytest.skip("NEO4J_URI names a server that is not ours to stop")
    with (
        neo4j_server(brief=True) as server,
        open_store(server.uri, user=server.user, password=server.password) as store,
    ):
        store.create_schema()
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(GraphStoreError, match="Cannot reach Neo4j"):
            store.load_nodes("User", [ids("u")])
        with pytest.raises(GraphStoreError, match="Cannot reach Neo4j"):
            store.query("RETURN 1 AS one")
