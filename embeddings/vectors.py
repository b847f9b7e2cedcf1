"""Vectors of nodes: the one form in which graph, text, photos and anything else join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kg.errors import InputError
from kg.ids import IdMap, IntArray

VectorArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Vectors of some nodes, one for each; a node without a vector is not there.

    Attributes:
        name: of the kind: ``graph``, ``text``, ``image``, ``audio``.
        ids: of the nodes, of one label or of several; rows of ``matrix`` are rows of this map.
        matrix: ``(n_nodes, dim)``, float32, finite, read-only; it may be mapped from a file.

    Raises:
        InputError: the matrix does not fit the ids.
    """

    name: str
    ids: IdMap
    matrix: VectorArray

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or len(self.matrix) != len(self.ids):
            raise InputError(
                f'The vectors "{self.name}" have the shape {self.matrix.shape} for {len(self.ids)} ids. '
                "Give one row for each id."
            )
        if self.matrix.dtype != np.float32:
            raise InputError(f'The vectors "{self.name}" are of type {self.matrix.dtype}; float32 is wanted.')

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def dim(self) -> int:
        """Numbers in one vector."""
        return int(self.matrix.shape[1])

    def of(
        self, label: str, ids: pa.Array | pa.ChunkedArray | Sequence[str]
    ) -> tuple[VectorArray, npt.NDArray[np.bool_]]:
        """Give the vector of each node, ``(n_ids, dim)``, and whether it has one, ``(n_ids,)``; others are zeros."""
        rows: IntArray = self.ids.find(label, ids)
        there = rows >= 0
        found = np.zeros((len(rows), self.dim), dtype=np.float32)
        found[there] = self.matrix[rows[there]]
        return found, there

    @classmethod
    def sorted(cls, name: str, label: str, ids: Sequence[str] | pa.Array, matrix: npt.ArrayLike) -> Vectors:
        """Make vectors of one label, of ids in any order.

        Args:
            name: of the kind.
            label: of the nodes.
            ids: distinct, ``(n,)``.
            matrix: ``(n, dim)``.

        Raises:
            InputError: an id stands twice, or the matrix does not fit the ids.
        """
        given = ids if isinstance(ids, pa.Array) else pa.array(ids, pa.string())
        known = IdMap({label: given})
        array = np.asarray(matrix, dtype=np.float32)
        if array.ndim != 2 or len(array) != len(given):
            raise InputError(f'The vectors "{name}" have the shape {array.shape} for {len(given)} ids.')
        placed = np.empty_like(array)
        placed[known.find(label, given)] = array
        placed.flags.writeable = False
        return cls(name, known, placed)
