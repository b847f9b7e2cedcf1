"""Top-k lists."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommender.ranking import best_items, hide, ranked_lists, top_k

SCORES = arrays(
    np.float32,
    st.tuples(st.integers(1, 4), st.integers(1, 120)),
    elements=st.sampled_from([-np.inf, -1.5, 0.0, 0.25, 0.25, 2.0, 7.0]),
)


@given(SCORES, st.integers(1, 40))
def test_best_first_equal_ones_by_row_and_nothing_hidden(scores: np.ndarray, k: int) -> None:
    found = top_k(scores, k)
    assert found.shape == (len(scores), k)
    for row, own in zip(scores, found.tolist(), strict=True):
        wanted = [item for item in sorted(range(len(row)), key=lambda i: (-row[i], i)) if row[item] > -np.inf][:k]
        assert own == wanted + [-1] * (k - len(wanted))
        assert best_items(row, k).tolist() == wanted


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("k", [1, 10, 50, 300])
def test_many_items_are_ranked_as_all_sorted_would_be(kind: type, k: int) -> None:
    rng = np.random.default_rng(k)
    every = rng.normal(size=(7, 3_000)).astype(kind)
    every[1] = np.round(every[1])  # a crowd of equals
    every[2, rng.random(3_000) < 0.998] = -np.inf  # few are left
    every[3] = 0.0
    every[4, 1_000:] = every[4, :2_000]
    every[5] = np.sort(every[5])
    for scores in (every, every[:1], every[[1, 3]]):
        found = top_k(scores, k)
        for row, own in zip(scores, found, strict=True):
            order = np.lexsort((np.arange(len(row)), -row))
            wanted = order[row[order] > -np.inf][:k].tolist()
            assert own.tolist() == wanted + [-1] * (k - len(wanted))
            assert best_items(row, k).tolist() == wanted


@pytest.mark.parametrize("n_users", [1, 1500])
def test_lists_of_many_users_are_those_of_each_alone(n_users: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(n_users)
    histories = sp.random_array((n_users, 30), density=0.1, format="csr", rng=rng, dtype=np.float32)
    weights = sp.random_array((30, 30), density=0.4, format="csr", rng=rng, dtype=np.float32)
    popularity = rng.integers(0, 9, 30).astype(np.float32)
    allowed = rng.random(30) < 0.8
    histories, weights = sp.csr_matrix(histories), sp.csr_matrix(weights)
    parts = list(ranked_lists(histories, weights, histories, popularity, k=7, allowed=allowed))
    assert [user for part, _ in parts for user in range(part.start, part.stop)] == list(range(n_users))
    lists = np.concatenate([top for _, top in parts])
    monkeypatch.setattr("recommender.ranking._BLOCK_BYTES", 4 * 30 * 64)
    blocks = list(ranked_lists(histories, weights, histories, popularity, k=7, allowed=allowed, threads=2))
    assert len(blocks) == -(-n_users // 64)
    assert np.array_equal(np.concatenate([top for _, top in blocks]), lists)
    for user in range(0, n_users, 97):
        scores = (histories[[user]] @ weights).toarray()[0]
        own = set(histories[[user]].indices.tolist())
        free = [item for item in range(30) if allowed[item] and item not in own]
        assert set(lists[user]) <= {*free, -1}
        assert np.sort(scores[lists[user]])[::-1] == pytest.approx(np.sort(scores[free])[::-1][:7], abs=1e-6)


def test_popularity_decides_where_history_says_nothing() -> None:
    nothing = sp.csr_matrix((1, 4), dtype=np.float32)
    weights = sp.csr_matrix((4, 4), dtype=np.float32)
    popularity = np.array([1, 5, 5, 9], dtype=np.float32)
    ((_, top),) = ranked_lists(nothing, weights, nothing, popularity, k=3)
    assert top.tolist() == [[3, 1, 2]]


def test_hidden_items_are_never_listed() -> None:
    scores = np.ones((2, 3), dtype=np.float32)
    hide(scores, sp.csr_matrix(np.array([[1, 0, 0], [1, 1, 1]])))
    assert top_k(scores, 3).tolist() == [[1, 2, -1], [-1, -1, -1]]
