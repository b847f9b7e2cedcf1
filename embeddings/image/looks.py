"""What a photo looks like, in numbers: its colours, its edges and its texture, in groups.

Every group is a matrix of one row a photo in which the straight distance of two rows says how unlike two photos are
in that respect. A product photo shows one thing on a plain ground: the ground is told by the colours along the border,
and shape is measured in the box around the thing, so that its place and size in the photo hardly count.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

Array = npt.NDArray[np.float32]

EDGE = 256
"""Longest side in pixels at which photos are to be decoded."""
_SIDE = 128
"""Side of the square that a photo is put into, in pixels."""
_BOX = 64
"""Side of the square that the thing on it is fitted into."""
_STEPS = (8, 9, 9)
"""Cells of the histogram of colours along lightness, green to red and blue to yellow."""
_LOW = np.array([[0.0], [-60.0], [-60.0]], dtype=np.float32)
_HIGH = np.array([[100.0], [60.0], [60.0]], dtype=np.float32)
_MOST = np.array([[step - 1] for step in _STEPS], dtype=np.float32)
_BANDS = 3
_SPECKS = 0.005
"""Share of the thing that may lie beyond each side of the box around it."""
_MARGIN = 0.05
"""Of the box on each side, in parts of its length, so that the outline itself is in it."""
_DIRECTIONS = 9
_NOISE = 2.0
"""Difference of lightness, of 100, below which two pixels count as alike."""
_LEVELS = (4.0, 8.0, 16.0, 32.0)
"""Strengths of edges, in lightness a pixel, of which texture says how common they are."""
_AROUND = ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1))
_TO_LAB = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")


def describe(pictures: Sequence[Image.Image]) -> dict[str, Array]:
    """Give every group of numbers, each ``(n_pictures, its width)``.

    Args:
        pictures: RGB and upright, one at least.
    """
    rows = [_one(picture) for picture in pictures]
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def _one(picture: Image.Image) -> dict[str, Array]:
    square = _square(picture)
    lab = _lab(square)
    half = np.asarray(lab.reshape(3, _SIDE // 2, 2, _SIDE // 2, 2).mean((2, 4)))
    cover = _cover(half)
    box = _box(cover)
    left, upper, right, lower = box
    twice = (2 * left, 2 * upper, 2 * right, 2 * lower)
    thing = _lab(square.resize((_BOX, _BOX), Image.Resampling.BILINEAR, twice))
    inside = np.asarray(Image.fromarray(cover).resize((_BOX, _BOX), Image.Resampling.BILINEAR, box))
    edges = _edges(thing)
    size = np.array([right - left, lower - upper], dtype=np.float32) / np.float32(len(cover))
    return {
        "outline": _outline(*edges, 8),
        "outline, coarse": _outline(*edges, 16),
        "silhouette": np.concatenate([_cells(inside, 4).ravel(), size]),
        "colours": _colours(half, cover, 1),
        "colours by height": _colours(thing, inside, _BANDS),
        "colours by place": _layout(thing, inside),
        "texture": _texture(lab[0], cover),
    }  # fmt: skip


def _square(picture: Image.Image) -> Image.Image:
    """Fit a picture into a square, on a ground of the colour that its border mostly has."""
    share = _SIDE / max(picture.size)
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    small = picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)
    if size == (_SIDE, _SIDE):
        return small
    pixels = np.asarray(small)
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = (int(value) for value in np.median(rim, axis=0))
    ground = Image.new("RGB", (_SIDE, _SIDE), (red, green, blue))
    ground.paste(small, ((_SIDE - size[0]) // 2, (_SIDE - size[1]) // 2))
    return ground


def _lab(picture: Image.Image) -> Array:
    """Turn a picture into CIELAB under D50, lightness 0 to 100, ``(3, height, width)``."""
    converted = ImageCms.applyTransform(picture, _TO_LAB)
    assert converted is not None  # only a conversion in place gives nothing
    bands = np.asarray(converted)
    light = bands[..., 0].astype(np.float32) * np.float32(100 / 255)
    # The two colour axes are signed bytes.
    across = np.ascontiguousarray(bands[..., 1:]).view(np.int8).astype(np.float32)
    return np.stack([light, across[..., 0], across[..., 1]])


def _cover(lab: Array) -> Array:
    """Tell the thing from its ground, 0 to 1 for each pixel; all is the thing where nothing stands out."""
    rim = np.concatenate([lab[:, :2].reshape(3, -1), lab[:, -2:].reshape(3, -1), lab[:, :, :2].reshape(3, -1),
                          lab[:, :, -2:].reshape(3, -1)], axis=1)  # fmt: skip
    ground = np.median(rim, axis=1)
    usual = float(np.median(np.linalg.norm(rim - ground[:, None], axis=0)))
    apart = np.linalg.norm(lab - ground[:, None, None], axis=0)
    cover = np.clip((apart - 6 - 2 * usual) / 8, 0, 1)
    return np.asarray(cover if cover.mean() > 0.01 else np.ones_like(cover), dtype=np.float32)


def _box(cover: Array) -> tuple[float, float, float, float]:
    """Give left, upper, right and lower bound of the thing, in pixels and parts of them; specks at its rim left out."""
    left, right = _bounds(cover.sum(0))
    upper, lower = _bounds(cover.sum(1))
    return left, upper, right, lower


def _bounds(weights: Array) -> tuple[float, float]:
    share = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)]) / weights.sum(dtype=np.float64)
    first, last = np.interp([_SPECKS, 1 - _SPECKS], share, np.arange(len(share)))
    margin = _MARGIN * (last - first)
    if last - first < len(weights) / 8:
        return 0.0, float(len(weights))
    return max(0.0, float(first - margin)), min(float(len(weights)), float(last + margin))


def _cells(values: Array, side: int) -> Array:
    """Give means over squares of ``side`` by ``side`` pixels."""
    height, width = values.shape
    return np.asarray(values.reshape(height // side, side, width // side, side).mean((1, 3)))


def _edges(lab: Array) -> tuple[Array, Array]:
    """Give each pixel's gradient in its strongest channel: strength, and direction from 0 to 1 for a half turn."""
    down, across = np.gradient(lab, axis=(1, 2))
    strength = np.hypot(down, across)
    channel = strength.argmax(0)[None]
    strongest, y, x = (np.take_along_axis(each, channel, 0)[0] for each in (strength, down, across))
    return strongest, np.asarray(np.arctan2(y, x) / np.pi % 1.0, dtype=np.float32)


def _outline(strength: Array, direction: Array, side: int) -> Array:
    """Give histograms of oriented gradients (Dalal and Triggs, CVPR 2005): blocks of 2 by 2 cells, clipped at 0.2."""
    cells = _by_direction(strength, direction, side)
    blocks = np.concatenate([cells[:-1, :-1], cells[1:, :-1], cells[:-1, 1:], cells[1:, 1:]], axis=2)
    for _ in range(2):
        blocks = np.minimum(blocks / np.sqrt((blocks**2).sum(2, keepdims=True) + 1.0), 0.2)
    return np.asarray(blocks.ravel(), dtype=np.float32)


def _by_direction(strength: Array, direction: Array, side: int) -> Array:
    """Give the strength of edges in each cell by direction, each edge shared between the two nearest ones."""
    height, width = strength.shape
    rows, columns = height // side, width // side
    place = direction * _DIRECTIONS
    below = np.floor(place)
    cell = np.arange(height)[:, None] // side * columns + np.arange(width) // side
    first, above = cell * _DIRECTIONS + below.astype(np.int64) % _DIRECTIONS, place - below
    second = cell * _DIRECTIONS + (below.astype(np.int64) + 1) % _DIRECTIONS
    size = rows * columns * _DIRECTIONS
    sums = np.bincount(first.ravel(), ((1 - above) * strength).ravel(), size)
    sums += np.bincount(second.ravel(), (above * strength).ravel(), size)
    return np.asarray(sums.reshape(rows, columns, _DIRECTIONS) / side**2, dtype=np.float32)


def _colours(lab: Array, cover: Array, bands: int) -> Array:
    """Give the square roots of a histogram's shares for each band from top to bottom: their distance is Hellinger's.

    Each pixel is shared between the eight cells around its colour.
    """
    n_cells = int(np.prod(_STEPS))
    place = np.clip((lab.reshape(3, -1) - _LOW) / (_HIGH - _LOW) * _MOST, 0, _MOST)
    below = np.minimum(np.floor(place), _MOST - 1)
    upper = place - below
    height, width = cover.shape
    band = np.repeat(np.arange(height) * bands // height, width)
    first = np.ravel_multi_index(tuple(below.astype(np.int64)), _STEPS) + band * n_cells
    parts = (1 - upper, upper)
    total = np.zeros(bands * n_cells)
    for light, red, yellow in np.ndindex(2, 2, 2):
        share = parts[light][0] * parts[red][1] * parts[yellow][2] * cover.ravel()
        step = int(np.ravel_multi_index((light, red, yellow), _STEPS))
        total += np.bincount(first + step, share, bands * n_cells)
    shares = total.reshape(bands, n_cells)
    shares = shares / (shares.sum(1, keepdims=True) + 1e-6) / bands
    return np.asarray(np.sqrt(shares).ravel(), dtype=np.float32)


def _layout(lab: Array, inside: Array) -> Array:
    """Give the mean colour of the thing in each of 8 by 8 cells, drawn to nothing where there is none of it."""
    covered = _cells(inside, 8)
    return np.concatenate([(_cells(band * inside, 8) / (covered + 0.1)).ravel() for band in lab])


def _texture(light: Array, cover: Array) -> Array:
    """Say how smooth the thing is: local binary patterns at two distances, and how common edges of some strength are.

    A pattern says which of eight neighbours are lighter (Ojala, Pietikäinen and Mäenpää, "Multiresolution gray-scale
    and rotation invariant texture classification with local binary patterns", TPAMI 2002), darker ones apart, since
    most of a product's surface is even.
    """
    weight = np.asarray(cover.repeat(2, axis=0).repeat(2, axis=1))
    parts = []
    for reach in (1, 3):
        stop = len(light) - reach
        centre = light[reach:stop, reach:stop]
        lighter, darker = np.zeros(centre.shape, np.uint8), np.zeros(centre.shape, np.uint8)
        for bit, (down, across) in enumerate(_AROUND):
            rows = slice(reach + down * reach, stop + down * reach)
            columns = slice(reach + across * reach, stop + across * reach)
            difference = light[rows, columns] - centre
            lighter |= (difference > _NOISE).view(np.uint8) << np.uint8(bit)
            darker |= (difference < -_NOISE).view(np.uint8) << np.uint8(bit)
        inner = weight[reach:stop, reach:stop].ravel()
        for codes in (lighter, darker):
            counts = np.bincount(_UNIFORM[codes].ravel(), inner, _N_UNIFORM)
            parts.append(np.sqrt(counts / (counts.sum() + 1e-6)))
    strength = np.hypot(*np.gradient(light))
    edgy = [float(weight[strength > level].sum() / weight.sum()) for level in _LEVELS]
    return np.concatenate([*parts, np.sqrt(edgy)]).astype(np.float32)


def _uniform() -> tuple[npt.NDArray[np.int64], int]:
    """Number the patterns that change at most twice on the way around; all others share one number."""
    numbers, known = np.zeros(256, np.int64), 1
    for code in range(256):
        turned = (code >> 1) | (code & 1) << 7
        if (code ^ turned).bit_count() <= 2:
            numbers[code], known = known, known + 1
    return numbers, known


_UNIFORM, _N_UNIFORM = _uniform()
