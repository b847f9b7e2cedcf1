"""What reviews mention and photos depict, as relations of the products they are about.

``Product <-[:ABOUT]- Review -[:MENTIONS]-> X`` and ``Product -[:HAS_IMAGE]-> Image -[:DEPICTS]-> X`` are walked in one
step. The relations are named after the second edge and the label of X, such as ``MENTIONS:Brand`` or
``DEPICTS:Attribute``. Mentions of aspects are parted by what is said of them: ``MENTIONS:Aspect:praised``,
``MENTIONS:Aspect:criticised``, and ``MENTIONS:Aspect:neutral`` where nothing is said either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from kg.snapshot import Edges, Snapshot
from recommender.arrays import Csr, DoubleArray, IntArray, csr

MENTIONS, DEPICTS = "MENTIONS", "DEPICTS"
PRAISED, CRITICISED, NEUTRAL = "praised", "criticised", "neutral"

_JUDGED = "Aspect"
"""Label of the nodes whose mentions are parted by sentiment."""
_THROUGH = {MENTIONS: ("ABOUT", False, "Review", "reviews"), DEPICTS: ("HAS_IMAGE", True, "Image", "photos")}
_DOUBT = 0.5
"""Mentions that speak for the opposite before any are read. A product of 500 reviews that speak of its weight then
counts at most three times as much as one of a single review."""


class Hop(NamedTuple):
    """A relation over two edges.

    Attributes:
        name: such as ``DEPICTS:Attribute``.
        links: item-by-target matrix of strengths between 0 and 1, ``(n_items, n_targets)``.
        targets: row of each target in the snapshot's id map, ``(n_targets,)``.
    """

    name: str
    links: Csr
    targets: IntArray


class Through(NamedTuple):
    """What lies between an item and the target of a relation over two edges.

    Attributes:
        first: type of the edge at the item.
        outgoing: that edge goes from the item.
        label: of the nodes in between.
        name: of all of them together, for people.
        second: type of the edge from there to the target.
    """

    first: str
    outgoing: bool
    label: str
    name: str
    second: str


def through(relation: str) -> Through | None:
    """Give what lies in between for the name of a relation; None where the name is that of one edge."""
    second = relation.partition(":")[0]
    found = _THROUGH.get(second)
    return Through(*found, second) if found else None


def hops(snapshot: Snapshot, item_of: IntArray, n_items: int) -> Iterator[Hop]:
    """Give the relations over reviews and photos.

    With S the sum over an item's mentions of X of confidence times sentiment, and T that of confidence times the
    sentiment's size, X is praised with strength ``max(0, S) / (T + 0.5)``, criticised with ``max(0, -S) / (T + 0.5)``.
    Mentions of other labels count ``n / (n + 0.5)``, n the sum of their confidences. Of several photos of a product,
    the surest counts.

    Args:
        snapshot: to read from.
        item_of: item of each row of the id map, -1 for what is none, ``(n_nodes,)``.
        n_items: number of items.
    """
    for relation in snapshot.relations(MENTIONS):
        edges = snapshot.edges[relation]
        item, targets, column, rows = _walked(snapshot, "ABOUT", edges, item_of)
        confidence, sentiment = edges.weight[rows], np.nan_to_num(edges.value[rows])
        shape = (n_items, len(targets))
        name = f"{MENTIONS}:{relation.target}"
        if relation.target != _JUDGED:
            yield Hop(name, _sure(_summed(item, column, confidence, shape)), targets)
            continue
        balance = _summed(item, column, confidence * sentiment, shape)
        opinion = _summed(item, column, confidence * np.abs(sentiment), shape)
        balance.data /= opinion.data + _DOUBT
        yield Hop(f"{name}:{PRAISED}", _positive(balance), targets)
        yield Hop(f"{name}:{CRITICISED}", _positive(-balance), targets)
        none = sentiment == 0
        yield Hop(f"{name}:{NEUTRAL}", _sure(_summed(item[none], column[none], confidence[none], shape)), targets)
    for relation in snapshot.relations(DEPICTS):
        edges = snapshot.edges[relation]
        item, targets, column, rows = _walked(snapshot, "HAS_IMAGE", edges, item_of)
        links = csr(item, column, edges.weight[rows], (n_items, len(targets)))
        yield Hop(f"{DEPICTS}:{relation.target}", links, targets)


def _walked(
    snapshot: Snapshot, first: str, edges: Edges, item_of: IntArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Walk from items over relation ``first`` to reviews or images, and on over ``edges``.

    Returns:
        Of each pair of edges its item and the position of its target among the targets, ``(n,)`` each; in between the
        targets' rows, ``(n_targets,)``; last the row of the second edge in ``edges``, ``(n,)``.
    """
    near, carrier = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for relation in snapshot.relations(first):
        own = snapshot.edges[relation]
        product, other = (own.head, own.tail) if relation.source == "Product" else (own.tail, own.head)
        known = item_of[product] >= 0
        near.append(item_of[product[known]])
        carrier.append(other[known])
    items, carriers = np.concatenate(near), np.concatenate(carrier)
    start = np.searchsorted(edges.head, carriers)  # edges are sorted by their heads
    counts = np.searchsorted(edges.head, carriers, side="right") - start
    rows = np.repeat(start - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    targets, column = np.unique(edges.tail[rows], return_inverse=True)
    return np.repeat(items, counts), targets, column.astype(np.int64), rows


def _summed(item: IntArray, column: IntArray, values: DoubleArray, shape: tuple[int, int]) -> Csr:
    """Give the matrix of sums; entries whose sum is zero stay stored, so that sums over the same places align."""
    matrix = sp.csr_matrix(sp.coo_matrix((values.astype(np.float32), (item, column)), shape=shape))
    matrix.sum_duplicates()
    return matrix


def _sure(matrix: Csr) -> Csr:
    """Turn numbers of mentions into strengths between 0 and 1."""
    matrix.data /= matrix.data + _DOUBT
    return _positive(matrix)


def _positive(matrix: Csr) -> Csr:
    """Give the entries above zero as a new matrix."""
    found = sp.csr_matrix(matrix.maximum(0), dtype=np.float32)
    found.eliminate_zeros()
    found.sort_indices()
    return found
