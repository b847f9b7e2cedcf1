"""A snapshot without some of its products, and these as a shop would bring them later."""

from __future__ import annotations

import copy

import numpy as np
import pyarrow as pa

from kg.snapshot import Edges, Holdout, IntArray, Snapshot
from recommender.arrays import BoolArray
from recommender.attributes import attribute_ids
from recommender.newcomers import NewProduct


def draw_absent(snapshot: Snapshot, *, share: float, seed: int) -> IntArray:
    """Draw products of the catalogue; give their rows in the id map, sorted."""
    catalogue = np.flatnonzero(snapshot.products["in_catalogue"].to_numpy().astype(np.bool_))
    drawn = np.random.default_rng(seed).choice(catalogue, round(share * len(catalogue)), replace=False)
    return np.sort(drawn).astype(np.int64) + snapshot.ids.slice("Product").start


def without_products(snapshot: Snapshot, absent: IntArray) -> Snapshot:
    """Give the snapshot as if it had never heard of some products: no interaction, and no link from or to them."""
    gone = np.zeros(len(snapshot.ids), dtype=np.bool_)
    gone[absent] = True
    changed = copy.copy(snapshot)
    changed.edges = {relation: _kept(snapshot.edges[relation], gone) for relation in snapshot.edges}
    products = snapshot.products
    known = products["in_catalogue"].to_numpy().astype(np.bool_) & ~gone[snapshot.ids.slice("Product")]
    place = products.schema.get_field_index("in_catalogue")
    changed.products = products.set_column(place, "in_catalogue", pa.array(known))
    return changed


def _kept(edges: Edges, gone: BoolArray) -> Edges:
    return _chosen(edges, ~(gone[edges.head] | gone[edges.tail]))


def _chosen(edges: Edges, kept: BoolArray) -> Edges:
    return Edges.of(edges.head[kept], edges.tail[kept], at=edges.at[kept], weight=edges.weight[kept])


def arrivals(snapshot: Snapshot, absent: IntArray) -> list[NewProduct]:
    """Give the absent products with what their own pages say: title, brand, categories, attributes and links.

    Links that lead from other products to them are left out: those were made later.
    """
    start = snapshot.ids.slice("Product").start
    rows = snapshot.products.take(pa.array(absent - start)).to_pylist()
    attributes = attribute_ids(snapshot, absent).to_pylist()
    place = np.full(len(snapshot.ids), -1, dtype=np.int64)
    place[absent] = np.arange(len(absent))
    links: list[dict[str, dict[str, float]]] = [{} for _ in rows]
    for relation in snapshot.relations():
        if relation.source != "Product" or relation.type in ("HAS_BRAND", "IN_CATEGORY", "HAS_ATTRIBUTE", "HAS_IMAGE"):
            continue
        edges = snapshot.edges[relation]
        own = np.flatnonzero(place[edges.head] >= 0)
        nodes = snapshot.ids.ids(edges.tail[own]).to_pylist()
        for product, node, weight in zip(place[edges.head[own]], nodes, edges.weight[own].tolist(), strict=True):
            links[product].setdefault(relation.label, {})[node] = weight
    return [
        NewProduct(
            **{key: row[key] for key in _TOLD if row[key] is not None},
            categories=tuple(row["categories"] or ()),
            attributes=tuple(attributes[number] or ()),
            links=links[number],
        )
        for number, row in enumerate(rows)
    ]


_TOLD = ("id", "name", "name_zh", "description", "description_zh", "price", "in_stock", "released", "brand", "image")


def buyers_of(snapshot: Snapshot, holdout: Holdout, absent: IntArray) -> tuple[list[str], list[str]]:
    """Give who bought an absent product, and which, in train or test, as ids of users and products, pair by pair."""
    targets = {kind.upper() for kind in snapshot.target_kinds}
    chosen = [edges for kind, edges in snapshot.interactions.items() if kind in targets]
    head = np.concatenate([edges.head for edges in chosen])
    tail = np.concatenate([edges.tail for edges in chosen])
    own = np.isin(tail, absent)
    users, products = snapshot.ids.ids(head[own]).to_pylist(), snapshot.ids.ids(tail[own]).to_pylist()
    test = holdout.test.filter(holdout.test["target"])
    names = set(snapshot.ids.ids(absent).to_pylist())
    later = [row for row in test.select(["user_id", "product_id"]).to_pylist() if row["product_id"] in names]
    users += [row["user_id"] for row in later]
    products += [row["product_id"] for row in later]
    return users, products


def train_alone(snapshot: Snapshot, holdout: Holdout, *, share: float, seed: int) -> tuple[Snapshot, Holdout]:
    """Give the data as if a share of train were the test part, and the test part did not exist."""
    rng = np.random.default_rng(seed)
    changed, test = copy.copy(snapshot), copy.copy(holdout)
    edges, rows = dict(snapshot.edges), []
    for kind, own in snapshot.interactions.items():
        (relation,) = snapshot.relations(kind)
        gone = rng.random(len(own)) < share
        edges[relation] = _chosen(own, ~gone)
        users, products = snapshot.ids.ids(own.head[gone]), snapshot.ids.ids(own.tail[gone])
        target = pa.array(np.full(int(gone.sum()), kind.lower() in snapshot.target_kinds))
        rows.append(pa.table({"user_id": users, "product_id": products, "target": target}))
    changed.edges = edges
    test.__dict__["test"] = pa.concat_tables(rows)
    return changed, test
