"""A dictionary of small patches learned from a shop's own photos, and how strongly a photo shows each.

Coates, Lee and Ng, "An analysis of single-layer networks in unsupervised feature learning", AISTATS 2011: patches are
normalised for contrast and whitened, clustered by spherical k-means, and a photo is described by how strongly its
patches answer to each cluster, summed over the cells of a grid.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as functional
from torch import Tensor

from linking.captions.catalogue.features import FloatArray, batches, in_batches, rgb_of

_SIDE = 6
_SEEN_AT = 64
_N_CLUSTERS = 192
_N_PATCHES = 40_000
_CELL = 9
"""Patches along a side of a grid's cell; there are 4 by 4 cells."""
_FLAT = 0.003
"""Variance below which a patch counts as flat."""
_WHITENING = 0.1
_ROUNDS = 12


def learn_patches(pixels: npt.NDArray[np.uint8], *, seed: int) -> dict[str, FloatArray]:
    """Learn the dictionary.

    Args:
        pixels: photos to learn from, ``(n, SIZE, SIZE, 3)``.
        seed: of the choice of patches.

    Returns:
        ``filters``, ``(_N_CLUSTERS, 3, _SIDE, _SIDE)``, and ``offsets``, ``(_N_CLUSTERS,)``.
    """
    rng = np.random.default_rng(seed)
    raw = _draw(pixels, rng)
    raw = raw[raw.var(axis=1) > _FLAT / 4] if (raw.var(axis=1) > _FLAT / 4).sum() >= _N_CLUSTERS else raw
    patches = (raw - raw.mean(axis=1, keepdims=True)) / np.sqrt(raw.var(axis=1, keepdims=True) + _FLAT)
    mean = patches.mean(axis=0)
    spread, directions = np.linalg.eigh(np.cov(patches.T))
    whiten = directions @ np.diag(1 / np.sqrt(np.maximum(spread, 0) + _WHITENING)) @ directions.T
    centres = _clusters((patches - mean) @ whiten, rng)
    filters = centres @ whiten
    return {
        "filters": filters.reshape(-1, 3, _SIDE, _SIDE).astype(np.float32),
        "offsets": (-filters @ mean).astype(np.float32),
    }


def _draw(pixels: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    each = -(-_N_PATCHES // max(1, len(pixels)))
    drawn = []
    for images in batches(pixels):
        small = _small(images).numpy()
        for image in small:
            tops, lefts = rng.integers(0, _SEEN_AT - _SIDE + 1, (2, each))
            drawn += [
                image[:, top : top + _SIDE, left : left + _SIDE].ravel() for top, left in zip(tops, lefts, strict=True)
            ]
    return np.asarray(drawn, dtype=np.float64)


def _clusters(points: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Cluster by direction, a point and its negative alike, ``(_N_CLUSTERS, width)``."""
    centres = _unit(points[rng.choice(len(points), _N_CLUSTERS, replace=len(points) < _N_CLUSTERS)])
    for _ in range(_ROUNDS):
        likeness = points @ centres.T
        nearest = np.abs(likeness).argmax(axis=1)
        strength = likeness[np.arange(len(points)), nearest]
        assigned = np.zeros((len(points), _N_CLUSTERS))
        assigned[np.arange(len(points)), nearest] = strength
        centres = _unit(assigned.T @ points + 1e-3 * centres)
    return centres


def _unit(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9))


def _small(images: Tensor) -> Tensor:
    return functional.interpolate(images, size=_SEEN_AT, mode="area")


def describe_patches(pixels: npt.NDArray[np.uint8], dictionary: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Give how strongly photos show each cluster: by place, and wherever it is strongest; each ``(n, its width)``."""
    filters, offsets = torch.from_numpy(dictionary["filters"]), torch.from_numpy(dictionary["offsets"])
    weight = filters.sum((1, 2, 3))[:, None, None]

    def few(part: npt.NDArray[np.uint8]) -> dict[str, Tensor]:
        small = _small(rgb_of(part))
        # The contrast of every patch without cutting it out: the answer to a filter is linear in the pixels.
        mean = functional.avg_pool2d(small.mean(1, keepdim=True), _SIDE, 2)
        spread = functional.avg_pool2d((small**2).mean(1, keepdim=True), _SIDE, 2) - mean**2
        answer = functional.conv2d(small, filters, stride=2).addcmul_(weight, mean, value=-1)
        answer.div_((spread.clamp(min=0) + _FLAT).sqrt()).add_(offsets[:, None, None])
        # The cells of the grid overlap by two patches, so that they cover the photo evenly.
        above = functional.avg_pool2d(functional.relu(answer - 0.5), _CELL, _CELL - 2)
        below = functional.avg_pool2d(functional.relu_(answer.neg_().sub_(0.5)), _CELL, _CELL - 2)
        cells = torch.cat([above, below], 1)
        strongest = cells.flatten(2).topk(4, 2).values.mean(2)
        anywhere = torch.cat([strongest, cells.mean((2, 3))], 1).sqrt()
        return {"patches": cells.flatten(1).sqrt(), "patches anywhere": anywhere}

    return in_batches(few, pixels)
