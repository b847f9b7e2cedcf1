"""The validation part: taken from train, leaving everybody something to learn from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.arrays import csr
from recommender.data import TrainingData
from recommender.splits import validation_split

SEEDS = st.integers(0, 10**6)
METHODS = st.sampled_from(["leave_last_out", "random", "given"])


def random_data(seed: int) -> TrainingData:
    rng = np.random.default_rng(seed)
    n_users, n_items = int(rng.integers(0, 12)), int(rng.integers(1, 15))
    row, column = np.nonzero(rng.random((n_users, n_items)) < rng.uniform(0, 0.7))
    matrix = csr(row, column, rng.choice([0.2, 1.0], len(row)), (n_users, n_items))
    return TrainingData(
        user_ids=pa.array([f"u{n}" for n in range(n_users)], pa.string()),
        item_ids=pa.array([f"p{n}" for n in range(n_items)], pa.string()),
        item_rows=np.arange(n_items),
        interactions=matrix,
        at=rng.integers(-1, 6, matrix.nnz),
        target=rng.random(matrix.nnz) < 0.7,
        relations=(),
    )


@settings(max_examples=80, deadline=None)
@given(SEEDS, METHODS, st.floats(0.01, 0.99))
def test_parts_are_whole_and_apart(seed: int, method: str, fraction: float) -> None:
    data = random_data(seed)
    rest, held = validation_split(data, fraction=fraction, method=method, target=data.target, seed=seed)
    dense, kept, taken = data.interactions.toarray(), rest.interactions.toarray(), held.toarray() > 0
    assert not (kept[taken]).any()
    assert np.array_equal(np.where(taken, dense, kept), dense)
    active = (dense > 0).any(axis=1)
    assert (kept > 0).any(axis=1)[active].all()
    wanted = csr(*data.interactions.nonzero(), data.target.astype(np.float32) + 1, dense.shape).toarray() == 2
    assert wanted[taken].all()
    left = rest.interactions.tocoo()
    original = dict(
        zip(zip(*data.interactions.nonzero(), strict=True), zip(data.at, data.target, strict=True), strict=True)
    )
    for place, (user, item) in enumerate(zip(left.row, left.col, strict=True)):
        assert original[user, item] == (rest.at[place], rest.target[place])


@settings(max_examples=40, deadline=None)
@given(SEEDS, METHODS)
def test_same_seed_same_split(seed: int, method: str) -> None:
    data = random_data(seed)
    first, again = (
        validation_split(data, fraction=0.4, method=method, target=data.target, seed=3)[1].toarray() for _ in range(2)
    )
    assert np.array_equal(first, again)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_last_is_the_latest_that_may_be_predicted(seed: int) -> None:
    data = random_data(seed)
    _, held = validation_split(data, fraction=0.5, method="leave_last_out", target=data.target, seed=1)
    at = dict(zip(zip(*data.interactions.nonzero(), strict=True), data.at, strict=True))
    target = dict(zip(at, data.target, strict=True))
    for user in range(data.n_users):
        own = [pair for pair in at if pair[0] == user]
        times = [at[pair] for pair in own if target[pair] and at[pair] >= 0]
        chosen = held[[user]].indices.tolist()
        assert len(chosen) == bool(times and len(own) > 1)
        assert all(at[user, item] == max(times) for item in chosen)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.floats(0.05, 0.95))
def test_by_time_nothing_of_what_came_later_is_learned_from(seed: int, fraction: float) -> None:
    data = random_data(seed)
    rest, held = validation_split(data, fraction=fraction, method="time", target=data.target, seed=1)
    pairs = list(zip(*data.interactions.nonzero(), strict=True))
    at, target = dict(zip(pairs, data.at, strict=True)), dict(zip(pairs, data.target, strict=True))
    times = sorted(time for pair, time in at.items() if target[pair] and time >= 0)
    if len(set(times)) < 2:
        return  # there is no later, so chance decides
    kept, asked = (set(zip(*own.nonzero(), strict=True)) for own in (rest.interactions, held))
    moment = min(time for pair, time in at.items() if pair not in kept)
    assert times[0] < moment <= times[-1]
    assert all(at[pair] < moment for pair in kept)
    assert all(at[pair] >= moment for pair in set(pairs) - kept)
    known = {user for user, _ in kept}
    assert asked == {pair for pair in set(pairs) - kept if target[pair] and pair[0] in known}


def test_by_time_the_share_is_one_of_all_that_is_to_be_predicted() -> None:
    row, column = np.divmod(np.arange(400 * 10), 10)
    full = csr(row, column, 1.0, (400, 10))
    data = replace(
        random_data(0),
        user_ids=pa.array([str(n) for n in range(400)]),
        interactions=full,
        at=np.random.default_rng(2).permutation(full.nnz),
        target=np.ones(full.nnz, dtype=np.bool_),
    )
    rest, held = validation_split(data, fraction=0.15, method="time", target=data.target, seed=0)
    assert held.nnz / full.nnz == pytest.approx(0.15, abs=0.001)
    assert rest.at.max() == full.nnz - held.nnz - 1
    assert len(set(np.diff(held.indptr))) > 3, "customers who bought late have more of it"


def test_random_share_is_what_was_asked_for() -> None:
    n_users, n_items = 400, 10
    row, column = np.divmod(np.arange(n_users * n_items), n_items)
    full = csr(row, column, 1.0, (n_users, n_items))
    data = replace(
        random_data(0),
        user_ids=pa.array([str(n) for n in range(n_users)]),
        interactions=full,
        at=np.full(full.nnz, -1),
        target=np.ones(full.nnz, dtype=np.bool_),
    )
    _, held = validation_split(data, fraction=0.15, method="random", target=data.target, seed=0)
    assert held.nnz / full.nnz == pytest.approx(0.15, abs=0.01)
    assert set(np.diff(held.indptr)) == {1, 2}
    _, other = validation_split(data, fraction=0.15, method="random", target=data.target, seed=1)
    assert (held != other).nnz
