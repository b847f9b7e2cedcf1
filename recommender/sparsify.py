"""Keeping the largest entries of a matrix, column by column."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from recommender.arrays import Csr, FloatArray
from recommender.blocks import in_blocks

_COLUMNS = 256


def top_per_column(matrix: Csr, k: int) -> Csr:
    """Keep the k entries of largest magnitude in each column of a sparse matrix."""
    csc = matrix.tocsc()
    counts = np.diff(csc.indptr)
    full = np.flatnonzero(counts > k)
    if len(full):
        kept = np.ones(csc.nnz, dtype=np.bool_)
        for column in full.tolist():
            span = slice(csc.indptr[column], csc.indptr[column + 1])
            smallest = np.argpartition(np.abs(csc.data[span]), counts[column] - k)[: counts[column] - k]
            kept[span.start + smallest] = False
        column_of = np.repeat(np.arange(csc.shape[1]), counts)
        csc = sp.csc_matrix((csc.data[kept], (csc.indices[kept], column_of[kept])), shape=csc.shape)
    csc.eliminate_zeros()
    return sp.csr_matrix(csc)


def sparse_top(dense: FloatArray, k: int) -> Csr:
    """Give a square dense matrix as a sparse one with the k entries of largest magnitude in each column."""
    n_rows, n_columns = dense.shape
    k = min(k, n_rows)
    rows = np.empty((n_columns, k), dtype=np.int32)
    values = np.empty((n_columns, k), dtype=np.float32)

    def choose(part: slice) -> None:
        block = np.ascontiguousarray(dense[:, part].T)
        if k < n_rows:
            chosen = np.argpartition(-np.abs(block), k - 1, axis=1)[:, :k]
        else:
            chosen = np.broadcast_to(np.arange(n_rows), (len(block), n_rows))
        chosen = np.sort(chosen, axis=1)
        rows[part], values[part] = chosen, np.take_along_axis(block, chosen, axis=1)

    in_blocks(choose, n_columns, _COLUMNS)
    bounds = np.arange(n_columns + 1, dtype=np.int64) * k
    csc = sp.csc_matrix((values.ravel(), rows.ravel(), bounds), shape=dense.shape)
    csc.eliminate_zeros()
    return sp.csr_matrix(csc)
