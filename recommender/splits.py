"""The validation part, taken from train in the same way as the test part was taken from everything."""

from __future__ import annotations

import numpy as np

from recommender.arrays import BoolArray, Csr, IntArray, csr
from recommender.data import TrainingData


def validation_split(
    data: TrainingData, *, fraction: float, last: bool, target: BoolArray, seed: int
) -> tuple[TrainingData, Csr]:
    """Part the interactions into those to learn from and those to choose settings by.

    Args:
        data: what a model may learn from.
        fraction: share of each user's target items to keep for validation.
        last: keep each user's last target item instead, as leave-one-out tests do.
        target: entries of the interaction matrix that may be predicted, ``(n_entries,)``.
        seed: of the random choice.

    Returns:
        The rest, and the user-by-item matrix of what was kept. Every user keeps at least one item to learn from.
    """
    matrix = data.interactions
    user = np.repeat(np.arange(data.n_users, dtype=np.int64), np.diff(matrix.indptr))
    rng = np.random.default_rng(seed)
    draw = rng.random(matrix.nnz)
    chosen = _last(user, data.at, draw, target) if last else _random(user, draw, target, fraction, rng)
    chosen &= np.bincount(user, minlength=data.n_users)[user] > 1
    held = csr(user[chosen], matrix.indices[chosen].astype(np.int64), 1.0, matrix.shape)
    return data.only(~chosen), held


def _last(user: IntArray, at: IntArray, draw: np.ndarray, target: BoolArray) -> BoolArray:
    order = np.lexsort((draw, at, target, user))
    is_last = np.append(user[order][1:] != user[order][:-1], True)[: len(order)]
    chosen = np.zeros(len(user), dtype=np.bool_)
    chosen[order[is_last]] = True
    return chosen & target & (at >= 0)


def _random(
    user: IntArray, draw: np.ndarray, target: BoolArray, fraction: float, rng: np.random.Generator
) -> BoolArray:
    order = np.lexsort((draw, ~target, user))
    counts = np.bincount(user, minlength=int(user.max(initial=-1)) + 1)
    targets = np.bincount(user, weights=target, minlength=len(counts)).astype(np.int64)
    luck = rng.random(len(counts))
    wanted = np.minimum(np.floor(targets * fraction + luck).astype(np.int64), counts - 1)
    rank = np.arange(len(user)) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen = np.zeros(len(user), dtype=np.bool_)
    chosen[order] = (rank < wanted[user[order]]) & target[order]
    return chosen
