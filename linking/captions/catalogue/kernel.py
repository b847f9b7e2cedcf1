"""Kernel ridge regression on several groups of features, with leave-products-out answers in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from linking.captions.catalogue.features import FloatArray, Groups

Array = npt.NDArray[np.float64]

MIXES: dict[str, dict[str, float]] = {
    "outline": {"outline": 1.0, "outline, coarse": 1.0, "silhouette": 0.5},
    "outline and patches": {"outline": 1.0, "outline, coarse": 1.0, "silhouette": 0.5, "patches": 1.0},
    "outline, patches and texture": {
        "outline": 1.0, "outline, coarse": 1.0, "silhouette": 0.5, "patches": 1.0, "texture": 0.5,
    },
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
        "second colours": 1.0,
    },
    "texture, by kind": {
        "texture": 1.0, "outline, coarse": 0.5, "patches anywhere": 1.0, "colour peaks": 2.0, "kind": 0.5,
    },
    "texture and second colours": {
        "texture": 1.0, "outline, coarse": 0.5, "patches anywhere": 1.0, "colour peaks": 1.0, "second colours": 2.0,
        "kind": 0.5,
    },
}  # fmt: skip
"""Weights of the groups of features in a squared distance; each head goes by the mix that validation prefers."""
_WITHOUT_KIND = frozenset({"own colours", "colour peaks", "second colours", "kind"})
_UNLIKE = frozenset({"texture", "colour peaks", "second colours"})
FIRST_MIXES = tuple(name for name, mix in MIXES.items() if not _WITHOUT_KIND & set(mix))
"""Mixes that need not know the kind of product; the kind itself is found by them."""
RIDGES = (0.007, 0.02, 0.06, 0.2)


@dataclass(frozen=True)
class Space:
    """Photos to learn from, as points.

    A product may face either way, so each photo stands for its mirror image too.

    Attributes:
        points: group -> ``(n, width)``.
        mirrored: the same of the photos' mirror images, for the groups that differ.
        scales: group -> what each column is multiplied by, ``(width,)``, so that two photos are at a mean squared
            distance of 1. All columns of a group weigh the same, but for groups of unlike numbers.
    """

    points: Groups
    mirrored: Groups
    scales: Groups

    @classmethod
    def of(cls, groups: Groups, mirrored: Groups) -> Space:
        """Measure the scales. Points are rounded to what they are kept as."""
        scales = {name: _scale(name, rows.astype(np.float64).var(axis=0)) for name, rows in groups.items()}
        return cls(
            {name: _rounded(rows * scales[name]) for name, rows in groups.items()},
            {name: _rounded(rows * scales[name]) for name, rows in mirrored.items()},
            scales,
        )

    def with_groups(self, groups: Groups) -> Space:
        """Add groups that are the same for a photo and its mirror image."""
        more = Space.of(groups, {})
        return Space({**self.points, **more.points}, self.mirrored, {**self.scales, **more.scales})

    @cached_property
    def squares(self) -> dict[tuple[str, bool], FloatArray]:
        """Squared length of each point, ``(n,)``, of a group straight or mirrored: the same for all that is asked."""
        groups = {(name, False): rows for name, rows in self.points.items()}
        groups |= {(name, True): rows for name, rows in self.mirrored.items()}
        return {key: _squares(rows) for key, rows in groups.items()}


class Likeness:
    """How like other photos are to those of a space.

    Args:
        space: photos to learn from, ``n``.
        others: other photos' groups of features; None for the photos of the space among themselves.
    """

    def __init__(self, space: Space, others: Groups | None = None) -> None:
        self._space = space
        self._others = others
        self._kernels: dict[str, FloatArray] = {}
        self._distances: dict[tuple[str, bool], FloatArray] = {}

    def kernel(self, mix: str) -> FloatArray:
        """Give the likeness by a mix of features, ``(n_others, n)``: ``1 + exp(-distance)``, the mirror images' mean.

        The 1 stands for an intercept, shrunk as everything else is.
        """
        if mix not in self._kernels:
            straight, mirrored = (np.exp(-self._mixed(mix, mirrored=mirrored)) for mirrored in (False, True))
            self._kernels[mix] = np.asarray(1 + (straight + mirrored) / 2, dtype=np.float32)
        return self._kernels[mix]

    def _mixed(self, mix: str, *, mirrored: bool) -> FloatArray:
        weights = MIXES[mix]
        total = sum(weights.values())
        parts = [self._distance(name, mirrored=mirrored) * np.float32(w / total) for name, w in weights.items()]
        return np.asarray(sum(parts), dtype=np.float32)

    def _distance(self, name: str, *, mirrored: bool) -> FloatArray:
        space, key = self._space, (name, mirrored and name in self._space.mirrored)
        if key not in self._distances:
            those = (space.mirrored if key[1] else space.points)[name]
            these = space.points[name] if self._others is None else self._others[name] * space.scales[name]
            distance = _distances(these, those, space.squares[key])
            # Of two photos it is all the same which one is mirrored, but for the patches at the rim.
            mean = (distance + distance.T) / 2 if self._others is None else distance
            self._distances[key] = np.asarray(mean, dtype=np.float32)
        return self._distances[key]


def _rounded(rows: FloatArray) -> FloatArray:
    return rows.astype(np.float16).astype(np.float32)


def _scale(name: str, variances: Array) -> FloatArray:
    if name in _UNLIKE:
        # a column that hardly ever changes would be all noise
        variances = np.maximum(variances, 1e-4 * variances.mean() + 1e-12)
        return np.asarray(1 / np.sqrt(2 * len(variances) * variances), dtype=np.float32)
    return np.full(len(variances), 1 / np.sqrt(2 * variances.sum() + 1e-9), dtype=np.float32)


def _distances(one: FloatArray, other: FloatArray, squares: FloatArray) -> FloatArray:
    products = one @ other.T
    products *= -2
    products += _squares(one)[:, None]
    products += squares
    return np.asarray(np.maximum(products, 0, out=products))


def _squares(rows: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("ij,ij->i", rows, rows))


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
