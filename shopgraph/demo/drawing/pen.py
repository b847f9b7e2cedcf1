"""The pen that the drawings draw with: it knows the product's colours and finish, the pose and the light."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from shopgraph.demo.drawing.shapes import Point, rounded
from shopgraph.demo.drawing.texture import RGB, darker, lit, paler, surface

METAL: RGB = (176, 182, 190)
WOOD: RGB = (178, 128, 82)
DARK: RGB = (48, 48, 56)
PALE: RGB = (243, 241, 236)
GLOW: RGB = (255, 226, 150)


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be seen of a product: two colours, a finish and an outline."""

    colour: RGB
    accent: RGB
    finish: str
    outline: str


@dataclass(frozen=True, slots=True)
class Pose:
    """How the product stands before the camera.

    Attributes:
        scale: 1 fills the picture well.
        turn: degrees, clockwise.
        shift: in units of a hundredth of the picture.
        flipped: left to right.
        brightness: of the light, 1 is usual.
    """

    scale: float = 1.0
    turn: float = 0.0
    shift: Point = (0.0, 0.0)
    flipped: bool = False
    brightness: float = 1.0


class Pen:
    """Draws in units of a hundredth of the picture.

    Attributes:
        image: what has been drawn.
        mask: where something has been drawn.
        colour: main colour.
        second: colour of the smaller parts: the accent if the product is two-tone, else a darker main colour.

    """

    def __init__(self, look: Look, pose: Pose, *, size: int, background: RGB) -> None:
        self.image = Image.new("RGB", (size, size), background)
        self.mask = Image.new("L", (size, size), 0)
        self.colour = look.colour
        self.second = look.accent if look.finish == "two-tone" else darker(look.colour, 0.22)
        self.is_round = look.outline == "round"
        self._draw = ImageDraw.Draw(self.image)
        self._draw_mask = ImageDraw.Draw(self.mask)
        self._pose = pose
        self._unit = size / 100
        self._cos = math.cos(math.radians(pose.turn)) * pose.scale
        self._sin = math.sin(math.radians(pose.turn)) * pose.scale
        finish = "plain" if look.finish == "two-tone" else look.finish
        period = round(size * 0.1 * pose.scale)
        self._body = surface(finish, look.colour, look.accent, size, period)
        self._second = surface("plain", self.second, self.second, size, period)

    def body(self, points: Sequence[Point], *, shade: str = "flat") -> None:
        """Fill an outline with the product's own surface."""
        self._fill(points, self._body, shade)

    def part(self, points: Sequence[Point], *, shade: str = "flat") -> None:
        """Fill an outline with the second colour."""
        self._fill(points, self._second, shade)

    def plain(self, points: Sequence[Point], colour: RGB) -> None:
        """Fill an outline with one colour, without light and shadow."""
        pixels = self._pixels(points)
        self._draw.polygon(pixels, fill=colour)
        self._draw_mask.polygon(pixels, fill=255)

    def line(self, points: Sequence[Point], width: float, colour: RGB) -> None:
        """Draw a line with round ends."""
        pixels = self._pixels(points)
        pixel_width = max(1, round(width * self._unit * self._pose.scale))
        for draw, fill in ((self._draw, colour), (self._draw_mask, 255)):
            draw.line(pixels, fill=fill, width=pixel_width, joint="curve")
            if pixel_width > 3:
                radius = pixel_width / 2
                for x, y in (pixels[0], pixels[-1]):
                    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)

    def seam(self, points: Sequence[Point], *, width: float = 0.7) -> None:
        """Draw a fine line in a darker or paler main colour, whichever is seen."""
        bright = sum(self.colour) > 190
        self.line(points, width, darker(self.colour, 0.35) if bright else paler(self.colour, 0.35))

    def corners(self, points: Sequence[Point], radius: float) -> list[Point]:
        """Round the corners as the product's outline has it: strongly if round, hardly if angular."""
        return rounded(points, radius * (1.7 if self.is_round else 0.25))

    def _pixels(self, points: Sequence[Point]) -> list[Point]:
        pose, unit = self._pose, self._unit
        pixels = []
        for x, y in points:
            u, v = (50 - x if pose.flipped else x - 50), y - 50
            pixels.append(
                (
                    (u * self._cos - v * self._sin + 50 + pose.shift[0]) * unit,
                    (u * self._sin + v * self._cos + 50 + pose.shift[1]) * unit,
                )
            )
        return pixels

    def _fill(self, points: Sequence[Point], texture: Image.Image, shade: str) -> None:
        pixels = self._pixels(points)
        left, top = (max(0, math.floor(min(pixel[axis] for pixel in pixels))) for axis in (0, 1))
        right, bottom = (min(self.image.width, math.ceil(max(pixel[axis] for pixel in pixels)) + 1) for axis in (0, 1))
        if right <= left or bottom <= top:
            return
        region = Image.new("L", (right - left, bottom - top), 0)
        ImageDraw.Draw(region).polygon([(x - left, y - top) for x, y in pixels], fill=255)
        self.image.paste(lit(texture.crop((left, top, right, bottom)), shade), (left, top), region)
        self.mask.paste(255, (left, top, right, bottom), region)
