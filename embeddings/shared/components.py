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
    wanted = min(most, n - 1, width - 1 if sp.issparse(matrix) else width)
    if wanted < 1:
        raise InputError(f'The view "{name}" has {n} rows of {width} numbers: too little to learn from.')
    solver = "arpack" if sp.issparse(matrix) and wanted < min(n, width) else "auto"
    found = PCA(wanted, svd_solver=solver, random_state=seed).fit(matrix)
    variance = found.explained_variance_.astype(np.float32)
    sound = variance > max(_NOISE * variance.max(), np.finfo(np.float32).tiny)
    if not sound.any():
        raise InputError(f'All rows of the view "{name}" are the same: there is nothing to learn from them.')
    axes = np.ascontiguousarray(found.components_[sound].T, dtype=np.float32)
    return Components(np.asarray(found.mean_, dtype=np.float32).reshape(-1), axes, variance[sound])


def times(matrix: Matrix, weights: VectorArray) -> VectorArray:
    """Multiply rows, dense or sparse, with weights: ``(n, width) @ (width, dim)``, float32 and dense."""
    if sp.issparse(matrix):
        return np.asarray(_csr(matrix) @ weights, dtype=np.float32)
    product: VectorArray = np.asarray(matrix, dtype=np.float32) @ weights
    return product


def _csr(matrix: Matrix) -> Csr:
    return sp.csr_matrix(matrix)
