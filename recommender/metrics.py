"""Ranking metrics over lists of recommended items, each a function of plain arrays.

Accuracy metrics give one value per user; averages and their confidence intervals are taken by ``summary``. All follow
the definitions of TREC's evaluation with binary relevance; ``tests`` hold them against pytrec_eval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from recommender.arrays import BoolArray, Csr, DoubleArray, IntArray


def hits(top: IntArray, relevant: Csr) -> BoolArray:
    """Say of each recommended item whether it is relevant.

    Args:
        top: item rows in rank order, ``(n_users, k)``; -1 where a list is shorter.
        relevant: user-by-item matrix, non-zero where relevant, ``(n_users, n_items)``.

    Returns:
        ``(n_users, k)``.
    """
    n_users, n_items = relevant.shape
    codes = np.repeat(np.arange(n_users, dtype=np.int64), np.diff(relevant.indptr)) * n_items + relevant.indices
    wanted = np.arange(n_users, dtype=np.int64)[:, None] * n_items + top
    return np.asarray(np.isin(wanted, codes) & (top >= 0))


def recall(hit: BoolArray, n_relevant: IntArray) -> DoubleArray:
    """Share of a user's relevant items that are in the list, ``(n_users,)``."""
    return np.asarray(hit.sum(axis=1) / np.maximum(n_relevant, 1), dtype=np.float64)


def precision(hit: BoolArray) -> DoubleArray:
    """Share of the list's places that hold a relevant item; empty places count as misses, ``(n_users,)``."""
    return np.asarray(hit.mean(axis=1), dtype=np.float64)


def hit_rate(hit: BoolArray) -> DoubleArray:
    """1 where the list holds any relevant item, ``(n_users,)``."""
    return np.asarray(hit.any(axis=1), dtype=np.float64)


def ndcg(hit: BoolArray, n_relevant: IntArray) -> DoubleArray:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002), ``(n_users,)``.

    Gain 1 / log2(rank + 1) for a relevant item; the ideal list begins with min(k, relevant) of them.
    """
    k = hit.shape[1]
    gains = 1.0 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[0.0], np.cumsum(gains)])
    best = ideal[np.minimum(n_relevant, k)]
    return np.asarray(np.divide(hit @ gains, best, out=np.zeros(len(hit)), where=best > 0))


def reciprocal_rank(hit: BoolArray) -> DoubleArray:
    """One over the rank of the first relevant item, 0 if there is none in the list, ``(n_users,)``."""
    first = hit.argmax(axis=1)
    return np.asarray(np.where(hit.any(axis=1), 1.0 / (first + 1), 0.0))


def average_precision(hit: BoolArray, n_relevant: IntArray) -> DoubleArray:
    """Mean of the precision at each relevant item's rank, over all relevant items (TREC's MAP), ``(n_users,)``."""
    ranks = np.arange(1, hit.shape[1] + 1)
    at_hits = np.cumsum(hit, axis=1) / ranks * hit
    return np.asarray(at_hits.sum(axis=1) / np.maximum(n_relevant, 1))


def coverage(top: IntArray, n_items: int) -> float:
    """Share of the catalogue that is recommended to anybody."""
    return len(np.unique(top[top >= 0])) / max(n_items, 1)


def novelty(top: IntArray, popularity: IntArray, n_users: int) -> DoubleArray:
    """Mean self-information of a list's items, -log2((buyers + 1) / (n_users + 1)), in bits, ``(n_users,)``.

    After Zhou et al. (PNAS 2010), smoothed by one so that an item nobody has bought is finite.
    """
    bits = -np.log2((popularity + 1) / (n_users + 1))
    return _mean_of_places(bits[top], top)


def popularity_bias(top: IntArray, popularity: IntArray) -> DoubleArray:
    """Mean popularity percentile of a list's items, 0 for the rarest to 1 for the most bought, ``(n_users,)``."""
    order = np.sort(popularity)
    percentile = np.searchsorted(order, popularity, side="right") / max(len(order), 1)
    return _mean_of_places(percentile[top], top)


def diversity(top: IntArray, groups: IntArray) -> DoubleArray:
    """Share of pairs in a list whose items are of different groups (such as categories), ``(n_users,)``."""
    places = top >= 0
    own = np.where(places, groups[top], -1 - np.arange(top.shape[1])[None, :])
    same = (own[:, :, None] == own[:, None, :]).sum(axis=(1, 2)) - top.shape[1]
    n = places.sum(axis=1)
    pairs = n * (n - 1)
    return np.asarray(np.divide(pairs - same, pairs, out=np.zeros(len(top)), where=pairs > 0))


def recall_and_ndcg(hit: BoolArray, relevant: IntArray, ks: Sequence[int]) -> dict[str, DoubleArray]:
    """Give both of every user at each length of lists, by names such as ``recall@10``, ``(n_users,)`` each.

    Args:
        hit: as ``hits`` gives, ``(n_users, max(ks))``.
        relevant: how many items are relevant, ``(n_users,)``.
        ks: lengths.
    """
    found = {f"recall@{k}": recall(hit[:, :k], relevant) for k in ks}
    return found | {f"ndcg@{k}": ndcg(hit[:, :k], relevant) for k in ks}


def summary(values: Mapping[str, DoubleArray]) -> dict[str, dict[str, float]]:
    """Give mean and half-width of the 95 % confidence interval (normal approximation over users) of each metric."""
    return {
        name: {
            "mean": float(array.mean()) if len(array) else float("nan"),
            "ci95": float(1.96 * array.std(ddof=1) / np.sqrt(len(array))) if len(array) > 1 else float("nan"),
        }
        for name, array in values.items()
    }


def _mean_of_places(values: DoubleArray, top: IntArray) -> DoubleArray:
    places = top >= 0
    return np.asarray((values * places).sum(axis=1) / np.maximum(places.sum(axis=1), 1))
