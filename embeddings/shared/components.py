"""Principal components of a view: its directions by how much nodes differ along them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from embeddings.shared.views import Csr, Matrix
from embeddings.vectors import VectorArray
from kg.errors import InputError

_NOISE = 1e-6
"""Directions of a smaller share of the greatest variance are rounding errors."""

_NARROW = 512
"""Width up to which the covariance of a sparse view is small."""


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Directions of a view.

    Attributes:
        mean: of the rows, ``(width,)``.
        axes: of length 1 and at right angles to each other, those of most variance first, ``(width, n_axes)``.
        variance: along each, ``(n_axes,)``.
    """

    mean: VectorArray
    axes: VectorArray
    variance: VectorArray

    def of(self, matrix: Matrix) -> VectorArray:
        """Give the coordinates of rows, ``(n, n_axes)``."""
        return times(matrix, self.axes) - self.mean @ self.axes

    def whitening(self, ridge: float) -> VectorArray:
        """Give the factor of each axis that makes all about equally wide, ``(n_axes,)``.

        Args:
            ridge: added to each variance, as a share of their mean (Vinod 1976, "Canonical ridge"). The smaller it is,
                the more directions in which nodes hardly differ count.
        """
        factors: VectorArray = 1 / np.sqrt(self.variance + np.float32(ridge) * self.variance.mean())
        return factors


def fit_components(name: str, matrix: Matrix, *, most: int, seed: int = 0) -> Components:
    """Find the directions.

    Args:
        name: of the view, for messages.
        matrix: ``(n, width)``; a sparse one is centred without making it dense.
        most: directions wanted at most.
        seed: of the iterative solvers.

    Raises:
        InputError: all rows are the same.
    """
    from sklearn.decomposition import PCA

    n, width = matrix.shape
    narrow = width <= _NARROW
    wanted = min(most, n - 1, width if narrow or not sp.issparse(matrix) else width - 1)
    if wanted < 1:
        raise InputError(f'The view "{name}" has {n} rows of {width} numbers: too little to learn from.')
    if not _varies(matrix):
        raise InputError(f'All rows of the view "{name}" are the same: there is nothing to learn from them.')
    # Neither solver for sparse rows makes them dense: one takes their covariance, the other multiplies with them.
    sparse_solver = "covariance_eigh" if narrow else "arpack"
    found = PCA(wanted, svd_solver=sparse_solver if sp.issparse(matrix) else "auto", random_state=seed).fit(matrix)
    variance = found.explained_variance_.astype(np.float32)
    sound = variance > max(_NOISE * variance.max(), np.finfo(np.float32).tiny)
    axes = np.ascontiguousarray(found.components_[sound].T, dtype=np.float32)
    return Components(np.asarray(found.mean_, dtype=np.float32).reshape(-1), axes, variance[sound])


def times(matrix: Matrix, weights: VectorArray) -> VectorArray:
    """Multiply rows, dense or sparse, with weights: ``(n, width) @ (width, dim)``, float32 and dense."""
    if sp.issparse(matrix):
        return np.asarray(_csr(matrix) @ weights, dtype=np.float32)
    product: VectorArray = np.asarray(matrix, dtype=np.float32) @ weights
    return product


def _varies(matrix: Matrix) -> bool:
    if sp.issparse(matrix):
        rows = _csr(matrix)
        return bool((rows.max(axis=0) - rows.min(axis=0)).nnz)
    return bool(np.ptp(np.asarray(matrix), axis=0).any())


def _csr(matrix: Matrix) -> Csr:
    return sp.csr_matrix(matrix)
