"""The graph as the network sees it: items and the nodes they are linked to, and items joined to items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.arrays import Csr, column_sums, inverse_power, row_sums, scaled
from recommender.baskets import INTERACTIONS, Baskets
from recommender.sparsify import top_per_column

_LARGEST = 200
"""Baskets of more items say too little of each to be learned as if they were a customer."""


@dataclass(frozen=True, slots=True)
class ItemGraph:
    """What messages go over.

    Attributes:
        links: of each relation, items by linked nodes, divided by the root of both degrees, ``(n_items, n_nodes)``.
        items: items by items, symmetric, divided by the root of both degrees, ``(n_items, n_items)``.
        baskets: of each relation, baskets by items, whose members are learned together, ``(n_baskets, n_items)``.
    """

    links: dict[str, Csr]
    items: Csr
    baskets: dict[str, Csr]


def item_graph(kinds: Sequence[Baskets], weights: Csr, *, neighbours: int) -> ItemGraph:
    """Make the graph.

    Args:
        kinds: baskets, interactions first.
        weights: item weights of the closed form that was fitted to them, ``(n_items, n_items)``: they join each item
            with those that speak for it most.
        neighbours: items that each item keeps in the graph of items.
    """
    shared = [kind for kind in kinds if kind.name != INTERACTIONS and not kind.direct]
    positive = np.maximum(weights.data, np.float32(0.0))
    nearest = top_per_column(sp.csr_matrix((positive, weights.indices, weights.indptr), weights.shape), neighbours)
    return ItemGraph(
        links={kind.name: _even(kind.members) for kind in shared},
        items=_even(sp.csr_matrix(nearest + nearest.T) * np.float32(0.5)),
        baskets={kind.name: _baskets(kind.members) for kind in shared},
    )


def _even(matrix: Csr) -> Csr:
    """Divide each entry by the root of its row's and its column's sum."""
    rows, columns = inverse_power(row_sums(matrix), 0.5), inverse_power(column_sums(matrix), 0.5)
    return scaled(sp.csr_matrix(matrix, dtype=np.float32), rows=rows, columns=columns)


def _baskets(members: Csr) -> Csr:
    """Turn members by baskets round, and leave out baskets of one item or of very many."""
    baskets = sp.csr_matrix(members.T, dtype=np.float32)
    size = np.diff(baskets.indptr)
    kept = sp.csr_matrix(baskets[(size > 1) & (size <= _LARGEST)])
    kept.data[:] = 1.0
    return kept
