"""Canonical correlation: the directions of the textbook, for dense and sparse, two views and three."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.shared.canonical import canonical, covariances, place
from embeddings.shared.components import fit_components
from embeddings.shared.views import View, join
from kg.errors import InputError


def correlated(n: int, widths: tuple[int, ...], *, shared: int = 3, seed: int = 0) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    common = random.standard_normal((n, shared))
    return [
        (common @ random.standard_normal((shared, width)) + random.standard_normal((n, width))).astype(np.float32)
        for width in widths
    ]


def views(matrices: list[np.ndarray]) -> list[View]:
    return [View(f"v{i}", [f"{row:04d}" for row in range(len(one))], one) for i, one in enumerate(matrices)]


def textbook(x: np.ndarray, y: np.ndarray, rx: float, ry: float) -> np.ndarray:
    """Correlations by the generalised eigenproblem, with dense covariances: nothing of the tested code."""
    x, y = x - x.mean(0), y - y.mean(0)
    n = len(x) - 1
    cxx, cyy, cxy = x.T @ x / n, y.T @ y / n, x.T @ y / n
    cxx += rx * np.trace(cxx) / len(cxx) * np.eye(len(cxx))
    cyy += ry * np.trace(cyy) / len(cyy) * np.eye(len(cyy))
    squares = scipy.linalg.eigh(cxy @ np.linalg.solve(cyy, cxy.T), cxx, eigvals_only=True)
    return np.sqrt(np.maximum(squares[::-1], 0))


@pytest.mark.parametrize("ridges", [(0.0, 0.0), (0.1, 1.0), (3.0, 0.5)])
def test_two_views_give_the_correlations_of_the_textbook(ridges: tuple[float, float]) -> None:
    x, y = correlated(300, (8, 5))
    joined = join(views([x, y]))
    found = canonical(covariances(joined, np.arange(300), most=50), ridges, dim=5)
    expected = textbook(x.astype(np.float64), y.astype(np.float64), *ridges)[: len(found.correlations)]
    assert np.allclose(found.correlations, expected, atol=1e-4)


def test_projections_correlate_as_stated_and_are_at_right_angles() -> None:
    x, y = correlated(400, (8, 6))
    joined = join(views([x, y]))
    known = covariances(joined, np.arange(400), most=50)
    found = canonical(known, (0.0, 0.0), dim=6)
    (a, _), (b, _) = place(joined, known.components, np.arange(400))
    a, b = a @ found.directions[0], b @ found.directions[1]
    together = np.corrcoef(a.T, b.T)
    n = len(found.correlations)
    assert np.allclose(np.diag(together[:n, n:]), found.correlations, atol=1e-3)
    assert np.allclose(together[:n, :n], np.eye(n), atol=1e-3)
    assert np.allclose(together[n:, n:], np.eye(n), atol=1e-3)


def test_what_is_sparse_gives_what_is_dense() -> None:
    random = np.random.default_rng(1)
    words = (random.random((200, 40)) < 0.1).astype(np.float32)
    photos = (words @ random.standard_normal((40, 10)) + random.standard_normal((200, 10))).astype(np.float32)
    found = []
    for text in (words, sp.csr_matrix(words)):
        joined = join([View("text", [f"{i:04d}" for i in range(200)], text), *views([photos])])
        found.append(canonical(covariances(joined, np.arange(200), most=39), (0.5, 0.5), dim=8))
    assert np.allclose(found[0].correlations, found[1].correlations, atol=1e-3)


def test_a_wide_sparse_view_is_never_made_dense(monkeypatch: pytest.MonkeyPatch) -> None:
    """200,000 n-grams of 300 texts: dense, they would take 240 MB, and their covariance 160 GB."""
    random = np.random.default_rng(2)
    columns = random.integers(0, 200_000, (300, 30))
    columns[:, 0] = np.arange(300) % 5
    rows = np.repeat(np.arange(300), 30)
    text = sp.csr_matrix((np.ones(9_000, np.float32), (rows, columns.ravel())), shape=(300, 200_000))
    photos = (np.eye(5)[np.arange(300) % 5] + 0.1 * random.standard_normal((300, 5))).astype(np.float32)

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a sparse matrix was made dense")

    for kind in (sp.csr_matrix, sp.csc_matrix, sp.coo_matrix):
        monkeypatch.setattr(kind, "toarray", forbidden)
        monkeypatch.setattr(kind, "todense", forbidden)
    joined = join([View("text", [f"{i:04d}" for i in range(300)], text), *views([photos])])
    found = canonical(covariances(joined, np.arange(300), most=60), (0.1, 0.1), dim=4)
    assert found.correlations[0] > 0.8


def test_a_third_view_joins_and_nodes_may_miss_one() -> None:
    """What all three share is found, though no node knows the second and the third view at once."""
    x, y, z = correlated(600, (6, 6, 6), shared=2, seed=3)
    ids = np.array([f"{i:04d}" for i in range(600)])
    half = np.arange(600) < 300
    joined = join(
        [View("x", ids.tolist(), x), View("y", ids[half].tolist(), y[half]), View("z", ids[~half].tolist(), z[~half])]
    )
    known = covariances(joined, np.arange(600), most=50)
    found = canonical(known, (0.01, 0.01, 0.01), dim=2)
    unseen = correlated(600, (6, 6, 6), shared=2, seed=3)  # rows whose y and z the space never saw together
    a = known.components[1].of(unseen[1]) @ found.directions[1]
    b = known.components[2].of(unseen[2]) @ found.directions[2]
    assert min(np.corrcoef(a[:, i], b[:, i])[0, 1] for i in range(2)) > 0.5


@settings(max_examples=25, deadline=None)
@given(st.integers(3, 30), st.integers(1, 12), st.integers(0, 1_000))
def test_components_keep_distances(n: int, width: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).standard_normal((n, width)).astype(np.float32)
    placed = fit_components("v", matrix, most=100).of(matrix)

    def far(rows: np.ndarray) -> np.ndarray:
        return np.linalg.norm(rows[:, None] - rows, axis=2)

    assert np.allclose(far(placed), far(matrix), atol=1e-3)


def test_views_that_say_nothing_or_do_not_fit() -> None:
    x, y = views(correlated(20, (3, 3)))
    with pytest.raises(InputError, match="All rows"):
        covariances(join([x, View("same", x.ids, np.ones((20, 4), np.float32))]), np.arange(20), most=5)
    for same in (np.ones((20, 4), np.float32), np.zeros((20, 900), np.float32)):
        with pytest.raises(InputError, match="All rows"):
            covariances(join([x, View("same", x.ids, sp.csr_matrix(same))]), np.arange(20), most=5)
    with pytest.raises(InputError, match="different names"):
        join([x])
    with pytest.raises(InputError, match="different names"):
        join([x, View(x.name, y.ids, y.matrix)])
    with pytest.raises(InputError, match="stands twice"):
        View("v", ["a", "a"], np.ones((2, 2), np.float32))
    with pytest.raises(InputError, match="shape"):
        View("v", ["a"], np.ones((2, 2), np.float32))
    for bad in (np.nan, np.inf):
        with pytest.raises(InputError, match="not finite"):
            View("v", ["a"], np.float32([[bad]]))
        with pytest.raises(InputError, match="not finite"):
            View("v", ["a"], sp.csr_matrix(np.float32([[bad]])))
