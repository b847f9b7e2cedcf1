"""The snapshot: the graph as frozen columns, the one hand-over between the graph and learning.

A snapshot is a folder: ``manifest.json`` (schema version, fingerprint, counts), ``nodes.parquet`` (``row``, ``label``,
``id``, ``name``), ``products.parquet`` (what filters and reasons need to know of a product) and ``edges/*.parquet``.
Interactions of the test part are never in it: they lie apart, in the folder given as ``holdout``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.store.protocol import EdgeKey

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of one table, sorted by head, tail and time.

    Attributes:
        head: row of each edge's source in the id map, ``(n_edges,)``.
        tail: row of each edge's target, ``(n_edges,)``.
        at: milliseconds since 1970 UTC, -1 where unknown, ``(n_edges,)``.
        value: stars or another strength, NaN where there is none, ``(n_edges,)``.
        weight: confidence or strength, 1 where there is none, ``(n_edges,)``.
    """

    head: IntArray
    tail: IntArray
    at: IntArray
    value: FloatArray
    weight: FloatArray

    def __len__(self) -> int:
        return len(self.head)


__all__ = ["EdgeKey", "Edges", "FloatArray", "IntArray"]
