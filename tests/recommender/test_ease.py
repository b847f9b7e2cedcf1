"""EASE, whole and in neighbourhoods, and the sparse tools around it, against NumPy in double precision."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ModelError
from recommender.arrays import csr, inverse_power, scaled
from recommender.baskets import light
from recommender.ease import ease, gram, local_ease, solve_blocks
from recommender.neighbourhoods import gram_blocks, nearest_items
from recommender.sparsify import sparse_top, top_per_column

SEEDS = st.integers(0, 10**6)
QUICK = settings(max_examples=30, deadline=None)


def baskets(rng: np.random.Generator, n_items: int, n_baskets: int) -> sp.csr_matrix:
    dense = rng.random((n_items, n_baskets)) * (rng.random((n_items, n_baskets)) < 0.3)
    return sp.csr_matrix(dense.astype(np.float32))


def by_the_paper(A: np.ndarray) -> np.ndarray:
    P = np.linalg.inv(A.astype(np.float64))
    B = -P / np.diag(P)
    np.fill_diagonal(B, 0.0)
    return B


@QUICK
@given(SEEDS, st.integers(1, 40))
def test_ease_is_the_formula_of_the_paper_and_ridge_regression(seed: int, n_items: int) -> None:
    rng = np.random.default_rng(seed)
    F = baskets(rng, n_items, 60)
    ridge = float(rng.uniform(0.5, 50))
    A = gram([F]) + np.float32(ridge) * np.eye(n_items, dtype=np.float32)
    B = ease(A.copy())
    assert pytest.approx(by_the_paper(A), abs=1e-4) == B
    X = F.toarray().T.astype(np.float64)  # one row a basket
    for item in range(n_items):
        others = np.delete(np.arange(n_items), item)
        system = X[:, others].T @ X[:, others] + ridge * np.eye(n_items - 1)
        assert B[others, item] == pytest.approx(np.linalg.solve(system, X[:, others].T @ X[:, item]), abs=1e-4)
        assert B[item, item] == 0


def test_ease_fills_both_triangles_of_a_matrix_larger_than_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.ease._ROWS", 7)
    A = gram([baskets(np.random.default_rng(1), 30, 60)]) + np.eye(30, dtype=np.float32)
    assert pytest.approx(by_the_paper(A), abs=1e-4) == ease(A.copy())


@QUICK
@given(SEEDS)
def test_gram_adds_up_kinds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = [
        baskets(rng, 25, 10),
        sp.csr_matrix((25, 3), dtype=np.float32),
        sp.csr_matrix(np.eye(25, dtype=np.float32)),
    ]
    wanted = sum(kind.toarray() @ kind.toarray().T for kind in kinds)
    assert gram(kinds) == pytest.approx(wanted, abs=1e-5)


@QUICK
@given(SEEDS, st.integers(2, 30))
def test_neighbourhoods_of_the_whole_catalogue_give_ease(seed: int, n_items: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = [baskets(rng, n_items, 40), baskets(rng, n_items, 5)]
    nearest = nearest_items(kinds, n_items)
    assert nearest.shape == (n_items, n_items - 1)
    local = local_ease(kinds, nearest, ridge=3.0)
    whole = ease(gram(kinds) + 3 * np.eye(n_items, dtype=np.float32))
    assert local.toarray() == pytest.approx(whole, abs=1e-4)


@QUICK
@given(SEEDS, st.integers(1, 12))
def test_nearest_items_are_others_each_once_and_the_closest(seed: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    F = baskets(rng, 20, 15)
    nearest = nearest_items([F], m)
    product = (F @ F.T).toarray()
    norms = np.sqrt(np.diag(product))
    cosine = product / np.where(norms > 0, norms, 1)[None, :]
    np.fill_diagonal(cosine, -1)
    for item, own in enumerate(nearest):
        assert item not in own
        assert len(set(own.tolist())) == m
        assert np.sort(cosine[item, own])[::-1] == pytest.approx(np.sort(cosine[item])[::-1][:m], abs=1e-5)


@QUICK
@given(SEEDS, st.integers(1, 8))
def test_gram_blocks_are_cut_from_the_dense_product(seed: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    F = baskets(rng, 15, 12)
    items = rng.permutation(15)[:6]
    nearest = np.array([rng.permutation(np.delete(np.arange(15), item))[:m] for item in items])
    product = F.toarray() @ F.toarray().T
    blocks, own = gram_blocks(F, items, nearest)
    for row, item in enumerate(items):
        assert blocks[row] == pytest.approx(product[np.ix_(nearest[row], nearest[row])], abs=1e-5)
        assert own[row] == pytest.approx(product[nearest[row], item], abs=1e-5)


def test_systems_without_a_solution_say_what_to_do() -> None:
    with pytest.raises(ModelError, match="Raise the ridge"):
        ease(np.zeros((3, 3), dtype=np.float32))
    with pytest.raises(ModelError, match="Raise the ridge"):
        solve_blocks(np.full((1, 2, 2), -1, dtype=np.float32), np.ones((1, 2), dtype=np.float32), 0.1)


@QUICK
@given(SEEDS, st.integers(1, 30))
def test_the_largest_entries_of_each_column_are_kept(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    dense = np.where(rng.random((22, 22)) < 0.6, rng.normal(size=(22, 22)), 0).astype(np.float32)
    wanted = np.zeros_like(dense)
    for column in range(22):
        rows = np.argsort(-np.abs(dense[:, column]))[:k]
        wanted[rows, column] = dense[rows, column]
    for found in (sparse_top(dense, k), top_per_column(sp.csr_matrix(dense), k)):
        assert np.array_equal(found.toarray(), wanted)
        assert found.nnz == np.count_nonzero(wanted)


def test_sparse_helpers() -> None:
    at = np.array([1, 0, 1, 1])
    matrix = csr(at, np.array([2, 0, 2, 0]), [1.0, 5.0, 3.0, 2.0], (2, 3))
    assert matrix.toarray().tolist() == [[5, 0, 0], [2, 0, 3]]
    assert scaled(matrix, rows=np.array([1, 10]), columns=np.array([1, 1, 0.5])).toarray()[1].tolist() == [20, 0, 15]
    assert scaled(matrix, columns=np.array([0, 1, 1]), drop_zeros=True).nnz == 1
    assert inverse_power([0, 4, 1], 0.5).tolist() == [0, 0.5, 1]
    assert light(matrix, 1).toarray().tolist() == [[0, 0, 0], [0, 0, 3]]
