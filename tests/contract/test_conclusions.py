"""Both engines hold what models concluded beside what was given, replace it as a whole, and lose it alike."""

from __future__ import annotations

import pyarrow as pa
import pytest

from embeddings.links.proposals import SCHEMA, Proposals
from embeddings.links.write import write_proposals
from kg.errors import ConfigurationError, GraphStoreError
from kg.store import EdgeKey, GraphStore
from kg.store.inferred import Written, remove_conclusions, write_conclusions

Row = tuple[str, str, str, str, str, float]
BRAND = ("Product", "p1", "HAS_BRAND", "Brand", "acme", 0.9)
DRY = ("Product", "p1", "HAS_ATTRIBUTE", "Attribute", "waterproof=yes", 0.8)
BOTH = ("Product", "p1", "ALSO_BOUGHT", "Product", "p2", 0.7)
VIEWED = ("Product", "p1", "ALSO_VIEWED", "Product", "p2", 0.6)
RUNNING = ("User", "u1", "INTERESTED_IN", "Category", "running", 0.85)


def proposed(*rows: Row, model: str = "transe") -> Proposals:
    names = ("head_label", "head", "relation", "tail_label", "tail", "confidence")
    whole = [{**dict(zip(names, row, strict=True)), "model": model, "supporters": [], "shared": []} for row in rows]
    return Proposals(model, pa.Table.from_pylist(whole, SCHEMA), ())


def fill(store: GraphStore) -> None:
    for label, ids in {
        "User": ["u1"],
        "Product": ["p1", "p2"],
        "Brand": ["acme"],
        "Category": ["running"],
        "Attribute": ["waterproof=yes"],
    }.items():
        store.load_nodes(label, [pa.record_batch({"id": pa.array(ids)})])
    given = pa.record_batch({"source": pa.array(["p2"]), "target": pa.array(["acme"])})
    store.load_edges(EdgeKey("Product", "HAS_BRAND", "Brand"), [given])


def held(store: GraphStore) -> set[tuple[object, ...]]:
    likely = store.query(
        "MATCH (h:Product)-[r:LIKELY]->(t) RETURN h.id AS h, r.relation AS r, t.id AS t, r.score AS s, r.model AS m"
    )
    interested = store.query(
        "MATCH (h:User)-[r:INTERESTED_IN]->(t) "
        "RETURN h.id AS h, 'INTERESTED_IN' AS r, t.id AS t, r.score AS s, r.model AS m"
    )
    return {tuple(row.values()) for table in (likely, interested) for row in table.to_pylist()}


def expected(*rows: Row, model: str = "transe") -> set[tuple[object, ...]]:
    return {(head, relation, tail, score, model) for _, head, relation, _, tail, score in rows}


def test_conclusions_come_are_replaced_and_go(store: GraphStore) -> None:
    fill(store)
    first = (BRAND, DRY, BOTH, VIEWED, RUNNING)
    for removed in (0, 0):
        assert write_proposals(store, proposed(*first)) == Written(5, removed)
        assert held(store) == expected(*first)

    write_proposals(store, proposed(BRAND, model="votes"))
    changed = ("Product", "p1", "HAS_BRAND", "Brand", "acme", 0.95)
    assert write_proposals(store, proposed(changed, VIEWED)) == Written(2, 3)
    assert held(store) == expected(changed, VIEWED) | expected(BRAND, model="votes")

    assert write_proposals(store, proposed(*first), least=0.8) == Written(3, 1)
    assert remove_conclusions(store, "transe") == 3
    assert held(store) == expected(BRAND, model="votes")
    assert store.edge_counts()[EdgeKey("Product", "HAS_BRAND", "Brand")] == 1


def test_what_has_no_place_is_refused_before_anything_is_written(store: GraphStore) -> None:
    fill(store)
    with pytest.raises(ConfigurationError, match="no place"):
        write_proposals(store, proposed(BRAND, ("User", "u1", "HAS_ATTRIBUTE", "Attribute", "waterproof=yes", 0.9)))
    given = pa.table({"source": ["p1"], "target": ["acme"], "score": [0.5]})
    with pytest.raises(GraphStoreError, match="holds no conclusions"):
        write_conclusions(store, "m", {EdgeKey("Product", "HAS_BRAND", "Brand"): given})
    with pytest.raises(GraphStoreError, match='need a column "relation"'):
        write_conclusions(store, "m", {EdgeKey("Product", "LIKELY", "Brand"): given})
    assert held(store) == set()


def test_an_end_that_went_is_named(store: GraphStore) -> None:
    fill(store)
    store.delete_nodes("Brand", ["acme"])
    with pytest.raises(GraphStoreError, match="acme"):
        write_proposals(store, proposed(BRAND))
