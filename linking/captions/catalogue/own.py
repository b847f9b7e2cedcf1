"""Colours of the very product: what its photo shows beyond what photos of its kind show anyway.

All running shoes have pale soles, and all frying pans are dark inside. What nearly every photo of a kind shows says
nothing about this product's colour, so it is taken off the histogram of colours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as functional

from linking.captions.catalogue.features import N_COLOURS, FloatArray

_USUAL = 0.3
"""Quantile of a cell over the photos of a kind that counts as usual for the kind."""
_FEWEST = 5
"""Photos below which a kind has nothing usual."""
_SHAPE = (8, 9, 9)
_PEAKS = 4


def usual_colours(colours: FloatArray, kinds: npt.NDArray[np.int64], n_kinds: int) -> FloatArray:
    """Give the histogram that most photos of each kind reach, ``(n_kinds, N_COLOURS)``.

    Args:
        colours: square roots of histograms, ``(n, N_COLOURS)``.
        kinds: row of each photo's kind; -1 where unknown, ``(n,)``.
        n_kinds: kinds there are.
    """
    usual = np.zeros((n_kinds, N_COLOURS), np.float32)
    for kind in range(n_kinds):
        rows = colours[kinds == kind]
        if len(rows) >= _FEWEST:
            usual[kind] = np.quantile(rows**2, _USUAL, axis=0)
    return usual


def own_colours(colours: FloatArray, kinds: npt.NDArray[np.int64], usual: FloatArray) -> dict[str, FloatArray]:
    """Give ``own colours``, ``colour peaks`` and ``second colours``, each ``(n, its width)``; arguments as above."""
    rest = colours**2
    known = kinds >= 0
    rest[known] = np.maximum(rest[known] - usual[kinds[known]], 0)
    rest /= rest.sum(axis=1, keepdims=True) + 1e-6
    return {"own colours": np.sqrt(rest), "colour peaks": _peaks(rest), "second colours": _second(rest)}


def _second(histograms: FloatArray) -> FloatArray:
    """Say how much of a product is of another colour than its main one, and how far from it, ``(n, 23)``.

    A colour in the shade is darker and paler by the same factor. What a cell's hue and chroma are beyond the main
    colour at the cell's lightness is therefore another colour, which a darker part of the same colour is not.
    """
    cells = torch.from_numpy(histograms.reshape(-1, *_SHAPE).copy())
    centre = functional.avg_pool3d(cells[:, None], 3, 1, 1)[:, 0].flatten(1).argmax(1)
    axes = [torch.linspace(4.0, 98.0, 8), torch.linspace(-60.0, 60.0, 9), torch.linspace(-60.0, 60.0, 9)]
    near = [
        ((torch.arange(size) - at[:, None]).abs() <= 1).float()
        for size, at in zip(_SHAPE, (centre // 81, centre // 9 % 9, centre % 9), strict=True)
    ]
    peak = cells * torch.einsum("ni,nj,nk->nijk", *near)
    mass = peak.flatten(1).sum(1, keepdim=True) + 1e-6
    main = torch.cat(
        [torch.einsum("nijk,i->n", peak.movedim(row + 1, 1), axis)[:, None] / mass for row, axis in enumerate(axes)], 1
    )
    places = torch.cartesian_prod(*axes)
    lighter = places[:, 0] / main[:, :1].clamp(min=10)
    shaded = main[:, None, 1:] * lighter.clamp(max=1.3)[..., None]
    apart = (places[:, 1:] - shaded).norm(dim=-1)
    share = cells.flatten(1)
    by_light = torch.bucketize(lighter.contiguous(), torch.tensor(_LIGHTER))
    by_hue = torch.bucketize(apart, torch.tensor(_APART))
    sums = torch.zeros(len(cells), 3 * 6).scatter_add_(1, by_light * 6 + by_hue, share).reshape(-1, 3, 6)
    beyond = sums.flip(2).cumsum(2).flip(2)
    return torch.cat([beyond.flatten(1), beyond[:, :, 1:].sum(1)], 1).clamp(min=1e-4).sqrt().numpy()


_LIGHTER = (0.6, 1.4)
_APART = (12.0, 20.0, 30.0, 42.0, 60.0)
"""Bounds of lightness, relative to the main colour's, and of distances from it in CIELAB."""


def _peaks(histograms: FloatArray) -> FloatArray:
    """Find the main colours one after the other; give their shares and how far apart they are, ``(n, 10)``."""
    left = torch.from_numpy(histograms.reshape(-1, *_SHAPE).copy())
    steps = [torch.arange(size) for size in _SHAPE]
    shares, places = [], []
    for _ in range(_PEAKS):
        strongest = functional.avg_pool3d(left[:, None], 3, 1, 1)[:, 0].flatten(1).argmax(1)
        centre = (strongest // 81, strongest // 9 % 9, strongest % 9)
        # Light and shadow move a colour along lightness more than along hue.
        near = [
            ((step - at[:, None]).abs() <= reach).float()
            for step, at, reach in zip(steps, centre, (2, 1, 1), strict=True)
        ]
        peak = left * torch.einsum("ni,nj,nk->nijk", *near)
        share = peak.flatten(1).sum(1)
        sums = [torch.einsum("nijk,i->n", peak.movedim(axis, 1), steps[axis - 1].float()) for axis in (1, 2, 3)]
        places.append(torch.stack(sums, 1) / (share[:, None] + 1e-6) * torch.tensor([14.0, 15.0, 15.0]))
        shares.append(share)
        left = left - peak
    mass, place = torch.stack(shares, 1), torch.stack(places, 1)
    first, second = torch.triu_indices(_PEAKS, _PEAKS, 1)
    apart = torch.cdist(place, place)[:, first, second] / 15 * (mass[:, first] * mass[:, second]).sqrt()
    return torch.cat([mass, apart], 1).numpy()
