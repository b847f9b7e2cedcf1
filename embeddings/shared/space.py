"""A shared space: vectors of several views, made comparable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from embeddings.shared.components import times
from embeddings.shared.views import Matrix, check_finite
from embeddings.vectors import VectorArray, Vectors
from kg.errors import InputError, ModelError

_TOGETHER = 1 << 14


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """The part of a projection that is not linear, ``relu(x inner + bias) outer``.

    Attributes:
        inner: ``(width, n_hidden)``.
        bias: ``(n_hidden,)``.
        outer: ``(n_hidden, dim)``.
    """

    inner: VectorArray
    bias: VectorArray
    outer: VectorArray


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """The way of one view into the space.

    Attributes:
        mean: of the view's rows, ``(width,)``.
        linear: ``(width, dim)``.
        bend: what a network added; None where the linear space was better.
    """

    mean: VectorArray
    linear: VectorArray
    bend: Bend | None = None

    def of(self, matrix: Matrix) -> VectorArray:
        """Give rows their place, ``(n, dim)``, of any length."""
        placed = times(matrix, self.linear) - self.mean @ self.linear
        if self.bend is not None:
            hidden = times(matrix, self.bend.inner) + (self.bend.bias - self.mean @ self.bend.inner)
            placed += np.maximum(hidden, 0) @ self.bend.outer
        return placed


@dataclass(frozen=True, slots=True, eq=False)
class SharedSpace:
    """Where words, photos and whatever else was joined lie together.

    Attributes:
        projections: of each view, by its name.
        correlations: along each number of a vector, on what it was learned from, shrunk by the ridge, ``(dim,)``.
        sources: fingerprint of what made each view's vectors, an encoder's for one; may be empty.
        configuration: settings and what was chosen; JSON values.
        metrics: measured on validation; JSON values.
    """

    projections: Mapping[str, Projection]
    correlations: VectorArray
    sources: Mapping[str, str] = field(default_factory=dict)
    configuration: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)

    @property
    def dim(self) -> int:
        """Numbers in one vector."""
        return len(self.correlations)

    def project(self, view: str, matrix: Matrix) -> VectorArray:
        """Give rows of a view their vectors, ``(n, dim)``, each of length 1.

        A row of zeros says nothing, as that of a text of unknown signs, and its vector is zeros.

        Args:
            view: name.
            matrix: made as that which the space was learned from, ``(n, width)``, dense or sparse.

        Raises:
            ModelError: the space has no such view, or it has rows of another width.
            InputError: a number is not finite.
        """
        if view not in self.projections:
            known = ", ".join(f'"{name}"' for name in self.projections)
            raise ModelError(f'The shared space has no view "{view}"; it has {known}.')
        way = self.projections[view]
        if len(matrix.shape) != 2 or matrix.shape[1] != len(way.mean):
            raise ModelError(
                f'Rows of the view "{view}" have {len(way.mean)} numbers in the shared space; the shape given is '
                f"{matrix.shape}. Use the encoder that it was learned with, or learn the space again."
            )
        check_finite(view, matrix)
        parts = [
            _unit(way.of(part), _says_something(part))
            for start in range(0, matrix.shape[0], _TOGETHER)
            for part in [matrix[start : start + _TOGETHER]]
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.dim), np.float32)

    def vectors(self, view: str, vectors: Vectors, *, name: str = "shared") -> Vectors:
        """Give vectors of nodes in the space, those of a view that is dense.

        Raises:
            ModelError, InputError: as ``project``.
        """
        matrix = self.project(view, vectors.matrix)
        matrix.flags.writeable = False
        return Vectors(name, vectors.ids, matrix)

    def check_source(self, view: str, fingerprint: str) -> None:
        """Make sure that vectors come from the encoder the space was learned with.

        Raises:
            ModelError: they come from another.
        """
        known = self.sources.get(view, "")
        if known and known != fingerprint:
            raise ModelError(
                f'The shared space was learned from other vectors of the view "{view}": their encoder had the '
                f"fingerprint {known[:12]}, this one has {fingerprint[:12]}. Learn the space again."
            )


def check_known(views: Mapping[str, object], name: str) -> None:
    """Look whether a view is there.

    Raises:
        InputError: it is not.
    """
    if name not in views:
        raise InputError(f'Queries are of the view "{name}"; the views are {", ".join(views)}.')


def _says_something(matrix: Matrix) -> npt.NDArray[np.bool_]:
    if sp.issparse(matrix):
        sums = np.asarray(abs(sp.csr_matrix(matrix)).sum(1)).reshape(-1)
    else:
        sums = np.abs(np.asarray(matrix)).sum(1)
    there: npt.NDArray[np.bool_] = sums > 0
    return there


def _unit(matrix: VectorArray, kept: npt.NDArray[np.bool_]) -> VectorArray:
    lengths = np.linalg.norm(matrix, axis=1)
    scale = np.where(kept & (lengths > 0), 1 / np.maximum(lengths, np.finfo(np.float32).tiny), 0)
    scaled: VectorArray = (matrix * scale[:, None]).astype(np.float32)
    return scaled
