"""Systems of equations over neighbourhoods: each item's regression on its nearest items alone.

EASE solves one system over the whole catalogue. Here item i's weights are solved over its m nearest items only, which
needs no matrix of the catalogue squared: it goes to millions of items, and to many trials a minute while tuning.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from recommender.arrays import Csr, FloatArray, IntArray, row_sums
from recommender.baskets import light

_ROWS = 1024
_HEAVY = 5_000


def nearest_items(factors: Sequence[Csr], m: int) -> IntArray:
    """Give each item's m nearest others by the cosine of its row in ``sum_c F_c F_c'``, ``(n_items, m)``.

    Baskets of more than 5,000 items say too little to choose neighbours by and are passed over. Where an item has
    fewer than m neighbours, the list is filled with other items, each once.
    """
    n_items = factors[0].shape[0]
    m = min(m, n_items - 1)
    small = [light(factor, _HEAVY) for factor in factors]
    norms = np.sqrt(sum((row_sums(factor.multiply(factor).tocsr()) for factor in small), start=np.zeros(n_items)))
    inverse = np.divide(1.0, norms, out=np.zeros(n_items), where=norms > 0).astype(np.float32)
    transposed = [factor.T.tocsr() for factor in small]
    nearest = np.empty((n_items, m), dtype=np.int64)
    for start in range(0, n_items, _ROWS):
        stop = min(start + _ROWS, n_items)
        block = sum((factor[start:stop] @ other for factor, other in zip(small, transposed, strict=True)))
        block = sp.csr_matrix(block)
        block.data *= inverse[block.indices]
        for row in range(stop - start):
            nearest[start + row] = _top(block, row, own=start + row, m=m)
    return nearest


def gram_blocks(factor: Csr, items: IntArray, nearest: IntArray) -> tuple[FloatArray, FloatArray]:
    """Give ``F F'`` within each item's neighbourhood, and between the item and its neighbours.

    Args:
        factor: item-by-basket matrix, ``(n_items, n_baskets)``.
        items: the items asked for, ``(n,)``.
        nearest: their neighbours, ``(n, m)``.

    Returns:
        ``(n, m, m)`` and ``(n, m)``.
    """
    n, m = nearest.shape
    members = np.concatenate([nearest, items[:, None]], axis=1)
    taken = factor[members.ravel()]
    owner = np.repeat(np.arange(n, dtype=np.int64), np.diff(taken.indptr).reshape(n, m + 1).sum(axis=1))
    columns, compact = np.unique(owner * factor.shape[1] + taken.indices, return_inverse=True)
    apart = sp.csr_matrix((taken.data, compact, taken.indptr), shape=(n * (m + 1), len(columns)))
    product = (apart @ apart.T).tocoo()
    blocks = np.zeros((n, m + 1, m + 1), dtype=np.float32)
    blocks[product.row // (m + 1), product.row % (m + 1), product.col % (m + 1)] = product.data
    return np.ascontiguousarray(blocks[:, :m, :m]), np.ascontiguousarray(blocks[:, m, :m])


def scattered(values: FloatArray, nearest: IntArray) -> Csr:
    """Give the item-by-item matrix whose column i holds ``values[i]`` at the rows ``nearest[i]``."""
    n_items, m = nearest.shape
    columns = np.repeat(np.arange(n_items), m)
    return sp.csr_matrix((values.ravel(), (nearest.ravel(), columns)), shape=(n_items, n_items))


def _top(block: Csr, row: int, *, own: int, m: int) -> IntArray:
    span = slice(block.indptr[row], block.indptr[row + 1])
    columns, values = block.indices[span].astype(np.int64), block.data[span]
    others = columns != own
    columns, values = columns[others], values[others]
    if len(columns) > m:
        best: IntArray = columns[np.argpartition(-values, m - 1)[:m]]
        return best
    spare = m - len(columns)
    taken = set(columns.tolist()) | {own}
    filler = [item for item in range(min(block.shape[1], spare + len(taken))) if item not in taken][:spare]
    return np.concatenate([columns, np.array(filler, dtype=np.int64)])
