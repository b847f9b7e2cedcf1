"""Nearest neighbours: what comparing with every vector gives, ties by id, whatever else is asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embeddings.nearest import Method, Metric, NearestNeighbours, Neighbour
from embeddings.vectors import Vectors
from kg.errors import InputError, UnknownIdError
from kg.ids import IdMap

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def vectors_of(products: np.ndarray, brands: np.ndarray) -> Vectors:
    """Vectors of two labels."""
    ids = IdMap(
        {"Product": [f"p{i:05d}" for i in range(len(products))], "Brand": [f"b{i}" for i in range(len(brands))]}
    )
    return Vectors("text", ids, np.concatenate([products, brands]).astype(np.float32))


def brute_force(
    vectors: Vectors, query: np.ndarray, k: int, metric: Metric, label: str | None
) -> list[tuple[str, str]]:
    """Compare in double precision with every vector, one by one."""
    scored = []
    rows = range(len(vectors)) if label is None else range(len(vectors))[vectors.ids.slice(label)]
    for row in rows:
        own, other = vectors.matrix[row].astype(np.float64), query.astype(np.float64)
        if metric is Metric.L2:
            score = -float(np.sqrt(((own - other) ** 2).sum()))
        elif metric is Metric.COSINE:
            lengths = np.linalg.norm(own) * np.linalg.norm(other)
            score = float(own @ other / lengths) if lengths else 0.0
        else:
            score = float(own @ other)
        scored.append((-score, row))
    scored.sort()
    chosen = [row for _, row in scored[:k]]
    return [(str(a), b.as_py()) for a, b in zip(vectors.ids.labels_of(chosen), vectors.ids.ids(chosen), strict=True)]


def names(found: list[Neighbour]) -> list[tuple[str, str]]:
    return [(one.label, one.id) for one in found]


@pytest.mark.parametrize("metric", list(Metric))
@pytest.mark.parametrize("label", [None, "Product", "Brand"])
def test_exact_search_gives_what_brute_force_gives(metric: Metric, label: str | None) -> None:
    random = np.random.default_rng(0)
    vectors = vectors_of(random.standard_normal((700, 24)), random.standard_normal((60, 24)))
    queries = random.standard_normal((40, 24)).astype(np.float32)
    found = NearestNeighbours(vectors, metric=metric).search(queries, 12, label=label)
    assert [names(near) for near in found] == [brute_force(vectors, query, 12, metric, label) for query in queries]
    ordered = [[one.score for one in near] for near in found]
    assert ordered == [sorted(scores, reverse=metric is not Metric.L2) for scores in ordered]


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.float32, st.tuples(st.integers(1, 60), st.just(2)), elements=st.integers(-2, 2).map(float)),
    hnp.arrays(np.float32, (3, 2), elements=st.integers(-2, 2).map(float)),
    st.integers(1, 70),
    st.sampled_from([Metric.INNER, Metric.L2]),
)
def test_ties_stand_in_the_order_of_ids(products: Matrix, queries: Matrix, k: int, metric: Metric) -> None:
    """On a grid of whole numbers most scores tie, and every score is exact."""
    vectors = vectors_of(products, np.ones((2, 2)))
    found = NearestNeighbours(vectors, metric=metric).search(queries, k)
    assert [names(near) for near in found] == [brute_force(vectors, query, k, metric, None) for query in queries]


def test_a_thousand_ties() -> None:
    """More tie than are asked for at first, in an order in which FAISS need not give them."""
    near = NearestNeighbours(vectors_of(np.ones((1_000, 3)), np.zeros((0, 3))))
    assert names(near.search(np.ones((1, 3)), 5)[0]) == [("Product", f"p{i:05d}") for i in range(5)]


@pytest.mark.parametrize("method", [Method.EXACT, Method.HNSW, Method.IVF])
def test_an_answer_does_not_depend_on_its_batch(method: Method) -> None:
    random = np.random.default_rng(1)
    near = NearestNeighbours(vectors_of(random.standard_normal((900, 16)), np.ones((5, 16))), method=method)
    queries = random.standard_normal((50, 16)).astype(np.float32)
    together = near.search(queries, 7)
    assert together == [near.search(query[None], 7)[0] for query in queries]


@pytest.mark.parametrize("metric", list(Metric))
@pytest.mark.parametrize("method", [Method.HNSW, Method.IVF])
def test_the_indexes_find_nearly_all_and_are_built_alike_each_time(method: Method, metric: Metric) -> None:
    random = np.random.default_rng(2)
    # As vectors of products lie: around some centres.
    centres = random.standard_normal((30, 16))
    products = centres[random.integers(0, 30, 4_000)] + 0.3 * random.standard_normal((4_000, 16))
    vectors = vectors_of(products, random.standard_normal((40, 16)))
    queries = vectors.matrix[random.integers(0, 4_000, 60)] + np.float32(0.05)
    exact = NearestNeighbours(vectors, metric=metric).search(queries, 10)
    found = NearestNeighbours(vectors, metric=metric, method=method, threads=2).search(queries, 10)
    assert found == NearestNeighbours(vectors, metric=metric, method=method).search(queries, 10)
    hits = [len(set(names(a)) & set(names(b))) for a, b in zip(found, exact, strict=True)]
    assert sum(hits) / 600 > 0.95
    brands = NearestNeighbours(vectors, metric=metric, method=method).search(queries[:3], 5, label="Brand")
    assert [{one.label for one in near} for near in brands] == [{"Brand"}] * 3


def test_neighbours_of_a_node_leave_it_out() -> None:
    vectors = vectors_of(np.array([[1, 0], [0.9, 0.1], [0, 1]]), np.array([[1, 0]]))
    near = NearestNeighbours(vectors)
    assert names(near.of("Product", ["p00000"], 2)[0]) == [("Brand", "b0"), ("Product", "p00001")]
    assert names(near.of("Product", ["p00000"], 2, among="Brand")[0]) == [("Brand", "b0")]
    assert names(near.of("Product", ["p00000"], 2, among="Product")[0]) == [
        ("Product", "p00001"),
        ("Product", "p00002"),
    ]
    with pytest.raises(UnknownIdError, match="nobody"):
        near.of("Product", ["nobody"], 2)


def test_few_vectors_zeros_and_none() -> None:
    near = NearestNeighbours(vectors_of(np.array([[0, 0], [-1, 0]]), np.zeros((0, 2))))
    assert near.search([[2.0, 0.0]], 5) == [[Neighbour("Product", "p00000", 0.0), Neighbour("Product", "p00001", -1.0)]]
    assert near.search([[2.0, 0.0]], 0) == [[]]
    assert near.search(np.zeros((0, 2)), 5) == []
    assert near.search([[2.0, 0.0]], 5, label="User") == [[]]
    for method in Method:
        empty = NearestNeighbours(vectors_of(np.zeros((0, 2)), np.zeros((0, 2))), method=method)
        assert empty.search([[1.0, 1.0]], 3) == [[]]
        one = NearestNeighbours(vectors_of(np.ones((1, 2)), np.zeros((0, 2))), method=method)
        assert names(one.search([[1.0, 1.0]], 3)[0]) == [("Product", "p00000")]


@pytest.mark.parametrize("queries", [[[1.0]], [1.0, 2.0], [[np.nan, 1.0]], [[np.inf, 1.0]]])
def test_queries_that_do_not_fit(queries: list[list[float]]) -> None:
    near = NearestNeighbours(vectors_of(np.ones((2, 2)), np.ones((1, 2))))
    with pytest.raises(InputError, match=r"shape|finite"):
        near.search(queries, 1)
    with pytest.raises(InputError, match="Spaceship"):
        near.search([[1.0, 1.0]], 1, label="Spaceship")
    with pytest.raises(InputError, match="-1 neighbours"):
        near.search([[1.0, 1.0]], -1)
