"""How well one view finds another: ranks of the right one, and how many of the first are right."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embeddings.vectors import VectorArray

_TOGETHER = 1_024

RankArray = npt.NDArray[np.float64]


def ranks(queries: VectorArray, gallery: VectorArray) -> RankArray:
    """Give the rank of row i of the gallery for query i, 1 for the first, by inner product, ``(n,)``.

    Of equal scores the middle rank counts, so that saying the same of all is worth what chance is.

    Args:
        queries: ``(n, dim)``.
        gallery: ``(n, dim)``.
    """
    found = np.empty(len(queries))
    for start in range(0, len(queries), _TOGETHER):
        part = slice(start, start + _TOGETHER)
        scores = queries[part] @ gallery.T
        own = scores[np.arange(len(scores)), np.arange(start, start + len(scores))][:, None]
        found[part] = (scores > own).sum(1) + ((scores == own).sum(1) + 1) / 2
    return found


def recall_at(rank: RankArray, k: int) -> float:
    """Give the share of queries whose right one is among the first k."""
    return float((rank <= k).mean()) if len(rank) else 0.0


def mean_reciprocal_rank(rank: RankArray) -> float:
    """Give the mean of one over the rank."""
    return float((1 / rank).mean()) if len(rank) else 0.0


def precision_at(queries: VectorArray, gallery: VectorArray, relevant: npt.NDArray[np.bool_], k: int) -> RankArray:
    """Give for each query the share of right ones among the first k by inner product, ``(n_queries,)``.

    Of equal scores, the one first in the gallery stands first.

    Args:
        queries: ``(n_queries, dim)``.
        gallery: ``(n, dim)``.
        relevant: which of the gallery are right for a query, ``(n_queries, n)``.
        k: how many are looked at; the whole gallery where it is smaller.
    """
    first = np.argsort(-(queries @ gallery.T), axis=1, kind="stable")[:, :k]
    shares: RankArray = np.take_along_axis(relevant, first, axis=1).mean(1, dtype=np.float64)
    return shares
