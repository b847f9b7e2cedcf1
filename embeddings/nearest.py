"""Nearest neighbours among vectors, by FAISS (Douze et al. 2024, "The Faiss library").

FAISS finds the candidates; their scores are then computed again, one by one and in double precision. So the answer
to a query does not depend on what else was asked in the same batch, equal scores stand in the order of label and id,
and an exact search gives what a comparison with every vector would give. Each label has an index of its own, so a
search within a label looks at nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from threadpoolctl import threadpool_limits

from embeddings.vectors import VectorArray, Vectors
from kg.errors import InputError
from kg.ids import IntArray

_EXACT_UP_TO = 200_000
"""Vectors among which ``auto`` still compares with every one: some milliseconds a query, and nothing to build."""
_SPARE = 8
"""Candidates asked for beyond k, for those that tie with the k-th."""
_ROUNDING = 1e-5
"""By how much, of the squared lengths at hand, two scores of FAISS may be in the wrong order."""
_LINKS, _BREADTH_BUILDING, _BREADTH = 32, 200, 128
"""Of HNSW: links of a node, and candidates kept while building and while searching."""
_PER_CELL, _CELLS, _SHARE_OF_CELLS = 40, 16, 0.05
"""Of IVF: vectors a cell is learned from, and the cells that a query looks into: at least so many, and such a share."""


class Metric(StrEnum):
    """How near two vectors are."""

    COSINE = "cosine"  # of the angle between them; greater is nearer
    INNER = "inner"  # inner product; greater is nearer
    L2 = "l2"  # Euclidean distance; smaller is nearer


class Method(StrEnum):
    """How neighbours are found."""

    AUTO = "auto"  # exact for labels of up to 200,000 vectors, HNSW for larger ones
    EXACT = "exact"  # every vector is compared; nothing is built, and mapped vectors stay where they are
    HNSW = "hnsw"  # a graph of near vectors (Malkov and Yashunin 2018): fast, takes time and memory to build
    IVF = "ivf"  # cells around centres (Jégou et al. 2011): quicker to build, less sure to find all


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A vector near a query.

    Attributes:
        label: of its node.
        id: of its node.
        score: cosine, inner product or distance, as the metric has it.
    """

    label: str
    id: str
    score: float


class NearestNeighbours:
    """Finds the nearest of some vectors.

    Args:
        vectors: to search among. Under the cosine metric, vectors that are not of length 1 are copied.
        metric: how near two vectors are. A vector of zeros has the cosine 0 with all others.
        method: how they are found.
        threads: that a search may use.
        seed: of the cells of IVF.
    """

    def __init__(
        self,
        vectors: Vectors,
        *,
        metric: Metric = Metric.COSINE,
        method: Method = Method.AUTO,
        threads: int = 1,
        seed: int = 0,
    ) -> None:
        self.ids = vectors.ids
        self.metric = Metric(metric)
        self.method = Method(method)
        self._threads = threads
        self._matrix = _unit(vectors.matrix) if self.metric is Metric.COSINE else vectors.matrix
        self._longest = math.sqrt(max((float(_squares(part).max()) for part in _parts(self._matrix)), default=0.0))
        self._indexes: dict[str, Any] = {}
        for label in self.ids.labels:
            if self._method_for(self.ids.count(label)) is not Method.EXACT:
                self._indexes[label] = self._built(self._matrix[self.ids.slice(label)], seed)

    def search(self, queries: npt.ArrayLike, k: int, *, label: str | None = None) -> list[list[Neighbour]]:
        """Give the nearest of each query, nearest first; of equal scores the one first in label and id.

        Args:
            queries: ``(n_queries, dim)``.
            k: neighbours wanted; fewer come where there are fewer.
            label: of the nodes to search among; None for all.

        Raises:
            InputError: the queries do not fit the vectors, are not finite, or the label is unknown.
        """
        wanted = np.asarray(queries, dtype=np.float32)
        if wanted.ndim != 2 or wanted.shape[1] != self._matrix.shape[1]:
            raise InputError(
                f"Queries of the shape {wanted.shape} do not fit vectors of {self._matrix.shape[1]} numbers."
            )
        if not np.isfinite(wanted).all():
            raise InputError("A query has numbers that are not finite.")
        if k < 0:
            raise InputError(f"{k} neighbours cannot be given; ask for 0 or more.")
        labels = self.ids.labels if label is None else (label,) if self.ids.count(label) else ()
        if k == 0 or not labels or not len(wanted):
            return [[] for _ in wanted]
        if self.metric is Metric.COSINE:
            wanted = _unit(wanted)
        with self._limited():
            parts = [self._candidates(wanted, k, one) for one in labels]
        return [self._named(query, np.concatenate(rows), k) for query, *rows in zip(wanted, *parts, strict=True)]

    def of(
        self,
        label: str,
        ids: pa.Array | pa.ChunkedArray | Sequence[str],
        k: int,
        *,
        among: str | None = None,
    ) -> list[list[Neighbour]]:
        """Give the nearest of each node, not the node itself.

        Args:
            label: of the nodes.
            ids: of the nodes.
            k: neighbours wanted.
            among: label of the nodes to search among; None for all.

        Raises:
            UnknownIdError: a node has no vector.
        """
        rows = self.ids.rows(label, ids)
        found = self.search(self._matrix[rows], k + 1, label=among)
        own = [(label, one.as_py()) for one in self.ids.ids(rows)]
        return [
            [one for one in near if (one.label, one.id) != self_][:k] for near, self_ in zip(found, own, strict=True)
        ]

    def _candidates(self, queries: VectorArray, k: int, label: str) -> list[IntArray]:
        """Give rows of a label for each query, among them the nearest k, in any order."""
        within = self.ids.slice(label)
        if label in self._indexes:
            found = self._approximate(self._indexes[label], queries, k)
        else:
            found = self._exact(self._matrix[within], queries, k)
        return [rows + within.start for rows in found]

    def _exact(self, own: VectorArray, queries: VectorArray, k: int) -> list[IntArray]:
        """Compare with every vector, all queries at once; ask again where more may tie with the k-th than came."""
        answers: dict[int, IntArray] = {}
        left, asked = np.arange(len(queries)), min(len(own), k + _SPARE)
        while len(left):
            scores, rows = _faiss().knn(queries[left], own, asked, metric=self._kind())
            answers |= {
                position: candidates
                for position, near, candidates in zip(left.tolist(), scores, rows, strict=True)
                if asked == len(own) or self._apart(queries[position], near[min(k, asked) - 1], near[-1])
            }
            left = np.array([position for position in left.tolist() if position not in answers], dtype=np.int64)
            asked = min(len(own), asked * 4)
        return [answers[position] for position in range(len(queries))]

    def _apart(self, query: VectorArray, kth: np.float32, last: np.float32) -> bool:
        """Tell whether a vector beyond the last candidate can certainly not be among the first k."""
        length = float(np.linalg.norm(query))
        reach = (length + self._longest) ** 2 if self.metric is Metric.L2 else length * self._longest
        return abs(float(kth) - float(last)) > _ROUNDING * reach

    def _approximate(self, index: Any, queries: VectorArray, k: int) -> list[IntArray]:
        faiss = _faiss()
        if isinstance(index, faiss.IndexHNSWFlat):
            how = faiss.SearchParametersHNSW(efSearch=max(_BREADTH, 2 * (k + _SPARE)))
        else:
            cells = max(_CELLS, round(index.nlist * _SHARE_OF_CELLS))
            how = faiss.SearchParametersIVF(nprobe=min(index.nlist, cells))
        _, found = index.search(queries, min(index.ntotal, k + _SPARE), params=how)
        return [rows[rows >= 0] for rows in found]

    def _named(self, query: VectorArray, rows: IntArray, k: int) -> list[Neighbour]:
        """Score candidates in double precision and give the first k with label and id."""
        near, exact = self._matrix[rows].astype(np.float64), query.astype(np.float64)
        scores = np.sqrt(((near - exact) ** 2).sum(1)) if self.metric is Metric.L2 else (near * exact).sum(1)
        first = np.lexsort((rows, scores if self.metric is Metric.L2 else -scores))[:k]
        labels, ids = self.ids.labels_of(rows[first]), self.ids.ids(rows[first]).to_pylist()
        return [Neighbour(str(a), b, float(c)) for a, b, c in zip(labels, ids, scores[first], strict=True)]

    def _method_for(self, count: int) -> Method:
        if self.method is not Method.AUTO:
            return self.method
        return Method.EXACT if count <= _EXACT_UP_TO else Method.HNSW

    def _kind(self) -> int:
        kind: int = _faiss().METRIC_L2 if self.metric is Metric.L2 else _faiss().METRIC_INNER_PRODUCT
        return kind

    def _built(self, own: VectorArray, seed: int) -> Any:
        faiss, dim = _faiss(), own.shape[1]
        if self._method_for(len(own)) is Method.HNSW:
            index = faiss.IndexHNSWFlat(dim, _LINKS, self._kind())
            index.hnsw.efConstruction = _BREADTH_BUILDING
            with threadpool_limits(1):  # side by side, threads would link the graph in another order each time
                for part in _parts(own):
                    index.add(part)
            return index
        cells = max(1, min(len(own) // _PER_CELL, round(4 * len(own) ** 0.5)))
        index = faiss.IndexIVFFlat(faiss.IndexFlat(dim, self._kind()), dim, cells, self._kind())
        index.cp.seed, index.cp.max_points_per_centroid = seed, 2 * _PER_CELL
        with self._limited():
            index.train(own)
            for part in _parts(own):
                index.add(part)
        return index

    def _limited(self) -> AbstractContextManager[object]:
        limits: AbstractContextManager[object] = threadpool_limits(self._threads)
        return limits


def _faiss() -> Any:
    import faiss

    return faiss


def _parts(matrix: VectorArray) -> list[VectorArray]:
    return [matrix[start : start + (1 << 16)] for start in range(0, len(matrix), 1 << 16)]


def _squares(matrix: VectorArray) -> VectorArray:
    squares: VectorArray = np.einsum("nd,nd->n", matrix, matrix)
    return squares


def _unit(matrix: VectorArray) -> VectorArray:
    """Scale vectors to length 1, zeros apart; give the same array where they are."""
    if all(np.abs(squares - 1).max(initial=0) < 1e-6 for squares in map(_squares, _parts(matrix))):
        return matrix
    lengths = np.linalg.norm(matrix.astype(np.float64), axis=1, keepdims=True)
    scaled: VectorArray = (matrix / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled
