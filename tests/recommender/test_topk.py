"""The best items for a vector: exact as a comparison with all, and what less memory or a graph loses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.sparse.linalg import svds

from kg.errors import ConfigurationError
from recommender import Recommender
from recommender.topk import Search, Storage, Stored, VectorIndex, recall


def best(vectors: np.ndarray, queries: np.ndarray, k: int, seen: sp.csr_matrix | None = None) -> list[list[int]]:
    """Compare with all, in the plainest way."""
    scores = queries @ vectors.T
    if seen is not None:
        scores[seen.toarray() != 0] = -np.inf
    found = []
    for row in scores:
        order = [item for item in sorted(range(len(row)), key=lambda i: (-row[i], i)) if row[item] > -np.inf][:k]
        found.append(order + [-1] * (k - len(order)))
    return found


@pytest.mark.parametrize(("n", "k"), [(1, 3), (7, 7), (300, 10), (300, 1)])
def test_exact_is_a_comparison_with_all(monkeypatch: pytest.MonkeyPatch, n: int, k: int) -> None:
    monkeypatch.setattr("recommender.topk.index._BLOCK", 64)
    monkeypatch.setattr("recommender.topk.index._QUERIES", 5)
    rng = np.random.default_rng(n)
    vectors = rng.integers(-3, 4, (n, 6)).astype(np.float32)  # whole numbers, so that many scores tie
    queries = rng.integers(-3, 4, (17, 6)).astype(np.float32)
    seen = sp.csr_matrix(sp.random_array((17, n), density=0.3, format="csr", rng=rng))
    assert VectorIndex(vectors).search(queries, k).tolist() == best(vectors, queries, k)
    assert VectorIndex(vectors).search(queries, k, seen=seen).tolist() == best(vectors, queries, k, seen)


@pytest.fixture(scope="module")
def factors(tuned: Path) -> tuple[np.ndarray, np.ndarray]:
    """Queries of the planted shop's customers and vectors of its products, from the item weights of a real model."""
    artefact = Recommender.load(tuned).artefact
    left, strength, right = svds(artefact.weights.astype(np.float64), k=16, random_state=0)
    queries = artefact.histories @ (left * strength)
    return queries.astype(np.float32), np.ascontiguousarray(right.T, dtype=np.float32)


@pytest.mark.parametrize("data", ["random", "real"])
@pytest.mark.parametrize("search", list(Search))
@pytest.mark.parametrize(("storage", "least"), [(Storage.FP32, 0.97), (Storage.FP16, 0.97), (Storage.INT8, 0.9)])
def test_little_is_lost(
    factors: tuple[np.ndarray, np.ndarray], data: str, search: Search, storage: Storage, least: float
) -> None:
    queries, vectors = factors
    if data == "random":
        rng = np.random.default_rng(1)
        queries, vectors = (rng.normal(size=(n, 32)).astype(np.float32) for n in (100, 2_000))
    seen = sp.csr_matrix(sp.random_array((len(queries), len(vectors)), density=0.01, rng=np.random.default_rng(2)))
    wanted = VectorIndex(vectors).search(queries, 10, seen=seen)
    index = VectorIndex(vectors, storage=storage, search=search)
    found = index.search(queries, 10, seen=seen)
    assert recall(found, wanted) >= least
    assert (
        found.tolist() == VectorIndex(vectors, storage=storage, search=search).search(queries, 10, seen=seen).tolist()
    )
    assert not seen.toarray()[np.arange(len(found))[:, None], found].any()
    assert all(len(set(row)) == len(row) for row in found.tolist())


def test_storage_takes_a_half_and_a_quarter() -> None:
    vectors = np.random.default_rng(0).normal(size=(1000, 64)).astype(np.float32)
    vectors[0] = 0
    sizes = {storage: Stored(vectors, storage).nbytes for storage in Storage}
    assert sizes == {Storage.FP32: 256_000, Storage.FP16: 128_000, Storage.INT8: 68_000}
    for storage, error in ((Storage.FP32, 0.0), (Storage.FP16, 5e-4), (Storage.INT8, 4.1e-3)):
        largest = np.abs(vectors).max(axis=1, keepdims=True)
        assert (np.abs(Stored(vectors, storage).part(slice(None)) - vectors) <= error * largest).all()


def test_recall_counts_what_was_wanted() -> None:
    wanted = np.array([[1, 2, 3], [4, -1, -1]])
    assert recall(wanted, wanted) == 1.0
    assert recall(np.array([[3, 9, 1], [-1, -1, -1]]), wanted) == 0.5


def test_an_empty_index_has_nothing() -> None:
    for search in Search:
        index = VectorIndex(np.zeros((0, 4), np.float32), search=search)
        assert index.search(np.ones((2, 4), np.float32), 3).tolist() == [[-1] * 3] * 2
    with pytest.raises(ConfigurationError, match="finite"):
        VectorIndex(np.full((2, 2), np.nan, np.float32))
