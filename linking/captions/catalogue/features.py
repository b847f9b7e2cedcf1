"""What the catalogue captioner sees of a photo: groups of numbers on its outline, its colours and its texture.

Every group is a matrix of one row a photo, made so that the squared distance of two rows says how unlike two photos
are in that respect. The product is told from its background by the colours along the photo's border, as product
photos have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as functional
from PIL import Image, ImageOps
from threadpoolctl import threadpool_limits
from torch import Tensor

FloatArray = npt.NDArray[np.float32]
Groups = Mapping[str, FloatArray]

SIZE = 128
"""Width and height at which photos are looked at, in pixels."""
_BATCH = 8
"""Photos described at a time: few enough to stay in the processor's cache."""
_WORKERS = 2
_EITHER_WAY = frozenset({"colours", "colours in the middle", "colours by height"})
_LIGHTNESS, _CHROMA = 8, 9
N_COLOURS = _LIGHTNESS * _CHROMA**2
"""Cells of a histogram of colours."""


def pixels_of(pictures: Sequence[Image.Image]) -> npt.NDArray[np.uint8]:
    """Fit pictures into a square, bands of the border's colour where they are not square: ``(n, SIZE, SIZE, 3)``."""
    pixels = np.zeros((len(pictures), SIZE, SIZE, 3), np.uint8)
    for row, picture in enumerate(pictures):
        small = picture if picture.mode == "RGB" else picture.convert("RGB")
        if small.width != small.height:
            small = ImageOps.contain(small, (SIZE, SIZE), Image.Resampling.BILINEAR)
            edges = np.asarray(small)
            rim = np.concatenate([edges[0], edges[-1], edges[:, 0], edges[:, -1]])
            r, g, b = (int(value) for value in np.median(rim, axis=0))
            small = ImageOps.pad(small, (SIZE, SIZE), Image.Resampling.BILINEAR, (r, g, b))
        elif small.size != (SIZE, SIZE):
            small = small.resize((SIZE, SIZE), Image.Resampling.LANCZOS, reducing_gap=2.0)
        pixels[row] = np.asarray(small)
    return pixels


def describe(pixels: npt.NDArray[np.uint8]) -> dict[str, FloatArray]:
    """Give every group of features but those that have to be learned, each ``(n, its width)``.

    Args:
        pixels: photos, ``(n, SIZE, SIZE, 3)``.
    """
    return in_batches(_describe, pixels)


def describe_mirrored(pixels: npt.NDArray[np.uint8]) -> dict[str, FloatArray]:
    """Give the groups that ``describe`` would give otherwise of the photos' mirror images."""
    groups = describe(np.ascontiguousarray(pixels[:, :, ::-1]))
    return {name: rows for name, rows in groups.items() if name not in _EITHER_WAY}


def batches(pixels: npt.NDArray[np.uint8]) -> Iterator[Tensor]:
    """Give photos a few at a time, 0 to 1, ``(n, 3, SIZE, SIZE)``."""
    for start in range(0, len(pixels), _BATCH):
        yield rgb_of(pixels[start : start + _BATCH])


def rgb_of(pixels: npt.NDArray[np.uint8]) -> Tensor:
    """Give photos ``(n, height, width, 3)`` as sRGB, 0 to 1, ``(n, 3, height, width)``."""
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div(255)


def in_batches(
    describe_few: Callable[[npt.NDArray[np.uint8]], dict[str, Tensor]], pixels: npt.NDArray[np.uint8]
) -> dict[str, FloatArray]:
    """Describe photos a few at a time, two times a few side by side; give each group of all photos, in order.

    So few photos are too little work to share out once more: within a few, torch would only wait for its own threads.
    """

    def one(start: int) -> dict[str, FloatArray]:
        with torch.inference_mode():
            return {name: group.numpy() for name, group in describe_few(pixels[start : start + _BATCH]).items()}

    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="features", initializer=_on_one_thread) as pool:
        parts = list(pool.map(one, range(0, len(pixels), _BATCH)))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _on_one_thread() -> None:
    """Keep OpenMP to one thread in this thread, and in no other."""
    threadpool_limits(1, user_api="openmp")


def _describe(pixels: npt.NDArray[np.uint8]) -> dict[str, Tensor]:
    lab = cielab(pixels)
    small = _halved(lab)
    cover = foreground(small)
    edges = [_Edges(lab / 100), _Edges(small / 100), _Edges(_halved(small) / 100)]
    shared = functional.avg_pool2d(small * cover[:, None], 8) / (functional.avg_pool2d(cover[:, None], 8) + 0.05)
    bands, middle = _colours(small, cover, cover * _middle(cover.shape[1]))
    return {
        "outline": _hog(edges[0]),
        "outline, coarse": _hog(edges[1]),
        "silhouette": functional.avg_pool2d(cover[:, None], 4).flatten(1),
        "colours": _hellinger(bands.sum(1)),
        "colours in the middle": _hellinger(middle.sum(1)),
        "colours by height": _hellinger(bands).flatten(1) / 2,
        "colours by place": shared.flatten(1) / 30,
        "texture": _texture(edges, cover),
    }


_LEVEL = np.arange(256) / 255
_LINEAR = np.where(_LEVEL <= 0.04045, _LEVEL / 12.92, ((_LEVEL + 0.055) / 1.055) ** 2.4).astype(np.float32)
"""Light of each level of sRGB."""


def cielab(pixels: npt.NDArray[np.uint8]) -> Tensor:
    """Turn sRGB pixels, ``(n, height, width, 3)``, into CIELAB under D65, ``(n, 3, height, width)``."""
    linear = torch.from_numpy(_LINEAR[pixels.transpose(0, 3, 1, 2)])
    matrix = torch.tensor(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    white = torch.tensor([0.95047, 1.0, 1.08883])
    n, _, height, width = linear.shape
    xyz = (matrix / white[:, None]) @ linear.reshape(n, 3, -1)
    f = torch.where(xyz > 0.008856, xyz.clamp(min=1e-6) ** (1 / 3), 7.787 * xyz + 16 / 116)
    x, y, z = f[:, 0], f[:, 1], f[:, 2]
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], 1).reshape(n, 3, height, width)


@lru_cache(maxsize=4)
def _backdrop(size: int) -> tuple[Tensor, Tensor]:
    """Give which pixels are border, ``(size * size,)``, and a smooth surface's terms at each, ``(size * size, 6)``."""
    steps = torch.linspace(-1, 1, size)
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    width = max(2, size // 24)
    border = torch.ones(size, size, dtype=torch.bool)
    border[width:-width, width:-width] = False
    terms = torch.stack([torch.ones_like(x), x, y, x * x, y * y, x * y], -1)
    return border.flatten(), terms.reshape(-1, 6)


def foreground(lab: Tensor) -> Tensor:
    """Tell the product from the background: 0 to 1 for each pixel, ``(n, size, size)``.

    The background is taken to change smoothly over the photo, as light does: a square surface through those border
    pixels that are of the border's usual colour.
    """
    n, _, size, _ = lab.shape
    border, terms = _backdrop(size)
    rim, at = lab.flatten(2)[:, :, border], terms[border]
    usual = rim.median(2, keepdim=True).values
    weight = torch.exp(-((rim - usual) ** 2).sum(1) / (2 * 12.0**2))
    for _ in range(2):
        weighted = at.T[None] * weight[:, None]
        fit = torch.linalg.solve(weighted @ at + 1e-1 * torch.eye(6), weighted @ (rim - usual).transpose(1, 2))
        weight = torch.exp(-((rim - usual - (at @ fit).transpose(1, 2)) ** 2).sum(1) / (2 * 8.0**2))
    surface = usual + (terms @ fit).transpose(1, 2)
    apart = ((lab.flatten(2) - surface) ** 2).sum(1).sqrt().reshape(n, size, size)
    return torch.sigmoid((apart - 12) / 2.5)


def _halved(image: Tensor) -> Tensor:
    return functional.avg_pool2d(image, 2)


@lru_cache(maxsize=4)
def _middle(size: int) -> Tensor:
    steps = torch.linspace(-1, 1, size)
    return torch.exp(-(steps[:, None] ** 2 + steps**2) / (2 * 0.35**2))


def _colours(lab: Tensor, *weights: Tensor) -> list[Tensor]:
    """Give soft histograms over CIELAB of four bands from top to bottom for each weighting of the pixels.

    Args:
        lab: ``(n, 3, height, width)``.
        weights: of each pixel, ``(n, height, width)``.

    Returns:
        For each weighting ``(n, 4, N_COLOURS)``.
    """
    n, _, height, width = lab.shape
    flat = lab.flatten(2)
    low = torch.tensor([0.0, -60.0, -60.0])[:, None]
    high = torch.tensor([98.0, 60.0, 60.0])[:, None]
    most = torch.tensor([_LIGHTNESS - 1, _CHROMA - 1, _CHROMA - 1])[:, None]
    place = ((flat - low) * (most / (high - low))).clamp(min=0).minimum(most)
    below = place.floor().minimum(most - 1)
    upper = place - below
    first = ((below[:, 0] * _CHROMA + below[:, 1]) * _CHROMA + below[:, 2]).long()
    row = torch.arange(height * width) // (height // 4 * width) + 4 * torch.arange(n)[:, None]
    first += row * N_COLOURS
    # Each pixel is shared out between the eight cells around its colour.
    (dark, light), (green, red), (blue, yellow) = ((1 - upper[:, axis], upper[:, axis]) for axis in range(3))
    sums = [torch.zeros(n * 4 * N_COLOURS) for _ in weights]
    for step, part in ((0, dark), (_CHROMA**2, light)):
        for across, share in (
            (0, green * blue),
            (1, green * yellow),
            (_CHROMA, red * blue),
            (_CHROMA + 1, red * yellow),
        ):
            cells, part_of = (first + (step + across)).flatten(), part * share
            for total, weight in zip(sums, weights, strict=True):
                total.index_add_(0, cells, (part_of * weight.flatten(1)).flatten())
    return [total.reshape(n, 4, N_COLOURS) for total in sums]


def _hellinger(histograms: Tensor) -> Tensor:
    """Give the square roots of histograms' shares, ``(..., N_COLOURS)``: their distance is Hellinger's."""
    return (histograms / (histograms.sum(-1, keepdim=True) + 1e-6)).sqrt()


class _Edges:
    """The gradients of pictures: of each pixel's strongest channel, how strong, and in which direction.

    Attributes:
        strength: ``(n, height, width)``.
        direction: 0 up to 1 for a half turn, ``(n, height, width)``.
    """

    def __init__(self, image: Tensor) -> None:
        across = functional.pad(image[..., 2:] - image[..., :-2], (1, 1, 0, 0))
        down = functional.pad(image[..., 2:, :] - image[..., :-2, :], (0, 0, 1, 1))
        squares = across**2 + down**2
        strongest, x, y = squares[:, 0], across[:, 0], down[:, 0]
        for channel in range(1, image.shape[1]):
            stronger = squares[:, channel] > strongest
            strongest = torch.where(stronger, squares[:, channel], strongest)
            x, y = torch.where(stronger, across[:, channel], x), torch.where(stronger, down[:, channel], y)
        self.strength = strongest.sqrt()
        self.direction = torch.remainder(torch.atan2(y, x) / torch.pi, 1.0)

    def cells(self, weight: Tensor, n_bins: int, side: int) -> Tensor:
        """Sum weights over cells of ``side`` by ``side`` pixels by direction, ``(n, n_bins, rows, columns)``.

        Each pixel's weight is shared out between the two nearest directions.
        """
        n, height, width = weight.shape
        place = self.direction * n_bins
        lower = place.floor()
        upper_part = (place - lower) * weight
        first = lower.long() % n_bins
        rows, columns = height // side, width // side
        cell = _cells(height, width, side) + torch.arange(n)[:, None, None] * (rows * columns)
        sums = torch.zeros(n * rows * columns * n_bins)
        base = cell * n_bins
        sums.index_add_(0, (base + first).flatten(), (weight - upper_part).flatten())
        sums.index_add_(0, (base + (first + 1) % n_bins).flatten(), upper_part.flatten())
        return sums.reshape(n, rows, columns, n_bins).permute(0, 3, 1, 2)


@lru_cache(maxsize=16)
def _cells(height: int, width: int, side: int) -> Tensor:
    """Give the number of each pixel's cell, ``(height, width)``."""
    return torch.arange(height)[:, None] // side * (width // side) + torch.arange(width) // side


def _hog(edges: _Edges) -> Tensor:
    """Give histograms of oriented gradients (Dalal and Triggs, CVPR 2005): cells of 16 pixels, blocks of 2 by 2."""
    cells = edges.cells(edges.strength, 9, 16) / 16**2
    blocks = torch.cat([cells[:, :, :-1, :-1], cells[:, :, 1:, :-1], cells[:, :, :-1, 1:], cells[:, :, 1:, 1:]], 1)
    blocks = (blocks / (blocks.pow(2).sum(1, keepdim=True) + 1e-2).sqrt()).clamp(max=0.2)
    return (blocks / (blocks.pow(2).sum(1, keepdim=True) + 1e-3).sqrt()).flatten(1)


def _texture(scales: Sequence[_Edges], cover: Tensor) -> Tensor:
    """Say which edges lie inside the product and which lie beside each other, wherever on the product that is.

    Over three scales: how strong edges of eight directions are, how often two directions share a small window
    (bilinear pooling; Lin, RoyChowdhury and Maji, ICCV 2015), and how much of the product is edge at all.
    """
    parts = []
    for edges, window in zip(scales, (8, 4, 4), strict=True):
        size = edges.strength.shape[-1]
        covered = (
            cover[:, None] if size >= cover.shape[1] else functional.interpolate(cover[:, None], size, mode="area")
        )
        reach = 2 * covered.shape[2] // max(size, covered.shape[2])
        inside = -functional.max_pool2d(-covered, 2 * reach + 1, 1, reach)
        inside = functional.interpolate(inside, size, mode="nearest")[:, 0]
        strength = edges.strength * 5
        area = inside.flatten(1).sum(1, keepdim=True) + 1
        beside = edges.cells(strength.clamp(max=1) * inside, 8, window).flatten(2)
        averaged = beside / window**2
        pairs = torch.bmm(averaged, averaged.transpose(1, 2)).flatten(1) / (area / window**2)
        edgy = [((strength > level) * inside).flatten(1).sum(1, keepdim=True) / area for level in _LEVELS]
        parts += [beside.sum(2) / area, (pairs + 1e-6).sqrt(), *edgy]
    return torch.cat(parts, 1)


_LEVELS = (0.15, 0.3, 0.6, 1.2, 2.4)
