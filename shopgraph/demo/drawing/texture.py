"""Surfaces of the drawn products: plain, striped, dotted, checked, and the light that falls on them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw

RGB = tuple[int, int, int]


def mix(one: RGB, other: RGB, part: float) -> RGB:
    """Mix two colours: ``part`` 0 gives the first, 1 the second."""
    r, g, b = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return (r, g, b)


def darker(colour: RGB, part: float = 0.25) -> RGB:
    """Mix with a bluish black."""
    return mix(colour, (18, 18, 30), part)


def paler(colour: RGB, part: float = 0.25) -> RGB:
    """Mix with white."""
    return mix(colour, (255, 255, 255), part)


@lru_cache(maxsize=64)
def surface(finish: str, colour: RGB, accent: RGB, size: int, period: int) -> Image.Image:
    """Paint a square of ``size`` pixels in the finish; a pattern repeats every ``period`` pixels."""
    image = Image.new("RGB", (size, size), colour)
    draw = ImageDraw.Draw(image)
    if finish == "striped":
        for x in range(0, size, period):
            draw.rectangle((x, 0, x + round(period * 0.42), size), fill=accent)
    elif finish == "dotted":
        radius = period * 0.27
        for line, y in enumerate(range(0, size + period, round(period * 0.8))):
            for x in range(period // 2 * (line % 2), size + period, period):
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=accent)
    elif finish == "checked":
        half = period // 2
        middle = mix(colour, accent, 0.5)
        for a in range(0, size, 2 * half):
            draw.rectangle((a, 0, a + half - 1, size), fill=middle)
            draw.rectangle((0, a, size, a + half - 1), fill=middle)
        for x in range(0, size, 2 * half):
            for y in range(0, size, 2 * half):
                draw.rectangle((x, y, x + half - 1, y + half - 1), fill=accent)
    return image


@lru_cache(maxsize=8)
def _light(shade: str) -> Image.Image:
    """Give a shading of 128 by 128 pixels: half grey leaves a colour as it is, less darkens it, more brightens it."""
    y, x = np.mgrid[0:128, 0:128] / 127.0
    if shade == "cylinder":
        dark = 0.62 * np.clip(x - 0.45, 0, 1) ** 1.3 + 0.35 * np.clip(0.16 - x, 0, 1)
        bright = 0.55 * np.exp(-(((x - 0.27) / 0.085) ** 2))
    elif shade == "ball":
        far = np.hypot(x - 0.36, y - 0.30)
        dark = 0.75 * np.clip(far - 0.35, 0, 1) ** 1.2
        bright = 0.6 * np.exp(-((far / 0.17) ** 2))
    else:
        dark = 0.34 * np.clip(0.55 * x + 0.75 * y - 0.45, 0, 1)
        bright = 0.30 * np.clip(0.55 - (0.6 * x + 0.7 * y), 0, 1)
    return Image.fromarray(np.round(np.clip(127.5 * (1 + bright - dark), 0, 255)).astype(np.uint8))


def lit(image: Image.Image, shade: str) -> Image.Image:
    """Put light and shadow on an image: ``flat``, ``cylinder`` or ``ball``."""
    light = _light(shade).resize(image.size, Image.Resampling.BILINEAR)
    return ImageChops.hard_light(image, Image.merge("RGB", (light, light, light)))
