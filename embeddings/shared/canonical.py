"""Canonical correlation analysis of two or more views.

With two views this is Hotelling's ("Relations between two sets of variates", Biometrika 1936): the directions ``a`` and
``b`` for which ``Xa`` and ``Yb`` correlate most, each next pair at right angles to those before. With more it is
Kettenring's MAXVAR ("Canonical analysis of several sets of variables", Biometrika 1971) in its form as an eigenproblem

    C w = (1 + (J - 1) rho) D w,    C_ij = cov(X_i, X_j),    D = diag(C_11 + r_1 I, ..., C_JJ + r_J I),

regularised as by Vinod (1976) and Bach and Jordan (JMLR 2002). The diagonal of C is left out, which for ``r = 0`` only
shifts the eigenvalues by 1, and keeps the ridge from favouring directions of one view alone. Each covariance is taken
over the nodes that both views know, so a node without a photo still teaches how titles and graph go together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg

from embeddings.shared.components import Components, fit_components
from embeddings.shared.views import Joined
from embeddings.vectors import VectorArray
from kg.ids import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Covariances:
    """What canonical correlation needs to know of some nodes, whatever its ridges.

    Attributes:
        components: of each view.
        crossed: covariance of the coordinates of two views, ``(n_axes_i, n_axes_j)``, for i < j.
    """

    components: tuple[Components, ...]
    crossed: dict[tuple[int, int], VectorArray]


@dataclass(frozen=True, slots=True, eq=False)
class Canonical:
    """Directions that go together.

    Attributes:
        directions: of each view in the coordinates of its components, ``(n_axes, dim)``.
        correlations: along each of them, mean over the pairs of views, shrunk by the ridge, greatest first, ``(dim,)``.
    """

    directions: tuple[VectorArray, ...]
    correlations: VectorArray


def covariances(joined: Joined, chosen: IntArray, *, most: int, seed: int = 0) -> Covariances:
    """Find the components of each view and how views vary together.

    Args:
        joined: the views.
        chosen: nodes to learn from, ``(n,)``.
        most: components of a view at most.
        seed: of the iterative solvers.

    Raises:
        InputError: a view knows too few of the nodes, or says the same of all.
    """
    components = []
    for number, view in enumerate(joined.views):
        known, _ = joined.of(number, chosen)
        components.append(fit_components(view.name, known, most=most, seed=seed))
    placed = place(joined, components, chosen)
    crossed = {}
    for i, (one, has_one) in enumerate(placed):
        for j, (other, has_other) in enumerate(placed[i + 1 :], start=i + 1):
            crossed[i, j] = one.T @ other / np.float32(max(1, int((has_one & has_other).sum()) - 1))
    return Covariances(tuple(components), crossed)


def place(
    joined: Joined, components: Sequence[Components], chosen: IntArray
) -> list[tuple[VectorArray, npt.NDArray[np.bool_]]]:
    """Give the coordinates of nodes in each view, ``(n_chosen, n_axes)``, zeros where it does not know them.

    Beside them stands which nodes it knows, ``(n_chosen,)``.
    """
    placed = []
    for number, one in enumerate(components):
        known, there = joined.of(number, chosen)
        coordinates = np.zeros((len(chosen), len(one.variance)), dtype=np.float32)
        coordinates[there] = one.of(known)
        placed.append((coordinates, there))
    return placed


def canonical(known: Covariances, ridges: Sequence[float], *, dim: int) -> Canonical:
    """Find the directions along which views correlate most.

    Args:
        known: of the nodes.
        ridges: of each view, ``Components.whitening``.
        dim: directions wanted at most; those that do not correlate are left out.
    """
    factors = [one.whitening(ridge) for one, ridge in zip(known.components, ridges, strict=True)]
    bounds = np.cumsum([0, *(len(one) for one in factors)])
    whole = np.zeros((bounds[-1], bounds[-1]), dtype=np.float64)
    for (i, j), crossed in known.crossed.items():
        block = factors[i][:, None] * crossed * factors[j]
        whole[bounds[i] : bounds[i + 1], bounds[j] : bounds[j + 1]] = block
        whole[bounds[j] : bounds[j + 1], bounds[i] : bounds[i + 1]] = block.T
    last = len(whole) - 1
    values, vectors = scipy.linalg.eigh(whole, subset_by_index=[max(0, last + 1 - dim), last])
    values, vectors = values[::-1] / (len(factors) - 1), vectors[:, ::-1]
    sound = values > 0
    values, vectors = values[sound], vectors[:, sound]
    # An eigenvector may as well point the other way; the same data shall give the same numbers.
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(0), np.arange(len(values))])
    directions = tuple(
        (factor[:, None] * vectors[start:end] * len(factors) ** 0.5).astype(np.float32)
        for factor, start, end in zip(factors, bounds, bounds[1:], strict=False)
    )
    return Canonical(directions, values.astype(np.float32))
