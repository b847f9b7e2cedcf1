"""The relations of the graph as seen from the items: which other nodes each item is linked to, and how strongly."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kg.snapshot import Relation, Snapshot
from recommender.arrays import Csr, IntArray, csr, on_average_one
from recommender.hops import hops


@dataclass(frozen=True, slots=True)
class ItemRelation:
    """One relation of the graph as seen from the items.

    Attributes:
        name: relation's label, such as ``HAS_BRAND``; of two hops, see ``recommender.hops``.
        links: item-by-target matrix of link weights, ``(n_items, n_targets)``.
        targets: row of each target in the snapshot's id map, ``(n_targets,)``.
        direct: item-by-item matrix where the targets are products themselves, ``(n_items, n_items)``; else None.
        outgoing: the edges go from the item to the target; of two hops, always True.
    """

    name: str
    links: Csr
    targets: IntArray
    direct: Csr | None
    outgoing: bool


def item_relations(snapshot: Snapshot, item_of: IntArray, n_items: int) -> tuple[ItemRelation, ...]:
    """Give every relation that joins items, in the order of the schema, then what reviews and photos say of them.

    Args:
        snapshot: to read from.
        item_of: item of each row of the id map, -1 for what is none, ``(n_nodes,)``.
        n_items: number of items.
    """
    return tuple(relation for relation in every_relation(snapshot, item_of, n_items) if _says_something(relation))


def every_relation(snapshot: Snapshot, item_of: IntArray, n_items: int) -> tuple[ItemRelation, ...]:
    """Give every relation of items, whether it joins any or not; see ``item_relations``."""
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
    found.extend(ItemRelation(hop.name, hop.links, hop.targets, None, True) for hop in hops(snapshot, item_of, n_items))
    return tuple(found)


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
    if relation.source == relation.target == "Product":
        weight = on_average_one(weight)
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
