"""What models learn from: the interaction matrix, and every relation of the graph that says something about items.

An item is a product of the catalogue; its row in the matrices is its position here. External ids stay at the edges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from kg.errors import ModelError
from kg.snapshot import Relation, Snapshot
from recommender.arrays import BoolArray, Csr, IntArray, csr

KIND_WEIGHTS: Mapping[str, float] = {
    "PURCHASED": 1.0,
    "RATED": 1.0,
    "CARTED": 0.6,
    "CLICKED": 0.3,
    "VIEWED": 0.2,
}
"""How much an interaction counts, by its kind; where a customer did several things with a product, the most counts."""


@dataclass(frozen=True, slots=True)
class ItemRelation:
    """One relation of the graph as seen from the items.

    Attributes:
        name: relation's label, such as ``HAS_BRAND``.
        links: item-by-target matrix of link weights, ``(n_items, n_targets)``.
        targets: row of each target in the snapshot's id map, ``(n_targets,)``.
        direct: item-by-item matrix where the targets are products themselves, ``(n_items, n_items)``; else None.
        outgoing: the edges go from the item to the target.
    """

    name: str
    links: Csr
    targets: IntArray
    direct: Csr | None
    outgoing: bool


@dataclass(frozen=True, slots=True)
class TrainingData:
    """All that a model may learn from.

    Attributes:
        user_ids: external ids of the users, ``(n_users,)``.
        item_ids: external ids of the items, ``(n_items,)``.
        item_rows: row of each item in the snapshot's id map, ``(n_items,)``.
        interactions: user-by-item matrix of weights, see ``KIND_WEIGHTS``, ``(n_users, n_items)``.
        at: milliseconds since 1970 of each stored entry of ``interactions``, -1 where unknown, ``(n_entries,)``.
        target: entries of a kind that is to be predicted, such as purchases, ``(n_entries,)``.
        relations: what the graph says of the items, besides interactions.
    """

    user_ids: pa.StringArray
    item_ids: pa.StringArray
    item_rows: IntArray
    interactions: Csr
    at: IntArray
    target: BoolArray
    relations: tuple[ItemRelation, ...]

    @property
    def n_users(self) -> int:
        """Number of users."""
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.item_ids)

    def only(self, entries: BoolArray) -> TrainingData:
        """Give the same data with only the chosen stored entries of ``interactions``, ``(n_entries,)``."""
        coo = self.interactions.tocoo()
        kept = csr(
            coo.row[entries].astype(np.int64),
            coo.col[entries].astype(np.int64),
            coo.data[entries],
            self.interactions.shape,
        )
        return replace(self, interactions=kept, at=self.at[entries], target=self.target[entries])

    def without_relations(self) -> TrainingData:
        """Give the same data as if the graph held nothing but interactions."""
        return replace(self, relations=())


def training_data(snapshot: Snapshot, *, kind_weights: Mapping[str, float] = KIND_WEIGHTS) -> TrainingData:
    """Make the matrices a model learns from out of a snapshot.

    Raises:
        ModelError: the catalogue is empty.
    """
    products = snapshot.products
    rows = np.flatnonzero(products["in_catalogue"].to_numpy().astype(np.bool_)).astype(np.int64)
    if not len(rows):
        raise ModelError("The catalogue is empty: no product has in_catalogue. Import products first.")
    start = snapshot.ids.slice("Product").start
    item_of = np.full(len(snapshot.ids), -1, dtype=np.int64)
    item_of[rows + start] = np.arange(len(rows))
    users = snapshot.ids.slice("User")
    interactions, at, target = _interactions(snapshot, item_of, users, len(rows), kind_weights)
    item_ids = products["id"].combine_chunks().take(pa.array(rows))
    return TrainingData(
        user_ids=snapshot.ids.label_ids("User"),
        item_ids=item_ids if isinstance(item_ids, pa.StringArray) else pa.concat_arrays(item_ids.chunks),
        item_rows=rows + start,
        interactions=interactions,
        at=at,
        target=target,
        relations=_item_relations(snapshot, item_of, len(rows)),
    )


def _interactions(
    snapshot: Snapshot, item_of: IntArray, users: slice, n_items: int, kind_weights: Mapping[str, float]
) -> tuple[Csr, IntArray, BoolArray]:
    heads, tails, weights, times, wanted = [], [], [], [], []
    target_kinds = {kind.upper() for kind in snapshot.target_kinds}
    for kind, edges in snapshot.interactions.items():
        weight = kind_weights.get(kind, 0.0)
        item = item_of[edges.tail]
        known = item >= 0
        if weight > 0 and known.any():
            heads.append(edges.head[known] - users.start)
            tails.append(item[known])
            weights.append(np.full(int(known.sum()), weight, dtype=np.float32))
            times.append(edges.at[known])
            wanted.append(np.full(int(known.sum()), kind in target_kinds))
    empty = np.zeros(0, dtype=np.int64)
    user = np.concatenate([empty, *heads])
    item = np.concatenate([empty, *tails])
    shape = (users.stop - users.start, n_items)
    matrix = csr(user, item, np.concatenate([np.zeros(0, np.float32), *weights]), shape)
    latest = np.full(matrix.nnz, -1, dtype=np.int64)
    codes = np.repeat(np.arange(shape[0]), np.diff(matrix.indptr)) * n_items + matrix.indices
    place = np.searchsorted(codes, user * n_items + item)
    np.maximum.at(latest, place, np.concatenate([empty, *times]))
    target = np.zeros(matrix.nnz, dtype=np.bool_)
    np.logical_or.at(target, place, np.concatenate([np.zeros(0, np.bool_), *wanted]))
    return matrix, latest, target


def _item_relations(snapshot: Snapshot, item_of: IntArray, n_items: int) -> tuple[ItemRelation, ...]:
    found: list[ItemRelation] = []
    for relation in snapshot.relations():
        if "User" in (relation.source, relation.target):
            continue
        edges = snapshot.edges[relation]
        if relation.source == "Product":
            made = _seen_from_items(relation, edges.head, edges.tail, edges.weight, item_of, n_items, outgoing=True)
            if relation.type == "IN_CATEGORY":
                made = _with_ancestors(snapshot, made, n_items)
            found.append(made)
        elif relation.target == "Product":
            found.append(
                _seen_from_items(relation, edges.tail, edges.head, edges.weight, item_of, n_items, outgoing=False)
            )
    return tuple(relation for relation in found if _says_something(relation))


def _seen_from_items(
    relation: Relation,
    near: IntArray,
    far: IntArray,
    weight: np.ndarray,
    item_of: IntArray,
    n_items: int,
    *,
    outgoing: bool,
) -> ItemRelation:
    item = item_of[near]
    known = item >= 0
    item, far, weight = item[known], far[known], np.abs(weight[known])
    targets, column = np.unique(far, return_inverse=True)
    links = csr(item, column.astype(np.int64), weight, (n_items, len(targets)))
    direct = None
    if relation.source == relation.target == "Product":
        other = item_of[far]
        both = (other >= 0) & (other != item)
        direct = csr(item[both], other[both], weight[both], (n_items, n_items))
    return ItemRelation(relation.label, links, targets, direct, outgoing)


def _with_ancestors(snapshot: Snapshot, made: ItemRelation, n_items: int) -> ItemRelation:
    """Link items to all wider categories too: a running shoe is also a shoe."""
    parts = [snapshot.edges[relation] for relation in snapshot.relations("PART_OF")]
    if not parts:
        return made
    child = np.concatenate([edges.head for edges in parts])
    parent = np.concatenate([edges.tail for edges in parts])
    coo = made.links.tocoo()
    items, targets, weights = [coo.row.astype(np.int64)], [made.targets[coo.col]], [coo.data]
    frontier_item, frontier = items[0], targets[0]
    order = np.argsort(child, kind="stable")
    child, parent = child[order], parent[order]
    for _ in range(32):  # deeper hierarchies do not occur; the bound ends a cycle
        first, last = np.searchsorted(child, frontier), np.searchsorted(child, frontier, side="right")
        counts = last - first
        if not counts.sum():
            break
        offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        frontier_item = np.repeat(frontier_item, counts)
        frontier = parent[np.repeat(first, counts) + offset]
        pairs = np.unique(np.stack([frontier_item, frontier]), axis=1)
        frontier_item, frontier = pairs[0], pairs[1]
        items.append(frontier_item)
        targets.append(frontier)
        weights.append(np.ones(len(frontier), dtype=np.float32))
    rows, column = np.unique(np.concatenate(targets), return_inverse=True)
    links = csr(np.concatenate(items), column.astype(np.int64), np.concatenate(weights), (n_items, len(rows)))
    return replace(made, links=links, targets=rows)


def _says_something(relation: ItemRelation) -> bool:
    """A relation whose targets each belong to one item only (a review, a photo) joins no two items."""
    shared = np.bincount(relation.links.indices, minlength=relation.links.shape[1]) > 1
    return bool(shared.any()) or (relation.direct is not None and relation.direct.nnz > 0)
