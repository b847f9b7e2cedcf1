"""Types of arrays and sparse matrices, named once."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

IntArray: TypeAlias = npt.NDArray[np.int64]
FloatArray: TypeAlias = npt.NDArray[np.float32]
DoubleArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
Csr: TypeAlias = sp.csr_matrix


def csr(rows: IntArray, columns: IntArray, values: npt.ArrayLike, shape: tuple[int, int]) -> Csr:
    """Give a sparse float32 matrix; entries at the same place keep the largest value."""
    data = np.broadcast_to(np.asarray(values, dtype=np.float32), rows.shape)
    order = np.lexsort((data, columns, rows))
    r, c, v = rows[order], columns[order], data[order]
    last = np.ones(len(r), dtype=np.bool_)
    last[:-1] = (r[1:] != r[:-1]) | (c[1:] != c[:-1])
    return sp.csr_matrix((v[last], (r[last], c[last])), shape=shape, dtype=np.float32)


def scaled(
    matrix: Csr, *, rows: FloatArray | None = None, columns: FloatArray | None = None, drop_zeros: bool = False
) -> Csr:
    """Give ``diag(rows) @ matrix @ diag(columns)`` as a new matrix, its zeros not stored where ``drop_zeros``."""
    out = matrix.copy()
    if rows is not None:
        out.data *= np.repeat(rows.astype(np.float32), np.diff(out.indptr))
    if columns is not None:
        out.data *= columns.astype(np.float32)[out.indices]
    if drop_zeros:
        out.eliminate_zeros()
    return out


def empty(n_rows: int, n_columns: int) -> Csr:
    """Give a sparse float32 matrix without entries."""
    nothing = np.zeros(0, dtype=np.int64)
    return csr(nothing, nothing, np.zeros(0, dtype=np.float32), (n_rows, n_columns))


def inverse_power(degrees: npt.ArrayLike, exponent: float) -> FloatArray:
    """Give ``degrees ** -exponent``, zero where the degree is zero."""
    values = np.asarray(degrees, dtype=np.float64).ravel()
    out = np.zeros(len(values), dtype=np.float32)
    np.power(values, -exponent, where=values > 0, out=out, casting="same_kind")
    return out


def row_sums(matrix: Csr) -> DoubleArray:
    """Give the sum of each row, ``(n_rows,)``."""
    return np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()


def column_sums(matrix: Csr) -> DoubleArray:
    """Give the sum of each column, ``(n_columns,)``."""
    return np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()


def on_average_one(strengths: DoubleArray) -> DoubleArray:
    """Divide strengths, ``(n,)``, by the root of their mean square, so that their unit does not matter."""
    size = float(np.sqrt(np.mean(np.square(strengths)))) if len(strengths) else 0.0
    return strengths / size if size > 0 else strengths
