"""EASE in closed form: item weights B that predict each item of a basket from the others.

Steck (WWW 2019), "Embarrassingly shallow autoencoders for sparse data": with A = F F' + ridge I and P = inverse(A),
``B[j, i] = -P[j, i] / P[i, i]`` for j != i, and 0 on the diagonal. F may hold baskets of any kind, weighted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import scipy.linalg as la

from kg.errors import ModelError
from recommender.arrays import Csr, FloatArray, IntArray
from recommender.blocks import in_blocks
from recommender.neighbourhoods import gram_blocks, scattered

_ROWS = 2048
_BLOCK = 512
"""Rows of a product made at once, of which several are at work."""
_BATCH = 256


def gram(factors: Sequence[Csr]) -> FloatArray:
    """Give ``sum_c F_c F_c'`` as a dense matrix, ``(n_items, n_items)``, made in blocks of rows."""
    n_items = factors[0].shape[0]
    out = np.zeros((n_items, n_items), dtype=np.float32)
    for factor in factors:
        in_blocks(partial(_add_products, out, factor, factor.T.tocsr()), n_items, _BLOCK)
    return out


def _add_products(out: FloatArray, factor: Csr, transposed: Csr, part: slice) -> None:
    """Add the rows of ``factor @ transposed`` that a slice names to those of a dense matrix."""
    block = (factor[part] @ transposed).tocsr()
    if block.nnz > 0.1 * block.shape[0] * block.shape[1]:
        out[part] += block.toarray()
    else:
        rows = np.repeat(np.arange(part.start, part.stop), np.diff(block.indptr))
        out[rows, block.indices] += block.data


def ease(A: FloatArray) -> FloatArray:
    """Give B from a positive definite A, ``(n_items, n_items)``, in A's own memory.

    Raises:
        ModelError: A is not positive definite; a larger ridge is needed.
    """
    lower = A.T  # symmetric, so the same matrix in the column order that LAPACK works on in place
    factor, failed = la.lapack.spotrf(lower, lower=1, overwrite_a=1)
    if not failed:
        factor, failed = la.lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed:
        raise ModelError("The weighted baskets give no positive definite system. Raise the ridge in shopgraph.toml.")
    inverse: FloatArray = factor.T
    for start in range(0, len(inverse), _ROWS):  # LAPACK fills one triangle
        stop = min(start + _ROWS, len(inverse))
        inverse[stop:, start:stop] = inverse[start:stop, stop:].T
        corner = np.triu(inverse[start:stop, start:stop])
        inverse[start:stop, start:stop] = corner + np.triu(corner, 1).T
    inverse /= -np.diagonal(inverse).copy()[None, :]
    np.fill_diagonal(inverse, 0.0)
    return inverse


def local_ease(factors: Sequence[Csr], nearest: IntArray, ridge: float) -> Csr:
    """Give B where column i is solved over item i's neighbourhood alone, ``(n_items, n_items)`` sparse.

    For N the neighbours of i: ``B[N, i] = solve(A[N, N], A[N, i])``, the normal equations of EASE's regression.
    """
    n_items, m = nearest.shape
    values = np.zeros((n_items, m), dtype=np.float32)
    for start in range(0, n_items, _BATCH):
        items = np.arange(start, min(start + _BATCH, n_items))
        left = np.zeros((len(items), m, m), dtype=np.float32)
        right = np.zeros((len(items), m), dtype=np.float32)
        for factor in factors:
            block, own = gram_blocks(factor, items, nearest[items])
            left += block
            right += own
        values[items] = solve_blocks(left, right, ridge)
    return scattered(values, nearest)


def solve_blocks(left: FloatArray, right: FloatArray, ridge: float) -> FloatArray:
    """Solve ``(left + ridge I) x = right`` for many small symmetric systems, ``(n, m, m)`` and ``(n, m)``."""
    import torch

    system = torch.from_numpy(left).clone()
    system.diagonal(dim1=1, dim2=2).add_(ridge)
    factor, failed = torch.linalg.cholesky_ex(system)
    if failed.any():
        raise ModelError("A neighbourhood's system is not positive definite. Raise the ridge in shopgraph.toml.")
    solved: FloatArray = torch.cholesky_solve(torch.from_numpy(right)[:, :, None], factor)[:, :, 0].numpy()
    return solved
