"""The k vectors of the highest inner product with a query: exact in blocks, or by a graph of FAISS."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from kg.errors import ConfigurationError
from recommender.arrays import Csr, FloatArray, IntArray
from recommender.ranking import hide, top_k
from recommender.topk.storage import Storage, Stored

_BLOCK = 1 << 15
"""Vectors compared at once."""
_QUERIES = 256
"""Queries compared at once."""
_LINKS, _BREADTH_BUILDING, _BREADTH = 32, 200, 128
"""Of HNSW: links of a node, and candidates kept while building and, at least, while searching."""


class Search(StrEnum):
    """How the best are found."""

    EXACT = "exact"  # every vector is compared, a block at a time
    HNSW = "hnsw"  # FAISS's graph of near vectors (Malkov and Yashunin 2018); some of the best may be missed


class VectorIndex:
    """Finds the items whose vectors have the highest inner product with a query. It is not changed by use.

    Args:
        vectors: of the items, ``(n_items, dim)``.
        storage: how they are kept; less memory, and a little of the order is lost.
        search: how the best are found.
    """

    def __init__(self, vectors: FloatArray, *, storage: Storage = Storage.FP32, search: Search = Search.EXACT) -> None:
        if vectors.ndim != 2 or not np.isfinite(vectors).all():
            raise ConfigurationError(f"Vectors of the shape {vectors.shape} must be a table of finite numbers.")
        self.search_by = Search(search)
        self._stored = Stored(vectors, storage)
        self._graph: Any = _graph(self._stored) if self.search_by is Search.HNSW and len(vectors) else None

    @property
    def nbytes(self) -> int:
        """Bytes of the vectors; a graph takes 4 bytes for each of its links besides."""
        return self._stored.nbytes + (0 if self._graph is None else 4 * 2 * _LINKS * len(self._stored))

    def search(self, queries: FloatArray, k: int, *, seen: Csr | None = None) -> IntArray:
        """Give rows of the k best items for each query, best first; -1 where there are no more, ``(n_queries, k)``.

        Equal scores rank by row in an exact search.

        Args:
            queries: ``(n_queries, dim)``.
            k: items wanted.
            seen: query-by-item matrix, an entry for each item to leave out.
        """
        found = np.full((len(queries), k), -1, dtype=np.int64)
        for start in range(0, len(queries), _QUERIES):
            part = slice(start, min(start + _QUERIES, len(queries)))
            own = None if seen is None else seen[part]
            look = self._exact if self._graph is None else self._near
            found[part] = look(np.ascontiguousarray(queries[part], dtype=np.float32), k, own)
        return found

    def _exact(self, queries: FloatArray, k: int, seen: Csr | None) -> IntArray:
        """Keep the k best of each block, then the k best of those."""
        scores, rows = np.empty((len(queries), 0), np.float32), np.empty((len(queries), 0), np.int64)
        columns = None if seen is None else seen.tocsc()
        for start in range(0, len(self._stored), _BLOCK):
            block = queries @ self._stored.part(slice(start, start + _BLOCK)).T
            if columns is not None:
                hide(block, columns[:, start : start + block.shape[1]].tocsr())
            best = top_k(block, min(k, block.shape[1]))
            own = np.where(best >= 0, np.take_along_axis(block, best, axis=1), np.float32(-np.inf))
            scores, rows = np.hstack([scores, own]), np.hstack([rows, np.where(best >= 0, best + start, -1)])
        if not rows.shape[1]:
            return np.full((len(queries), k), -1, dtype=np.int64)
        return _chosen(scores, rows, k)

    def _near(self, queries: FloatArray, k: int, seen: Csr | None) -> IntArray:
        """Ask the graph for more than k, and put what it gives in the order of the stored vectors."""
        faiss = _faiss()
        most = 0 if seen is None else int(np.diff(seen.indptr).max(initial=0))
        wanted = min(len(self._stored), 2 * k + most)
        how = faiss.SearchParametersHNSW(efSearch=max(_BREADTH, 2 * wanted))
        _, rows = self._graph.search(queries, wanted, params=how)
        scores = np.full(rows.shape, -np.inf, dtype=np.float32)
        for place, (query, own) in enumerate(zip(queries, rows, strict=True)):
            known = own >= 0
            if seen is not None:
                known &= ~np.isin(own, seen.indices[seen.indptr[place] : seen.indptr[place + 1]])
            scores[place, known] = self._stored.part(own[known]) @ query
        return _chosen(scores, rows.astype(np.int64), k)


def recall(found: IntArray, wanted: IntArray) -> float:
    """Give the share of the items in ``wanted`` that are in the same row of ``found``; -1 is none, ``(n, k)`` each."""
    hits = sum(len(np.intersect1d(a[a >= 0], b[b >= 0])) for a, b in zip(found, wanted, strict=True))
    return hits / max(int((wanted >= 0).sum()), 1)


def _chosen(scores: FloatArray, rows: IntArray, k: int) -> IntArray:
    best = top_k(scores, k)
    chosen: IntArray = np.where(best >= 0, np.take_along_axis(rows, np.maximum(best, 0), axis=1), -1)
    return chosen


def _faiss() -> Any:
    import faiss

    return faiss


def _graph(stored: Stored) -> Any:
    faiss = _faiss()
    kinds = {Storage.FP16: faiss.ScalarQuantizer.QT_fp16, Storage.INT8: faiss.ScalarQuantizer.QT_8bit}
    if stored.storage is Storage.FP32:
        graph = faiss.IndexHNSWFlat(stored.dim, _LINKS, faiss.METRIC_INNER_PRODUCT)
    else:
        graph = faiss.IndexHNSWSQ(stored.dim, kinds[stored.storage], _LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = _BREADTH_BUILDING
    with threadpool_limits(1):  # side by side, threads would link the graph in another order each time
        parts = [stored.part(slice(start, start + _BLOCK)) for start in range(0, len(stored), _BLOCK)]
        graph.train(np.concatenate(parts))
        for part in parts:
            graph.add(part)
    return graph
