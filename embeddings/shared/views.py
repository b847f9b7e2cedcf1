"""Views: what is known of the same nodes in several ways, such as their titles and their photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import scipy.sparse as sp

from embeddings.vectors import VectorArray, Vectors
from kg.errors import InputError
from kg.ids import IntArray

Csr = sp.csr_matrix[np.float32]
Matrix = VectorArray | Csr
"""Rows of numbers, dense or sparse. A sparse one is never made dense."""

_TOGETHER = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One way of knowing nodes.

    Attributes:
        name: ``text``, ``image``, ``graph``.
        ids: of the nodes, of one label, distinct, ``(n,)``; a node that this view does not know is not there.
        matrix: ``(n, width)``, dense or sparse, finite.

    Raises:
        InputError: the matrix does not fit the ids, has numbers that are not finite, or an id stands twice.
    """

    name: str
    ids: Sequence[str]
    matrix: Matrix

    def __post_init__(self) -> None:
        shape = self.matrix.shape
        if len(shape) != 2 or shape[0] != len(self.ids):
            raise InputError(
                f'The view "{self.name}" has the shape {shape} for {len(self.ids)} ids. Give a row for each.'
            )
        if len(set(self.ids)) < len(self.ids):
            raise InputError(f'An id stands twice in the view "{self.name}". Give one row for each node.')
        check_finite(self.name, self.matrix)

    @classmethod
    def of(cls, vectors: Vectors, label: str, *, name: str | None = None) -> View:
        """Make a view of the vectors of a label."""
        ids = vectors.ids.label_ids(label).to_pylist()
        return cls(name or vectors.name, ids, vectors.matrix[vectors.ids.slice(label)])


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Views of the same nodes, side by side.

    Attributes:
        views: as given.
        ids: of the nodes that more than one view knows, in order of their bytes, ``(n,)``.
        rows: row of each node in each view, -1 where it is missing, ``(n_views, n)``.
    """

    views: tuple[View, ...]
    ids: tuple[str, ...]
    rows: IntArray

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, view: int, chosen: IntArray) -> tuple[Matrix, npt.NDArray[np.bool_]]:
        """Give a view's rows of those chosen nodes that it knows, and which those are, ``(n_chosen,)``."""
        rows = self.rows[view, chosen]
        return self.views[view].matrix[rows[rows >= 0]], rows >= 0


def join(views: Sequence[View]) -> Joined:
    """Put views side by side.

    Raises:
        InputError: there are fewer than two views, two have the same name, or they share too few nodes.
    """
    if len(views) < 2 or len({view.name for view in views}) < len(views):
        names = ", ".join(view.name for view in views) or "none"
        raise InputError(f"A shared space joins two or more views of different names; given: {names}.")
    given = [pa.array(view.ids, pa.string()) for view in views]
    every = pa.concat_arrays(given).unique().sort()
    rows = np.stack([pa.compute.fill_null(pa.compute.index_in(every, value_set=ids), -1).to_numpy() for ids in given])
    shared = (rows >= 0).sum(0) > 1
    ids = tuple(every.filter(pa.array(shared)).to_pylist())
    return Joined(tuple(views), ids, rows[:, shared].astype(np.int64))


def check_finite(name: str, matrix: Matrix) -> None:
    """Look for NaN and infinity.

    Raises:
        InputError: there is one.
    """
    numbers = matrix.data if sp.issparse(matrix) else matrix
    for start in range(0, len(numbers), _TOGETHER):
        if not np.isfinite(numbers[start : start + _TOGETHER]).all():
            raise InputError(f'The view "{name}" has numbers that are not finite. Leave those nodes out.')
