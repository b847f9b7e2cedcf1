"""Taking and opening snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest

from kg.errors import ConfigurationError, GraphStoreError, InputError, ModelError
from kg.snapshot import (
    Relation,
    Snapshot,
    SplitMethod,
    SplitSettings,
    load_holdout,
    load_snapshot,
    take_snapshot,
)
from kg.store.protocol import EdgeKey, GraphStore
from tests.kg.fake_store import FakeStore, Row, shop

WHOLE = SplitSettings(method=SplitMethod.NONE)


def take(store: FakeStore | GraphStore, folder: Path, split: SplitSettings = WHOLE) -> Snapshot:
    return take_snapshot(cast(GraphStore, store), folder / "snapshot", holdout=folder / "holdout", split=split)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def pairs(snapshot: Snapshot, relation: Relation) -> list[tuple[str, str]]:
    edges = snapshot.edges[relation]
    return list(zip(snapshot.ids.ids(edges.head).to_pylist(), snapshot.ids.ids(edges.tail).to_pylist(), strict=True))


def test_everything_of_the_graph_is_there(tmp_path: Path) -> None:
    store = shop()
    snapshot = take(store, tmp_path)
    assert {label: snapshot.ids.count(label) for label in store.node_counts()} == store.node_counts()
    counted: dict[EdgeKey, int] = dict.fromkeys(store.edge_counts(), 0)
    for relation, edges in snapshot.edges.items():
        counted[relation.key] += len(edges)
    assert counted | {EdgeKey("User", "INTERESTED_IN", "Brand"): 1} == store.edge_counts()
    generic = Relation("Product", "RELATED_TO", "Entity", "film.genre")
    assert pairs(snapshot, generic) == [("p1", "e0")]
    assert pairs(snapshot, Relation("Product", "RELATED_TO", "Entity")) == [("p2", "e0")]
    assert snapshot.relations("RELATED_TO") == tuple(sorted(snapshot.relations("RELATED_TO"), key=lambda r: r.label))
    assert list(snapshot.interactions) == ["VIEWED", "PURCHASED"]


def test_edges_are_sorted_and_carry_what_is_known(tmp_path: Path) -> None:
    snapshot = take(shop(), tmp_path)
    bought = snapshot.interactions["PURCHASED"]
    assert np.array_equal(np.lexsort((bought.at, bought.tail, bought.head)), np.arange(len(bought)))
    assert bought.at.max() == 23
    assert set(bought.value) == {1.0}
    mentions = snapshot.edges[Relation("Review", "MENTIONS", "Brand")]
    assert set(mentions.value) == {-1.0}
    assert set(mentions.weight) == {0.5}
    assert set(mentions.at) == {-1}
    with pytest.raises(ValueError, match="read-only"):
        bought.at[0] = 1


def test_products_are_aligned_and_describe_themselves(tmp_path: Path) -> None:
    snapshot = take(shop(), tmp_path)
    assert snapshot.products["id"].to_pylist() == snapshot.ids.label_ids("Product").to_pylist()
    product = snapshot.products.to_pylist()[1]
    assert (product["brand"], product["categories"], product["image"]) == ("Acme", ["Shoes > Running"], "b.jpg")
    assert product["in_catalogue"] is True
    assert product["in_stock"] is None
    assert snapshot.products["categories"].to_pylist()[0] == []
    assert snapshot.name(0) == "User 0"
    assert snapshot.name(int(snapshot.ids.rows("Category", ["Gifts"])[0])) == "Gifts"


def test_reviews_and_mentions_of_held_pairs_are_not_there(tmp_path: Path) -> None:
    snapshot = take(shop(), tmp_path, SplitSettings(method=SplitMethod.LEAVE_LAST_OUT))
    held = {(row["user_id"], row["product_id"]) for row in load_holdout(tmp_path / "holdout").test.to_pylist()}
    assert len(held) == 4
    for edges in snapshot.interactions.values():
        ids = zip(snapshot.ids.ids(edges.head).to_pylist(), snapshot.ids.ids(edges.tail).to_pylist(), strict=True)
        assert not held & set(ids)
    assert snapshot.reviews["id"].to_pylist() == ["r4"]
    assert pairs(snapshot, Relation("Review", "MENTIONS", "Brand")) == [("r4", "acme")]
    assert b"r0" not in (tmp_path / "snapshot/nodes.arrow").read_bytes()


def test_time_split_knows_no_later_review(tmp_path: Path) -> None:
    snapshot = take(shop(), tmp_path, SplitSettings(method=SplitMethod.TIME, fraction=0.4))
    cutoff = load_holdout(tmp_path / "holdout").manifest["cutoff"]
    assert max(edges.at.max() for edges in snapshot.interactions.values()) < cutoff
    assert all(at.timestamp() * 1000 < cutoff for at in snapshot.reviews["at"].to_pylist())


def test_attributes_taken_from_reviews_are_not_learned_from(tmp_path: Path) -> None:
    nodes: dict[str, list[Row]] = {
        "User": [{"id": "u"}],
        "Product": [{"id": f"p{n}"} for n in range(3)],
        "Attribute": [{"id": "color=red"}, {"id": "size=1"}],
    }
    edges: dict[EdgeKey, list[Row]] = {
        EdgeKey("User", "PURCHASED", "Product"): [{"source": "u", "target": f"p{n}", "at": n} for n in range(3)],
        EdgeKey("Product", "HAS_ATTRIBUTE", "Attribute"): [
            {"source": "p2", "target": "color=red", "origin": "input"},
            {"source": "p1", "target": "color=red"},
            {"source": "p2", "target": "size=1", "origin": "review"},
        ],
    }
    relation = Relation("Product", "HAS_ATTRIBUTE", "Attribute")
    assert len(take(FakeStore(nodes, edges), tmp_path).edges[relation]) == 3
    snapshot = take(FakeStore(nodes, edges), tmp_path, SplitSettings())
    assert pairs(snapshot, relation) == [("p1", "color=red"), ("p2", "color=red")]


def _given(test: dict[str, list[str]]) -> FakeStore:
    rows: list[Row] = [
        {"source": f"u{user}", "target": f"p{product}", "at": user + product, "split": "train"}
        for user in range(4)
        for product in range(2)
    ]
    held: list[Row] = [
        {"source": user, "target": product, "at": 50, "split": "test"} for user in test for product in test[user]
    ]
    return shop(PURCHASED=rows + held, VIEWED=[], WROTE=[], ABOUT=[], MENTIONS=[])


def test_shuffling_the_test_part_changes_no_byte(tmp_path: Path) -> None:
    one = {"u0": ["p2", "p3"], "u1": ["p4"], "u2": ["p5"], "u3": ["p3"]}
    other = {"u0": ["p5"], "u1": ["p3"], "u2": ["p3", "p4"], "u3": ["p2"]}
    for name, test in (("one", one), ("other", other)):
        take(_given(test), tmp_path / name, SplitSettings())
    assert contents(tmp_path / "one/snapshot") == contents(tmp_path / "other/snapshot")
    assert contents(tmp_path / "one/holdout") != contents(tmp_path / "other/holdout")


def test_batches_of_the_store_change_no_byte(tmp_path: Path) -> None:
    for rows in (1, 2, 100):
        store = shop()
        store._batch_rows = rows
        take(store, tmp_path / str(rows))
    assert contents(tmp_path / "1") == contents(tmp_path / "2") == contents(tmp_path / "100")


def test_validation_rows_lie_apart_too(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"source": "u0", "target": f"p{n}", "split": split} for n, split in enumerate(("train", "validation", "test"))
    ]
    snapshot = take(shop(PURCHASED=rows, VIEWED=[]), tmp_path, SplitSettings())
    holdout = load_holdout(tmp_path / "holdout")
    assert holdout.validation["product_id"].to_pylist() == ["p1"]
    assert holdout.test["product_id"].to_pylist() == ["p2"]
    assert holdout.snapshot == snapshot.fingerprint
    assert pairs(snapshot, Relation("User", "PURCHASED", "Product")) == [("u0", "p0")]


def test_an_empty_graph_has_an_empty_snapshot(tmp_path: Path) -> None:
    snapshot = take(FakeStore({}, {}), tmp_path, SplitSettings())
    assert (len(snapshot.ids), len(snapshot.edges), len(snapshot.products)) == (0, 0, 0)
    assert len(load_holdout(tmp_path / "holdout").test) == 0


def test_taking_again_replaces_and_nothing_else_is_ever_overwritten(tmp_path: Path) -> None:
    take(shop(), tmp_path)
    snapshot = take(shop(PURCHASED=[]), tmp_path)
    assert list(snapshot.interactions) == ["VIEWED"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["holdout", "snapshot"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    with pytest.raises(InputError, match="no snapshot"):
        take_snapshot(cast(GraphStore, shop()), tmp_path / "mine", holdout=tmp_path / "holdout")
    with pytest.raises(InputError, match="may not lie in"):
        take_snapshot(cast(GraphStore, shop()), tmp_path / "snapshot", holdout=tmp_path / "snapshot/holdout")
    assert (tmp_path / "mine/letter.txt").exists()


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    take(shop(), tmp_path)
    before = contents(tmp_path)
    with pytest.raises(GraphStoreError, match="'nobody', which is no node"):
        take(shop(PURCHASED=[{"source": "nobody", "target": "p1"}]), tmp_path)
    with pytest.raises(GraphStoreError, match="HAS_BRAND"):
        take(shop(HAS_BRAND=[{"source": "p1", "target": "nobody"}]), tmp_path)
    with pytest.raises(ConfigurationError):
        take(shop(), tmp_path, SplitSettings(method=SplitMethod.GIVEN))
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["nodes.arrow", "products.arrow", "edges/User.PURCHASED.Product.arrow"])
def test_damage_is_noticed(tmp_path: Path, name: str) -> None:
    take(shop(), tmp_path)
    path = tmp_path / "snapshot" / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(ModelError, match="is damaged"):
        load_snapshot(tmp_path / "snapshot")
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    snapshot = load_snapshot(tmp_path / "snapshot")
    with pytest.raises(ModelError, match="contents have changed"):
        assert snapshot.ids and snapshot.products and snapshot.interactions
    path.unlink()
    with pytest.raises(ModelError, match="is missing"):
        load_snapshot(tmp_path / "snapshot")


def test_other_folders_are_refused(tmp_path: Path) -> None:
    take(shop(), tmp_path)
    with pytest.raises(ModelError, match="is a shopgraph-snapshot"):
        load_holdout(tmp_path / "snapshot")
    with pytest.raises(ModelError, match="Take the snapshot first"):
        load_snapshot(tmp_path / "nowhere")
    manifest = tmp_path / "snapshot/manifest.json"
    text = manifest.read_text()
    manifest.write_text(text.replace('"version": 1', '"version": 2'))
    with pytest.raises(ModelError, match="of version 2"):
        load_snapshot(tmp_path / "snapshot")
    manifest.write_text(text.replace('"count": 4', '"count": 5'))
    with pytest.raises(ModelError, match="fingerprint does not match"):
        load_snapshot(tmp_path / "snapshot")
    manifest.write_text("{")
    with pytest.raises(ModelError, match="cannot be read"):
        load_snapshot(tmp_path / "snapshot")
