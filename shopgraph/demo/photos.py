"""Photos of the demo shop's products, drawn true to colour, finish and outline, each in its own pose and light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from shopgraph.demo.catalogue import Product
from shopgraph.demo.chance import pick
from shopgraph.demo.drawing import DRAWINGS
from shopgraph.demo.drawing.pen import Look, Pen, Pose
from shopgraph.demo.drawing.texture import RGB, mix

SIZE = 208
"""Width and height of a photo in pixels."""
_OVERSAMPLING = 3
_SECOND_SHARE = 0.3
_BACKGROUNDS: tuple[RGB, ...] = ((244, 242, 238), (236, 240, 243), (243, 236, 230), (234, 240, 234), (240, 236, 242))
_HANGING = ("pendant_lamp",)
_LYING = ("rain_jacket", "winter_coat", "gilet", "sandal", "wallet")


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo: its id, the product's row, the view (front or detail), its pose and its background."""

    id: str
    product: int
    view: str
    pose: Pose
    background: RGB


def _pose(drawing: str, view: str, rng: np.random.Generator) -> Pose:
    turn = float(rng.normal(0.0, 4.0 if drawing in _LYING else 1.2))
    scale = float(rng.uniform(0.86, 0.94))
    shift = (float(rng.uniform(-2, 2)), float(rng.uniform(-1.5, 1.0)))
    if view == "detail":
        scale, turn = scale * 1.45, turn + float(rng.uniform(-9, 9))
        shift = (float(rng.uniform(-9, 9)), float(rng.uniform(-6, 6)))
    if drawing in _HANGING:
        turn, shift = 0.0, (shift[0], -5.0)
    return Pose(scale, turn, shift, bool(rng.random() < 0.5), float(rng.uniform(0.95, 1.04)))


def plan_photos(products: Sequence[Product], *, rng: np.random.Generator) -> list[Photo]:
    """Plan one photo for each product, and for some a second, nearer one."""
    photos = []
    for row, product in enumerate(products):
        views = ("front", "detail") if rng.random() < _SECOND_SHARE else ("front",)
        for number, view in enumerate(views, start=1):
            pose = _pose(product.kind.drawing, view, rng)
            background = pick(_BACKGROUNDS, rng)
            photos.append(Photo(f"{product.id}-{number}", row, view, pose, background))
    return photos


def _backdrop(colour: RGB, brightness: float) -> Image.Image:
    """Give a soft background: brighter above the middle, darker towards the corners."""
    y, x = np.mgrid[0:32, 0:32] / 31.0
    light = brightness * (1.02 - 0.16 * np.hypot(x - 0.45, y - 0.38) ** 2)
    pixels = np.clip(light[..., None] * np.array(colour), 0, 255).astype(np.uint8)
    return Image.fromarray(pixels).resize((SIZE, SIZE), Image.Resampling.BICUBIC)


def _cast_shadow(backdrop: Image.Image, mask: Image.Image, drawing: str) -> None:
    """Darken the background where the product keeps the light away."""
    soft = Image.new("L", mask.size, 0)
    soft.paste(mask.point(lambda value: value * 0.30), (3, 5))
    if drawing not in _HANGING and drawing not in _LYING:
        left, _, right, bottom = mask.getbbox() or (0, 0, 0, 0)
        ImageDraw.Draw(soft).ellipse((left + 4, bottom - 9, right - 2, bottom + 7), fill=120)
    backdrop.paste((40, 40, 56), (0, 0), soft.filter(ImageFilter.GaussianBlur(5)))


def render(product: Product, photo: Photo) -> Image.Image:
    """Render a photo, ``SIZE`` pixels wide and high."""
    look = Look(product.colour.rgb, product.accent.rgb, product.finish, product.outline)
    background = mix(photo.background, product.accent.rgb, 0.04)
    pen = Pen(look, photo.pose, size=SIZE * _OVERSAMPLING, background=background)
    DRAWINGS[product.kind.drawing](pen)
    drawn, mask = pen.image.reduce(_OVERSAMPLING), pen.mask.reduce(_OVERSAMPLING)
    backdrop = _backdrop(background, photo.pose.brightness)
    _cast_shadow(backdrop, mask, product.kind.drawing)
    if photo.pose.brightness != 1.0:
        drawn = drawn.point(lambda value: value * photo.pose.brightness)
    backdrop.paste(drawn, (0, 0), mask)
    return backdrop


def jpeg(product: Product, photo: Photo) -> bytes:
    """Render a photo and give it as the bytes of a JPEG file."""
    buffer = BytesIO()
    render(product, photo).save(buffer, format="JPEG", quality=86)
    return buffer.getvalue()
