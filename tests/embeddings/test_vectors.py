"""Vectors of nodes: rows and ids stay together, whatever the order they come in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.vectors import Vectors
from kg.errors import InputError


@given(st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=30), st.randoms(use_true_random=False))
def test_each_id_keeps_its_vector(ids: list[str], random: object) -> None:
    matrix = np.arange(len(ids) * 3, dtype=np.float32).reshape(-1, 3)
    vectors = Vectors.sorted("text", "Product", ids, matrix)
    found, there = vectors.of("Product", ids)
    assert there.all()
    assert np.array_equal(found, matrix)
    shuffled = list(range(len(ids)))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = Vectors.sorted("text", "Product", [ids[i] for i in shuffled], matrix[shuffled])
    assert again.ids == vectors.ids
    assert np.array_equal(again.matrix, vectors.matrix)


def test_a_node_without_vector_gets_zeros_and_is_told_apart() -> None:
    vectors = Vectors.sorted("text", "Product", ["b", "a"], [[0.0, 0.0], [1.0, 2.0]])
    found, there = vectors.of("Product", ["a", "nobody", "b"])
    assert found.tolist() == [[1, 2], [0, 0], [0, 0]]
    assert there.tolist() == [True, False, True]


@pytest.mark.parametrize("matrix", [np.zeros((3, 2), np.float32), np.zeros(2, np.float32)])
def test_a_matrix_that_does_not_fit(matrix: np.ndarray) -> None:
    with pytest.raises(InputError, match="shape"):
        Vectors.sorted("text", "Product", ["a", "b"], matrix)


def test_another_type_of_number() -> None:
    known = Vectors.sorted("text", "Product", ["a"], [[1.0]])
    with pytest.raises(InputError, match="float32"):
        Vectors("text", known.ids, known.matrix.astype(np.float64))  # type: ignore[arg-type]


def test_an_id_twice() -> None:
    with pytest.raises(InputError, match="twice"):
        Vectors.sorted("text", "Product", ["a", "a"], [[1.0], [2.0]])
