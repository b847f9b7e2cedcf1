"""Hostile queries: on neither engine does one write, read a file, call out or run past its limits; honest ones pass."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cypher import run_free
from kg.errors import QueryError
from kg.store import GraphStore, QueryLimits
from kg.store import ladybug as embedded_store
from kg.store import neo4j as server_store
from kg.store.guard import check_reading
from tests.contract.conftest import ENGINES
from tests.contract.test_library import embedded, server, tables  # noqa: F401 - fixtures

HERE = Path(__file__).parent
HOSTILE = [json.loads(line) for line in (HERE / "hostile.jsonl").read_text(encoding="utf-8").splitlines()]
HONEST = [json.loads(line) for line in (HERE / "honest.jsonl").read_text(encoding="utf-8").splitlines()]
LIMITS = QueryLimits(rows=1_000, seconds=0.3)
SECRET = "do not read me"
_LATE = 4.0
"""Seconds after its limit by which a query has ended, on a machine that does other things beside."""
_MEMORY = 1_500 * 2**20


@pytest.fixture(scope="module", params=ENGINES)
def shop(request: pytest.FixtureRequest) -> GraphStore:
    """The demo shop on each engine."""
    store: GraphStore = request.getfixturevalue("embedded" if request.param == "ladybug" else "server")
    return store


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """A port at which nobody should knock."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        opened.settimeout(0.05)
        yield opened


def counts(store: GraphStore) -> tuple[object, object]:
    return store.node_counts(), store.edge_counts()


def test_there_are_two_hundred() -> None:
    assert len({(one["query"], str(one.get("parameters"))) for one in HOSTILE}) >= 200
    assert len(HONEST) >= 25


@pytest.mark.parametrize("kind", sorted({one["kind"] for one in HOSTILE}))
def test_hostile_queries_do_no_harm(shop: GraphStore, kind: str, listener: socket.socket, tmp_path: Path) -> None:
    canary, out = tmp_path / "canary.csv", tmp_path / "out"
    canary.write_text(SECRET)
    before, memory = counts(shop), psutil.Process().memory_info().rss
    names = shop.query("MATCH (p:Product) RETURN p.id AS id, p.name AS name, p.price AS price ORDER BY id")
    port = str(listener.getsockname()[1])
    for one in HOSTILE:
        if one["kind"] != kind:
            continue
        text = one["query"].replace("CANARY", str(canary)).replace("OUT", str(out)).replace("PORT", port)
        start = time.monotonic()
        try:
            table = run_free(shop, text, one.get("parameters"), limits=LIMITS).table
        except QueryError:
            pass
        else:
            assert table.num_rows <= 1_000, one
            assert SECRET not in str(table.to_pylist()), one
        assert time.monotonic() - start < 0.3 + _LATE, one
        assert psutil.Process().memory_info().rss - memory < _MEMORY, one
    assert counts(shop) == before
    assert names.equals(shop.query("MATCH (p:Product) RETURN p.id AS id, p.name AS name, p.price AS price ORDER BY id"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["canary.csv"]
    with pytest.raises(TimeoutError):
        listener.accept()


def test_honest_queries_pass_and_answer_alike(
    shop: GraphStore,
    embedded: GraphStore,  # noqa: F811
) -> None:
    for one in HONEST:
        answer = run_free(shop, one["query"], one.get("parameters"), limits=QueryLimits(rows=1_000, seconds=20)).table
        expected = embedded.query(one["query"], one.get("parameters"))
        rows, wanted = answer.to_pylist(), expected.to_pylist()
        if "ORDER BY" not in one["query"]:
            rows, wanted = sorted(rows, key=str), sorted(wanted, key=str)
        assert len(rows) == len(wanted), one
        for mine, theirs in zip(rows, wanted, strict=True):
            assert mine == pytest.approx(theirs) if "avg" in one["query"] else mine == theirs, one


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (:Product {id: 'evil'})",
        "MATCH (p:Product) SET p.name = 'evil'",
        "MATCH (p:Product) DETACH DELETE p",
        "MERGE (p:Product {id: 'evil'})",
    ],
)
def test_the_engine_itself_refuses_writes(shop: GraphStore, cypher: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the reading of the text overlooked would meet the server's plan, and the reading transaction."""
    for module in (embedded_store, server_store):
        monkeypatch.setattr(module, "check_reading", lambda _: "")
    before = counts(shop)
    with pytest.raises(QueryError):
        shop.query(cypher, limits=LIMITS)
    if isinstance(shop, server_store.Neo4jStore):
        monkeypatch.setattr(shop, "_check_plan", lambda *_: None)
        with pytest.raises(QueryError):
            shop.query(cypher, limits=LIMITS)
    assert counts(shop) == before


@pytest.mark.parametrize("kind", ["write", "disguise", "files", "procedures", "administration", "nesting", "functions"])
def test_none_gets_past_the_reading_of_its_text(kind: str) -> None:
    passed = []
    for one in HOSTILE:
        if one["kind"] == kind:
            try:
                check_reading(one["query"])
            except QueryError:
                continue
            passed.append(one["query"])
    assert passed == []
