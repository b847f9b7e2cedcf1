"""Kernel ridge regression on several groups of features, with leave-products-out answers in closed form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linking.captions.catalogue.features import FloatArray, Groups

Array = npt.NDArray[np.float64]

MIXES: dict[str, dict[str, float]] = {
    "outline": {"outline": 1.0, "outline, coarse": 1.0, "silhouette": 0.5},
    "outline and patches": {"outline": 1.0, "outline, coarse": 1.0, "silhouette": 0.5, "patches": 1.0},
    "everything": {
        "outline": 1.0, "outline, coarse": 0.5, "silhouette": 0.5, "patches": 1.0,
        "colours by place": 0.5, "colours by height": 0.5,
    },
    "colours, and where": {
        "own colours": 1.0, "colours in the middle": 1.0, "colours by height": 1.0, "colours by place": 1.0,
        "outline, coarse": 0.5, "silhouette": 0.3, "patches": 0.3,
    },
    "colours": {"own colours": 1.0, "colours": 0.5, "kind": 0.3},
    "texture": {
        "texture": 1.0, "outline, coarse": 1.0, "patches anywhere": 1.0, "colour peaks": 1.0, "own colours": 0.3,
    },
}  # fmt: skip
"""Weights of the groups of features in a squared distance; each head goes by the mix that validation prefers."""
_WITHOUT_KIND = frozenset({"own colours", "colour peaks", "kind"})
_UNLIKE = frozenset({"texture", "colour peaks"})
FIRST_MIXES = tuple(name for name, mix in MIXES.items() if not _WITHOUT_KIND & set(mix))
"""Mixes that need not know the kind of product; the kind itself is found by them."""
RIDGES = (0.02, 0.06, 0.2)


@dataclass(frozen=True, slots=True)
class Space:
    """Photos to learn from, as points.

    Attributes:
        points: group -> ``(n, width)``.
        scales: group -> what each column is multiplied by, ``(width,)``, so that two photos are at a mean squared
            distance of 1. All columns of a group weigh the same, but for groups of unlike numbers.
    """

    points: Groups
    scales: Mapping[str, FloatArray]

    @classmethod
    def of(cls, groups: Groups) -> Space:
        """Measure the scales."""
        scales = {name: _scale(name, rows.astype(np.float64).var(axis=0)) for name, rows in groups.items()}
        return cls({name: rows * scales[name] for name, rows in groups.items()}, scales)

    def with_groups(self, groups: Groups) -> Space:
        """Add groups."""
        more = Space.of(groups)
        return Space({**self.points, **more.points}, {**self.scales, **more.scales})

    def kernel(self, mix: str, others: Groups | None = None) -> FloatArray:
        """Give the likeness of other photos to those learned from, ``(n_others, n)``: ``1 + exp(-distance)``.

        The 1 stands for an intercept, shrunk as everything else is. Without ``others``, of those learned from.
        """
        weights = MIXES[mix]
        total = sum(weights.values())
        distance: FloatArray | None = None
        for name, weight in weights.items():
            mine = self.points[name]
            part = _distances(mine if others is None else others[name] * self.scales[name], mine)
            part *= weight / total
            distance = part if distance is None else np.add(distance, part, out=distance)
        assert distance is not None
        return np.asarray(1 + np.exp(-distance), dtype=np.float32)


def _scale(name: str, variances: Array) -> FloatArray:
    if name in _UNLIKE:
        # a column that hardly ever changes would be all noise
        variances = np.maximum(variances, 1e-4 * variances.mean() + 1e-12)
        return np.asarray(1 / np.sqrt(2 * len(variances) * variances), dtype=np.float32)
    return np.full(len(variances), 1 / np.sqrt(2 * variances.sum() + 1e-9), dtype=np.float32)


def _distances(one: FloatArray, other: FloatArray) -> FloatArray:
    products = one @ other.T
    products *= -2
    products += np.einsum("ij,ij->i", one, one)[:, None]
    products += np.einsum("ij,ij->i", other, other)
    return np.asarray(np.maximum(products, 0, out=products))


def fit(kernel: FloatArray, targets: Array, ridge: float) -> tuple[Array, Array]:
    """Solve ``(K + ridge I) A = Y``; give ``A``, ``(n, n_targets)``, and the inverse of the left matrix."""
    system = kernel.astype(np.float64)
    system.flat[:: len(system) + 1] += ridge
    inverse: Array = np.linalg.inv(system).astype(np.float64, copy=False)
    return inverse @ targets, inverse


def left_out(coefficients: Array, inverse: Array, targets: Array, groups: npt.NDArray[np.int64]) -> Array:
    """Give what a fit without a row's group says of the row, ``(n, n_targets)``, for every row.

    With ``G = K + ridge I`` and a group ``g``: ``Y_g - inv(inv(G)_gg) A_g`` (Pahikkala, Boberg and Salakoski, "Fast
    n-fold cross-validation for regularized least-squares", SCAI 2006).

    Args:
        coefficients: ``A`` as ``fit`` gives it.
        inverse: of ``G``, likewise.
        targets: ``Y``.
        groups: number of each row's group, ``(n,)``.
    """
    answers = targets - coefficients / np.diag(inverse)[:, None]
    order = np.argsort(groups, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        if len(rows) > 1:
            answers[rows] = targets[rows] - np.linalg.solve(inverse[np.ix_(rows, rows)], coefficients[rows])
    return np.asarray(answers)
