"""Loading, updating, deleting, counting and streaming, the same on both engines."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from kg.errors import GraphStoreError
from kg.schema import NODES
from kg.store import EdgeKey, GraphStore
from kg.store.rows import edge_schema, edge_tables, node_schema
from tests.contract.conftest import Address
from tests.contract.rows import ALSO_BOUGHT, HAS_BRAND, T0, T1, VIEWED, batch, edges, ids, nodes

STRANGE = [
    "a",
    "Ａ",
    "😀",
    "商品-1",
    'it\'s "quoted" `so` \\n',
    "a\nb\tc",
    " spaced ",
    "ünï",
    "null",
    "DROP TABLE",
    "{x: 1}",
]
IN_ORDER = sorted(STRANGE, key=str.encode)


def test_an_empty_store_has_every_table_with_no_rows(store: GraphStore) -> None:
    assert store.node_counts() == dict.fromkeys(NODES, 0)
    assert store.edge_counts() == dict.fromkeys(edge_tables(), 0)
    assert nodes(store, "Product") == []
    assert edges(store, VIEWED) == []


def test_making_the_schema_again_changes_nothing(store: GraphStore) -> None:
    store.load_nodes("User", [ids("u")])
    store.create_schema()
    assert store.node_counts()["User"] == 1


def test_nodes_come_back_as_they_went_in_ordered_by_id(store: GraphStore) -> None:
    rows = [
        {"id": name, "name": name, "price": i / 3, "in_stock": i % 2 == 0, "released": T0 if i % 3 else None}
        for i, name in enumerate(STRANGE)
    ]
    rows[0] |= {"description": "长" * 150_000, "released": T1}
    assert store.load_nodes("Product", [batch(*rows)]) == len(rows)
    expected = {row["id"]: {k: v for k, v in row.items() if v is not None} for row in rows}
    assert nodes(store, "Product") == [expected[name] for name in IN_ORDER]


def test_streams_have_the_schema_of_the_table(store: GraphStore) -> None:
    store.load_nodes("User", [ids("u")])
    store.load_nodes("Product", [ids("p")])
    store.load_edges(VIEWED, [batch({"source": "u", "target": "p", "at": T0})])
    assert next(iter(store.nodes("Product"))).schema == node_schema("Product")
    assert next(iter(store.edges(VIEWED))).schema == edge_schema(VIEWED)


@pytest.mark.parametrize("again", [1, 2])
def test_loading_again_gives_the_same_graph(store: GraphStore, again: int) -> None:
    for _ in range(1 + again):
        store.load_nodes("User", [ids("u1", "u2")])
        store.load_nodes("Product", [ids("p1", "p2")])
        rows = batch(
            {"source": "u1", "target": "p1", "at": T0, "value": 1.0},
            {"source": "u1", "target": "p1", "at": T1, "value": 2.0},
            {"source": "u1", "target": "p1", "at": None, "value": 3.0},
            {"source": "u2", "target": "p1", "at": None, "value": None},
        )
        assert store.load_edges(VIEWED, [rows]) == 4
    assert edges(store, VIEWED) == [
        {"source": "u1", "target": "p1", "at": T1, "value": 2.0},
        {"source": "u1", "target": "p1", "at": T0, "value": 1.0},
        {"source": "u1", "target": "p1", "value": 3.0},
        {"source": "u2", "target": "p1"},
    ]
    assert store.edge_counts()[VIEWED] == 4


def test_absent_properties_stay_and_nulls_remove(store: GraphStore) -> None:
    store.load_nodes("Product", [batch({"id": "p", "name": "old", "price": 1.0, "released": T0})])
    store.load_nodes("Product", [batch({"id": "p", "name": "new"}, {"id": "q", "name": "other"})])
    assert nodes(store, "Product") == [
        {"id": "p", "name": "new", "price": 1.0, "released": T0},
        {"id": "q", "name": "other"},
    ]
    store.load_nodes("Product", [batch({"id": "p", "name": None, "released": None})])
    assert nodes(store, "Product")[0] == {"id": "p", "price": 1.0}


def test_edge_properties_update_by_key(store: GraphStore) -> None:
    store.load_nodes("User", [ids("u")])
    store.load_nodes("Product", [ids("p")])
    store.load_edges(VIEWED, [batch({"source": "u", "target": "p", "at": None, "value": 1.0, "split": "train"})])
    store.load_edges(VIEWED, [batch({"source": "u", "target": "p", "at": None, "value": None})])
    assert edges(store, VIEWED) == [{"source": "u", "target": "p", "split": "train"}]


def test_the_last_of_equal_rows_in_one_load_wins(store: GraphStore) -> None:
    first, second = batch({"id": "p", "name": "1"}, {"id": "p", "name": "2"}), batch({"id": "p", "name": "3"})
    store.load_nodes("Product", [first])
    assert nodes(store, "Product") == [{"id": "p", "name": "2"}]
    assert store.load_nodes("Product", [first, second]) == 3
    assert nodes(store, "Product") == [{"id": "p", "name": "3"}]
    same = batch({"source": "p", "target": "p", "weight": 1.0}, {"source": "p", "target": "p", "weight": 2.0})
    store.load_edges(ALSO_BOUGHT, [same])
    assert edges(store, ALSO_BOUGHT) == [{"source": "p", "target": "p", "weight": 2.0}]


def test_many_batches_in_and_out_of_order_with_repeats(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("ladybug", "neo4j", "neo4j_load"):  # small chunks, so that one load makes several transactions
        monkeypatch.setattr(
            f"kg.store.{module}.limit", lambda name: 64 if name.endswith("rows") else 10**9, raising=False
        )
    chance = random.Random(7)
    names = [f"n{i:03d}" for i in range(100)]
    store.load_nodes("Product", [ids(*names[i : i + 7]) for i in range(0, 100, 7)])
    pairs = sorted({(chance.choice(names), chance.choice(names)) for _ in range(1000)})
    shuffled = pairs + chance.choices(pairs, k=100)
    chance.shuffle(shuffled)
    for order in (pairs, shuffled):
        rows = [{"source": a, "target": b, "weight": float(i)} for i, (a, b) in enumerate(order)]
        store.load_edges(ALSO_BOUGHT, [batch(*rows[i : i + 50]) for i in range(0, len(rows), 50)])
        expected = {(row["source"], row["target"]): row for row in rows}
        assert edges(store, ALSO_BOUGHT) == [expected[pair] for pair in pairs]


def test_one_type_joins_several_pairs_of_labels(store: GraphStore) -> None:
    store.load_nodes("Product", [ids("x", "y")])
    store.load_nodes("Entity", [ids("x", "y")])
    keys = [EdgeKey(a, "RELATED_TO", b) for a in ("Product", "Entity") for b in ("Product", "Entity")]
    for number, key in enumerate(keys, 1):
        rows = [{"source": "x", "target": "y", "relation": f"r{i}"} for i in range(number)]
        store.load_edges(key, [batch(*rows, {"source": "x", "target": "x", "relation": None})])
    for number, key in enumerate(keys, 1):
        assert store.edge_counts()[key] == number + 1
        assert [row.get("relation") for row in edges(store, key)] == [None, *(f"r{i}" for i in range(number))]


def test_an_edge_without_its_end_is_refused_with_the_id_and_nothing_is_written(store: GraphStore) -> None:
    store.load_nodes("Product", [ids("p")])
    store.load_nodes("Brand", [ids("b")])
    rows = batch({"source": "p", "target": "b"}, {"source": "p", "target": "没有"})
    with pytest.raises(GraphStoreError, match='id "没有"'):
        store.load_edges(HAS_BRAND, [rows])
    assert store.edge_counts()[HAS_BRAND] == 0
    store.load_edges(HAS_BRAND, [batch({"source": "p", "target": "b"})])
    with pytest.raises(GraphStoreError, match='id "q"'):
        store.load_edges(HAS_BRAND, [batch({"source": "q", "target": "b"})])
    assert store.edge_counts()[HAS_BRAND] == 1


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"name": "x"}, 'no column "id"'),
        ({"id": "p", "colour": "red"}, 'no "colour" in the schema'),
        ({"id": "p", "price": "cheap"}, "does not fit the schema"),
        ({"id": None}, 'a row without "id"'),
    ],
)
def test_batches_that_do_not_fit_are_refused(store: GraphStore, rows: dict[str, object], message: str) -> None:
    with pytest.raises(GraphStoreError, match=message):
        store.load_nodes("Product", [batch(rows)])
    assert store.node_counts()["Product"] == 0


def test_tables_that_the_schema_lacks_are_refused(store: GraphStore) -> None:
    with pytest.raises(GraphStoreError, match='no node label "Spaceship"'):
        store.load_nodes("Spaceship", [ids("x")])
    with pytest.raises(GraphStoreError, match="no edges"):
        store.load_edges(EdgeKey("Brand", "VIEWED", "User"), [batch({"source": "a", "target": "b"})])


def test_deleting_nodes_takes_their_edges(store: GraphStore) -> None:
    store.load_nodes("Product", [ids("p", "q", "it's")])
    store.load_edges(
        ALSO_BOUGHT,
        [batch(*({"source": a, "target": b} for a, b in [("p", "q"), ("q", "p"), ("p", "p"), ("p", "it's")]))],
    )
    assert store.delete_nodes("Product", ["q", "it's", "absent"]) == 2
    assert nodes(store, "Product") == [{"id": "p"}]
    assert edges(store, ALSO_BOUGHT) == [{"source": "p", "target": "p"}]
    assert store.delete_nodes("Product", []) == 0


def test_deleting_edges_by_key(store: GraphStore) -> None:
    store.load_nodes("User", [ids("u")])
    store.load_nodes("Product", [ids("p")])
    rows = [{"source": "u", "target": "p", "at": at} for at in (T0, T1, None)]
    store.load_edges(VIEWED, [batch(*rows)])
    gone = batch(rows[0], rows[2], {"source": "u", "target": "absent", "at": T0})
    assert store.delete_edges(VIEWED, [gone]) == 2
    assert edges(store, VIEWED) == [{"source": "u", "target": "p", "at": T1}]


def test_clear_leaves_nothing_and_the_schema_can_be_made_again(store: GraphStore) -> None:
    store.load_nodes("Product", [ids("p")])
    store.load_edges(ALSO_BOUGHT, [batch({"source": "p", "target": "p"})])
    store.clear()
    store.create_schema()
    assert sum(store.node_counts().values()) + sum(store.edge_counts().values()) == 0


def test_what_was_written_is_there_after_opening_again(address: Address) -> None:
    with address.open() as store:
        store.create_schema()
        store.load_nodes("User", [ids("u")])
        store.close()
    with address.open() as store:
        assert nodes(store, "User") == [{"id": "u"}]


def test_large_streams_come_in_batches_in_order(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("ladybug", "neo4j"):
        monkeypatch.setattr(
            f"kg.store.{module}.limit", lambda name: 100 if name == "batch_rows" else 10_000_000, raising=False
        )
    names = [f"{i:05d}" for i in range(1050)]
    store.load_nodes("User", [pa.RecordBatch.from_pydict({"id": names[::-1]})])
    batches = list(store.nodes("User"))
    assert all(part.num_rows <= 100 for part in batches)
    assert [name for part in batches for name in part["id"].to_pylist()] == names
