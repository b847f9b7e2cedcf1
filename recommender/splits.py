"""The validation part, taken from train in the same way as the test part was taken from everything."""

from __future__ import annotations

import numpy as np

from kg.snapshot import SplitMethod
from recommender.arrays import BoolArray, Csr, IntArray, csr
from recommender.data import TrainingData


def validation_split(
    data: TrainingData, *, fraction: float, method: str, target: BoolArray, seed: int
) -> tuple[TrainingData, Csr]:
    """Part the interactions into those to learn from and those to choose settings by.

    Args:
        data: what a model may learn from.
        fraction: share of each user's target items to keep for validation; with ``time``, of all target items.
        method: of the snapshot's split. ``leave_last_out``: each user's last target item is kept; ``time``: those from
            some moment on, and nothing from then on is learned from; all others: some of each user's, at random.
        target: entries of the interaction matrix that may be predicted, ``(n_entries,)``.
        seed: of the random choice.

    Returns:
        The rest, and the user-by-item matrix of what was kept. Every user keeps at least one item to learn from, but
        for those who come only after the moment of ``time``: of them nothing is kept.
    """
    matrix = data.interactions
    user = np.repeat(np.arange(data.n_users, dtype=np.int64), np.diff(matrix.indptr))
    rng = np.random.default_rng(seed)
    draw = rng.random(matrix.nnz)
    moment = _moment(data.at[target], fraction) if method == SplitMethod.TIME else None
    if moment is not None:
        late = data.at >= moment
        known = np.bincount(user[~late], minlength=data.n_users) > 0
        chosen = late & target & known[user]
    else:
        last = method == SplitMethod.LEAVE_LAST_OUT
        chosen = _last(user, data.at, draw, target) if last else _random(user, draw, target, fraction, rng)
        chosen &= np.bincount(user, minlength=data.n_users)[user] > 1
        late = chosen
    held = csr(user[chosen], matrix.indices[chosen].astype(np.int64), 1.0, matrix.shape)
    return data.only(~late), held


def _moment(at: IntArray, fraction: float) -> int | None:
    """Give the moment from which so large a share of the known times is; None where all are the same."""
    times = np.sort(at[at >= 0])
    later = times[times > times[0]] if len(times) else times
    if not len(later):
        return None
    return int(max(times[min(len(times) - 1, int(len(times) * (1 - fraction)))], later[0]))


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
