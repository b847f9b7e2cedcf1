"""Every query of the library: the same rows from both engines, and rows at all, on a small demo shop."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from cypher import Query, QueryLibrary
from kg.store import GraphStore, open_store
from tests.demo_graph import fill, make_tables

LIBRARY = QueryLibrary.load()


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small shop's tables."""
    return make_tables(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def embedded(tables: Path) -> Iterator[GraphStore]:
    """The shop in the embedded engine."""
    with open_store(tables / "graph.lbug") as store:
        fill(store, tables)
        yield store


@pytest.fixture(scope="module")
def server(tables: Path, neo4j_uri: str, neo4j_auth: tuple[str, str]) -> Iterator[GraphStore]:
    """The shop in Neo4j."""
    user, password = neo4j_auth
    with open_store(neo4j_uri, user=user, password=password) as store:
        store.clear()
        fill(store, tables)
        yield store
        store.clear()


def values(query: Query, store: GraphStore) -> dict[str, object]:
    """Give the parameters that must be given: a node that has much to say, of the shop at hand."""
    busiest = {
        "Product": "MATCH (n:Product)<-[:PURCHASED]-(:User)",
        "User": "MATCH (n:User)-[:PURCHASED]->(:Product)",
        "Brand": "MATCH (n:Brand)<-[:HAS_BRAND]-(:Product)<-[:PURCHASED]-(:User)",
        "Category": "MATCH (n:Category)<-[:IN_CATEGORY]-(:Product)<-[:PURCHASED]-(:User)",
        "Attribute": "MATCH (n:Attribute)<-[:HAS_ATTRIBUTE]-(:Product)<-[:PURCHASED]-(:User)",
        "Aspect": "MATCH (n:Aspect)<-[:MENTIONS]-(:Review)",
        "Review": "MATCH (n:Review)-[:MENTIONS]->(:Aspect)",
    }
    chosen: dict[str, object] = {}
    taken: dict[str, int] = {}
    for one in query.parameters:
        if not one.required:
            continue
        if one.label is None:
            chosen[one.name] = one.example
            continue
        place = taken[one.label] = taken.get(one.label, -1) + 1
        found = store.query(
            f"{busiest[one.label]} WITH n.id AS id, count(*) AS times RETURN id ORDER BY times DESC, id "
            f"SKIP {place} LIMIT 1"
        )
        chosen[one.name] = found["id"][0].as_py()
    return chosen


@pytest.mark.parametrize("query", LIBRARY.list(), ids=lambda query: query.name)
def test_there_are_rows(query: Query, embedded: GraphStore) -> None:
    answer = LIBRARY.run(embedded, query.name, values(query, embedded))
    assert len(answer) > 0
    assert len(answer) == len({str(row) for row in answer.rows()}), "a row stands there twice"


@pytest.mark.neo4j
@pytest.mark.parametrize("query", LIBRARY.list(), ids=lambda query: query.name)
def test_both_engines_give_the_same_rows(query: Query, embedded: GraphStore, server: GraphStore) -> None:
    asked = values(query, embedded)
    one, other = (LIBRARY.run(store, query.name, asked) for store in (embedded, server))
    assert one.table.schema == other.table.schema
    assert len(one) == len(other)
    for mine, theirs in zip(one.rows(), other.rows(), strict=True):
        assert all(alike(mine[name], theirs[name]) for name in mine), (mine, theirs)


def alike(mine: object, theirs: object) -> bool:
    """Sums of the same numbers in another order differ in their last digits."""
    if isinstance(mine, float) and isinstance(theirs, float):
        return math.isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-12)
    return mine == theirs
