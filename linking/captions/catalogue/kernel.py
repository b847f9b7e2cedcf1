"""Kernel ridge regression on several groups of features, with leave-products-out answers in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
from scipy.linalg.lapack import dpotrf, dpotri
from threadpoolctl import ThreadpoolController

from linking.captions.catalogue.features import FloatArray, Groups

Array = npt.NDArray[np.float64]

MIXES: dict[str, dict[str, float]] = {
    "outline": {"outline": 1.0, "outline, coarse": 1.0, "silhouette": 0.5},
    "outline and patches": {"outline": 1.0, "outline, coarse": 1.0, "silhouette": 0.5, "patches": 1.0},
    "outline, patches and texture": {
        "outline": 1.0, "outline, coarse": 1.0, "silhouette": 0.5, "patches": 1.0, "texture": 0.5,
    },
    "outline, patches and texture, smooth": {
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
_STEEPNESS = {"outline, patches and texture, smooth": 0.5}
"""What a mix's distance is multiplied by where it is not 1: the less, the farther photos are compared."""
_WITHOUT_KIND = frozenset({"own colours", "colour peaks", "second colours", "kind"})
_UNLIKE = frozenset({"texture", "colour peaks", "second colours"})
FIRST_MIXES = tuple(name for name, mix in MIXES.items() if not _WITHOUT_KIND & set(mix))
"""Mixes that need not know the kind of product; the kind itself is found by them."""
_WIDE, _AXES = 2000, 384
"""Groups wider than this are kept as so many principal components, where there are photos enough to find them."""
RIDGES = (0.004, 0.02, 0.06, 0.2)


@dataclass(frozen=True)
class Space:
    """Photos to learn from, as points.

    A product may face either way, so each photo stands for its mirror image too.

    Attributes:
        points: group -> ``(n, width)``.
        mirrored: the same of the photos' mirror images, for the groups that differ.
        scales: group -> what each column is multiplied by, ``(width,)``, so that two photos are at a mean squared
            distance of 1. All columns of a group weigh the same, but for groups of unlike numbers.
        axes: wide group -> its principal axes, ``(width, _AXES)``, onto which points are laid. Nearly all of the
            distances is along them, and the rest would be most of a captioner's file and time.
    """

    points: Groups
    mirrored: Groups
    scales: Groups
    axes: Groups

    @classmethod
    def of(cls, groups: Groups, mirrored: Groups) -> Space:
        """Measure the scales and the axes. Points are rounded to what they are kept as."""
        scales = {name: _scale(name, rows.astype(np.float64).var(axis=0)) for name, rows in groups.items()}
        axes = {
            name: _principal_axes([rows * scales[name], mirrored.get(name, rows) * scales[name]])
            for name, rows in groups.items()
            if rows.shape[1] > _WIDE and len(rows) >= 2 * _AXES
        }
        space = cls({}, {}, scales, axes)
        points, facing = (
            {name: _rounded(space.place(name, rows)) for name, rows in some.items()} for some in (groups, mirrored)
        )
        return cls(points, facing, scales, axes)

    def with_groups(self, groups: Groups) -> Space:
        """Add groups that are the same for a photo and its mirror image."""
        more = Space.of(groups, {})
        return Space(
            {**self.points, **more.points}, self.mirrored, {**self.scales, **more.scales}, {**self.axes, **more.axes}
        )

    def place(self, name: str, rows: FloatArray) -> FloatArray:
        """Give the points of a group's rows as they were described, ``(n, width or _AXES)``."""
        scaled = rows * self.scales[name]
        return np.asarray(scaled @ self.axes[name] if name in self.axes else scaled, dtype=np.float32)

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
        self._placed: dict[str, FloatArray] = {}

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
        total = sum(weights.values()) / _STEEPNESS.get(mix, 1.0)
        parts = [self._distance(name, mirrored=mirrored) * np.float32(w / total) for name, w in weights.items()]
        return np.asarray(sum(parts), dtype=np.float32)

    def _distance(self, name: str, *, mirrored: bool) -> FloatArray:
        space, key = self._space, (name, mirrored and name in self._space.mirrored)
        if key not in self._distances:
            those = (space.mirrored if key[1] else space.points)[name]
            these = self._these(name)
            distance = _distances(these, those, space.squares[key])
            # Of two photos it is all the same which one is mirrored, but for the patches at the rim.
            mean = (distance + distance.T) / 2 if self._others is None else distance
            self._distances[key] = np.asarray(mean, dtype=np.float32)
        return self._distances[key]

    def _these(self, name: str) -> FloatArray:
        if self._others is None:
            return self._space.points[name]
        if name not in self._placed:
            self._placed[name] = self._space.place(name, self._others[name])
        return self._placed[name]


def _principal_axes(sides: Sequence[FloatArray]) -> FloatArray:
    """Find the axes along which photos differ most, ``(width, _AXES)``, rounded to what they are kept as.

    Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review 2011; what is drawn is always the
    same.
    """
    from sklearn.utils.extmath import randomized_svd

    rows = np.concatenate(sides)
    rows -= rows.mean(axis=0)
    _, _, axes = randomized_svd(rows, _AXES, n_iter=2, random_state=0)
    return _rounded(np.ascontiguousarray(axes.T, dtype=np.float32))


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


_SMALL = 4_000
"""Up to so many rows one thread solves: beside other work on the machine, threads of BLAS wait for each other."""


@cache
def _libraries() -> ThreadpoolController:
    """Give the libraries that have threads, looked for once: there are hundreds of small systems."""
    return ThreadpoolController()


def fit(kernel: FloatArray, targets: Array, ridge: float) -> tuple[Array, Array]:
    """Solve ``(K + ridge I) A = Y``; give ``A``, ``(n, n_targets)``, and the inverse of the left matrix.

    A kernel is positive definite, so that half of the inverse by Cholesky's factors is enough.
    """
    system = kernel.astype(np.float64)
    system.flat[:: len(system) + 1] += ridge
    with _libraries().limit(limits=1 if len(system) <= _SMALL else None):
        factor, failed = dpotrf(system.T)
        inverse: Array
        if failed:  # rounded so that it is no longer quite definite
            inverse = np.linalg.inv(system).astype(np.float64, copy=False)
        else:
            half, _ = dpotri(factor, overwrite_c=True)
            inverse = np.triu(half) + np.triu(half, 1).T
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
