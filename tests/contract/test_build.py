"""From small clean tables to the graph, the same rows on both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kg.build import build
from kg.errors import InputError
from kg.store import EdgeKey, GraphStore
from kg.tables import TABLES
from tests.contract.rows import T0, T1, VIEWED, batch, edges, nodes

SHOP: dict[str, list[dict[str, Any]]] = {
    "products": [
        {
            "id": "p1",
            "title": "Trail shoe",
            "title_zh": "越野鞋",
            "brand": "Ækta's",
            "categories": ["Shoes > Running > Trail", "Sale"],
            "price": 9.5,
            "in_stock": True,
            "released": T0,
            "attributes": [{"name": "colour", "value": "red"}, {"name": "size", "value": "42"}],
        },
        {"id": "p2", "title": "Road shoe", "brand": "Ækta's", "categories": ["Shoes > Running"]},
        {"id": "p3", "in_catalogue": False, "attributes": [{"name": "colour", "value": "red"}]},
    ],
    "users": [{"id": "u1", "name": "Li", "attributes": [{"name": "age", "value": "30-39"}]}, {"id": "u2"}],
    "interactions": [
        {"user_id": "u1", "product_id": "p1", "kind": "viewed", "at": T0},
        {"user_id": "u1", "product_id": "p1", "kind": "viewed", "at": T1, "value": 2.0, "split": "train"},
        {"user_id": "u1", "product_id": "p1", "kind": "viewed"},
        {"user_id": "u2", "product_id": "p2"},
        {"user_id": "u2", "product_id": "p2", "kind": "rated", "value": 5.0},
    ],
    "reviews": [
        {
            "id": "r1",
            "user_id": "u1",
            "product_id": "p1",
            "title": "Good",
            "text": "好" * 1000,
            "rating": 4.0,
            "at": T0,
        },
        {"id": "r2", "product_id": "p2", "text": "anonymous"},
    ],
    "images": [{"id": "i1", "product_id": "p1", "path": "photos/1.jpg", "caption": "a shoe"}],
    "links": [
        {"product_id": "p1", "relation": "also_bought", "other_id": "p2", "weight": 0.5},
        {"product_id": "p1", "relation": "also_bought", "other_id": "p3"},
    ],
    "triples": [
        {"head": "p1", "relation": "made of", "tail": "rubber", "head_type": "product", "tail_type": "material"},
        {"head": "rubber", "relation": "comes from", "tail": "tree"},
        {"head": "p1", "relation": "made of", "tail": "p2", "head_type": "Product", "tail_type": "product"},
    ],
}


def write(folder: Path, tables: dict[str, list[dict[str, Any]]]) -> Path:
    """Write clean tables, those that are not there left out."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        pq.write_table(pa.Table.from_pylist(rows, schema=TABLES[name].arrow), folder / f"{name}.parquet")
    return folder


def everything(store: GraphStore) -> dict[str, list[dict[str, Any]]]:
    """Every node and edge of a store."""
    rows = {label: nodes(store, label) for label in store.node_counts()}
    return {**rows, **{str(key): edges(store, key) for key in store.edge_counts()}}


def test_each_table_becomes_its_nodes_and_edges(store: GraphStore, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    report = build(write(tmp_path / "clean", SHOP), store, progress=lambda *step: seen.append(step))
    red, pairs = {"target": "colour=red"}, {"origin": "input", "confidence": 1.0}
    filled = {name: rows for name, rows in everything(store).items() if rows}
    assert filled == {
        "User": [{"id": "u1", "name": "Li"}, {"id": "u2"}],
        "Product": [
            {"id": "p1", "name": "Trail shoe", "name_zh": "越野鞋", "price": 9.5, "in_stock": True}
            | {"in_catalogue": True, "released": T0},
            {"id": "p2", "name": "Road shoe", "in_catalogue": True},
            {"id": "p3", "in_catalogue": False},
        ],
        "Brand": [{"id": "Ækta's", "name": "Ækta's"}],
        "Category": [
            {"id": "Sale", "name": "Sale"},
            {"id": "Shoes", "name": "Shoes"},
            {"id": "Shoes > Running", "name": "Running"},
            {"id": "Shoes > Running > Trail", "name": "Trail"},
        ],
        "Attribute": [
            {"id": "age=30-39", "name": "age", "value": "30-39"},
            {"id": "colour=red", "name": "colour", "value": "red"},
            {"id": "size=42", "name": "size", "value": "42"},
        ],
        "Review": [
            {"id": "r1", "name": "Good", "text": "好" * 1000, "rating": 4.0, "at": T0},
            {"id": "r2", "text": "anonymous"},
        ],
        "Image": [{"id": "i1", "path": "photos/1.jpg", "caption": "a shoe"}],
        "Entity": [{"id": "rubber", "type": "material"}, {"id": "tree"}],
        "(User)-[:VIEWED]->(Product)": [
            {"source": "u1", "target": "p1", "at": T1, "value": 2.0, "split": "train"},
            {"source": "u1", "target": "p1", "at": T0},
            {"source": "u1", "target": "p1"},
        ],
        "(User)-[:PURCHASED]->(Product)": [{"source": "u2", "target": "p2"}],
        "(User)-[:RATED]->(Product)": [{"source": "u2", "target": "p2", "value": 5.0}],
        "(User)-[:WROTE]->(Review)": [{"source": "u1", "target": "r1"}],
        "(Review)-[:ABOUT]->(Product)": [{"source": "r1", "target": "p1"}, {"source": "r2", "target": "p2"}],
        "(Product)-[:HAS_BRAND]->(Brand)": [{"source": p, "target": "Ækta's"} for p in ("p1", "p2")],
        "(Product)-[:IN_CATEGORY]->(Category)": [
            {"source": "p1", "target": "Sale"},
            {"source": "p1", "target": "Shoes > Running > Trail"},
            {"source": "p2", "target": "Shoes > Running"},
        ],
        "(Product)-[:HAS_ATTRIBUTE]->(Attribute)": [
            {"source": "p1"} | red | pairs,
            {"source": "p1", "target": "size=42"} | pairs,
            {"source": "p3"} | red | pairs,
        ],
        "(User)-[:HAS_ATTRIBUTE]->(Attribute)": [{"source": "u1", "target": "age=30-39"} | pairs],
        "(Category)-[:PART_OF]->(Category)": [
            {"source": "Shoes > Running", "target": "Shoes"},
            {"source": "Shoes > Running > Trail", "target": "Shoes > Running"},
        ],
        "(Product)-[:ALSO_BOUGHT]->(Product)": [
            {"source": "p1", "target": "p2", "weight": 0.5},
            {"source": "p1", "target": "p3"},
        ],
        "(Product)-[:HAS_IMAGE]->(Image)": [{"source": "p1", "target": "i1"}],
        "(Product)-[:RELATED_TO]->(Product)": [{"source": "p1", "target": "p2", "relation": "made of"}],
        "(Product)-[:RELATED_TO]->(Entity)": [{"source": "p1", "target": "rubber", "relation": "made of"}],
        "(Entity)-[:RELATED_TO]->(Entity)": [{"source": "rubber", "target": "tree", "relation": "comes from"}],
    }
    assert report.nodes == store.node_counts()
    assert report.edges == store.edge_counts()
    assert not report.removed_nodes
    assert not report.removed_edges
    assert ("Product", 3, 3) in seen
    assert ("VIEWED", 3, 3) in seen


def test_building_again_changes_nothing(store: GraphStore, tmp_path: Path) -> None:
    folder = write(tmp_path / "clean", SHOP)
    build(folder, store)
    before = everything(store)
    report = build(folder, store)
    assert everything(store) == before
    assert not report.removed_nodes
    assert not report.removed_edges


def test_rows_that_come_change_and_vanish(store: GraphStore, tmp_path: Path) -> None:
    build(write(tmp_path / "clean", SHOP), store)
    later = {name: [dict(row) for row in rows] for name, rows in SHOP.items()}
    later["products"][0] |= {"price": None, "brand": "Nova", "categories": ["Sale"], "attributes": None}
    later["products"][1] |= {"brand": "Nova"}
    later["products"].append({"id": "p4", "title": "New"})
    later["interactions"] = [*later["interactions"][1:], {"user_id": "u2", "product_id": "p4", "kind": "viewed"}]
    later["reviews"] = later["reviews"][:1]
    later["triples"] = []
    folder = write(tmp_path / "clean", later)
    report = build(folder, store)
    assert report.removed_nodes == {"Brand": 1, "Category": 1, "Attribute": 1, "Review": 1, "Entity": 2}
    assert report.removed_edges[VIEWED] == 1
    with_fresh = everything(store)
    store.clear()
    build(folder, store)
    assert with_fresh == everything(store)


def test_what_the_system_inferred_stays(store: GraphStore, tmp_path: Path) -> None:
    build(write(tmp_path / "clean", SHOP), store)
    mentions = EdgeKey("Review", "MENTIONS", "Brand")
    has = EdgeKey("Product", "HAS_ATTRIBUTE", "Attribute")
    store.load_edges(mentions, [batch({"source": "r1", "target": "Ækta's", "start": 0, "end": 4})])
    store.load_nodes(
        "Attribute", [batch({"id": "pattern=dots", "name": "pattern", "value": "dots"}, {"id": "stray=1"})]
    )
    store.load_edges(has, [batch({"source": "p2", "target": "pattern=dots", "origin": "photo", "confidence": 0.8})])
    less = {**SHOP, "products": [SHOP["products"][0] | {"attributes": None}, *SHOP["products"][1:]]}
    report = build(write(tmp_path / "clean", less), store)
    assert report.removed_edges == {has: 2}
    assert report.removed_nodes == {"Attribute": 2}  # size=42 and stray=1
    assert edges(store, mentions) == [{"source": "r1", "target": "Ækta's", "start": 0, "end": 4}]
    assert [row["target"] for row in edges(store, has)] == ["pattern=dots", "colour=red"]
    again = build(tmp_path / "clean", store)
    assert not again.removed_nodes
    assert not again.removed_edges


def test_some_tables_may_be_missing(store: GraphStore, tmp_path: Path) -> None:
    build(write(tmp_path / "clean", {"products": SHOP["products"]}), store)
    assert store.node_counts()["Product"] == 3
    assert store.node_counts()["User"] == 0


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        ("interactions", {"user_id": "ghost", "product_id": "p1"}, 'interactions.user_id names 1 ids .* "ghost"'),
        ("links", {"product_id": "p1", "relation": "substitutes", "other_id": "p9"}, 'links.other_id .* "p9"'),
        (
            "triples",
            {"head": "x", "relation": "r", "tail": "p9", "tail_type": "product"},
            'triples.tail .* products.parquet .* "p9"',
        ),
    ],
)
def test_tables_that_name_what_they_do_not_hold_are_refused(
    store: GraphStore, tmp_path: Path, table: str, row: dict[str, Any], message: str
) -> None:
    folder = write(tmp_path / "clean", {**SHOP, table: [*SHOP[table], row]})
    with pytest.raises(InputError, match=message):
        build(folder, store)
    assert sum(store.node_counts().values()) == 0


def test_a_folder_without_tables_is_refused(store: GraphStore, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no clean tables"):
        build(tmp_path, store)
