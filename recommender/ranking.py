"""Top-k lists from scores."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse as sp

from recommender.arrays import BoolArray, Csr, DoubleArray, FloatArray, IntArray
from recommender.scoring import HistoryScorer, LinearScorer

_BLOCK_BYTES = 8 * 2**20
"""Size of the scores that are worked on at once."""
_GROUPS = 16
"""Groups of items for each place in a list."""
_CROWD = 32
"""Candidates for each place in a list that are more than ought to be sorted."""


def top_k(scores: FloatArray | DoubleArray, k: int) -> IntArray:
    """Give the k best items of each row in rank order, ``(n_rows, k)``; -1 where fewer have a finite score.

    Equal scores rank by item row, so that the same scores always give the same list.
    """
    found = _candidates(scores, k)
    if found is None:
        return _partitioned(scores, k)
    rows, items = found
    items = items[np.lexsort((items, np.negative(scores[rows, items]), rows))]
    rank = np.arange(len(rows)) - np.searchsorted(rows, np.arange(len(scores)))[rows]
    kept = rank < k
    ranked = np.full((len(scores), k), -1, dtype=np.int64)
    ranked[rows[kept], rank[kept]] = items[kept]
    return ranked


def best_items(scores: FloatArray | DoubleArray, k: int) -> IntArray:
    """Give the k best items in rank order, as ``top_k`` would, ``(k,)``; fewer where fewer have a finite score."""
    bounds = _bounds(scores[None, :], k)
    if bounds is not None and bounds[0, 0] > -np.inf:
        items = np.flatnonzero(scores >= bounds[0, 0])
        if len(items) <= _CROWD * k:
            return np.asarray(items[np.argsort(np.negative(scores[items]), kind="stable")[:k]])
    found = top_k(scores[None, :], k)[0]
    return np.asarray(found[found >= 0])


def _bounds(scores: FloatArray | DoubleArray, k: int) -> FloatArray | DoubleArray | None:
    """Give a score for each row that k items at least reach and few more do, ``(n_rows, 1)``; None for long lists.

    Items are dealt into groups. At least k are as good as the k-th best of the groups' best ones, and few more, when
    there are many groups; to find that is much less work than to partition all scores.
    """
    n_rows, n_items = scores.shape
    groups = k * _GROUPS
    if not 0 < 2 * groups <= n_items:
        return None
    depth = n_items // groups
    best = scores[:, : groups * depth].reshape(n_rows, depth, groups).max(axis=1)
    return np.partition(best, groups - k, axis=1)[:, groups - k, None]


def _candidates(scores: FloatArray | DoubleArray, k: int) -> tuple[IntArray, IntArray] | None:
    """Give the k best items of each row and a few more, as rows in their order and items; None where many are equal."""
    bounds = _bounds(scores, k)
    if bounds is None:
        return None
    marked = scores >= bounds
    if (bounds == -np.inf).any():
        marked &= scores > -np.inf
    if np.count_nonzero(marked) > _CROWD * k * len(scores):
        return None
    rows, items = np.divmod(np.flatnonzero(marked), scores.shape[1])
    return rows, items


def _partitioned(scores: FloatArray | DoubleArray, k: int) -> IntArray:
    n_items = scores.shape[1]
    width = min(k, n_items)
    if width < n_items:
        chosen = np.argpartition(np.negative(scores), width - 1, axis=1)[:, :width]
        _settle_ties(scores, chosen)
    else:
        chosen = np.broadcast_to(np.arange(n_items), scores.shape)
    values = np.take_along_axis(scores, chosen, axis=1)
    order = np.lexsort((chosen, np.negative(values)), axis=1)
    ranked = np.take_along_axis(chosen, order, axis=1).astype(np.int64)
    ranked[np.take_along_axis(values, order, axis=1) == -np.inf] = -1
    if width < k:
        ranked = np.pad(ranked, ((0, 0), (0, k - width)), constant_values=-1)
    return ranked


def _settle_ties(scores: FloatArray | DoubleArray, chosen: IntArray) -> None:
    """Where more items share the lowest score of a list than have room in it, take the first of them, in place."""
    lowest = np.take_along_axis(scores, chosen, axis=1).min(axis=1)
    crowded = (np.count_nonzero(scores >= lowest[:, None], axis=1) > chosen.shape[1]) & (lowest > -np.inf)
    for row in np.flatnonzero(crowded).tolist():
        above = np.flatnonzero(scores[row] > lowest[row])
        level = np.flatnonzero(scores[row] == lowest[row])
        chosen[row] = np.concatenate([above, level[: chosen.shape[1] - len(above)]])


def hide(scores: FloatArray, seen: Csr) -> None:
    """Set the scores of items that a user has already to minus infinity, in place."""
    rows = np.repeat(np.arange(seen.shape[0]), np.diff(seen.indptr))
    scores[rows, seen.indices] = -np.inf


def ranked_lists(
    histories: Csr,
    scorer: HistoryScorer | Csr,
    seen: Csr,
    popularity: FloatArray,
    *,
    k: int,
    allowed: BoolArray | None = None,
    threads: int = 1,
) -> Iterator[tuple[slice, IntArray]]:
    """Give the top k of all users, a block of users at a time, in their order.

    Args:
        histories: user-by-item weights of what each did, ``(n_users, n_items)``.
        scorer: a model, or the item weights of one, ``(n_items, n_items)``.
        seen: user-by-item matrix, non-zero where an item is not to be recommended.
        popularity: of each item; decides where the history says nothing, ``(n_items,)``.
        k: length of the lists.
        allowed: items that may be recommended, ``(n_items,)``; None for all.
        threads: blocks worked on at once; the lists do not depend on it.
    """
    own = LinearScorer(scorer) if sp.issparse(scorer) else scorer
    tie_break = popularity / (popularity.max(initial=1.0) or 1.0) * np.float32(1e-7)
    users = max(1, _BLOCK_BYTES // (4 * max(histories.shape[1], 1)))
    parts = [slice(start, min(start + users, histories.shape[0])) for start in range(0, histories.shape[0], users)]

    def ranked(part: slice) -> IntArray:
        scores = own.block(histories[part])
        scores += tie_break
        hide(scores, seen[part])
        if allowed is not None:
            scores[:, ~allowed] = -np.inf
        return top_k(scores, k)

    with ThreadPoolExecutor(threads) as pool:
        yield from zip(parts, pool.map(ranked, parts), strict=True)
