"""Outlines as lists of points: rounded polygons, ovals and curves."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]
Points = list[Point]


def oval(x: float, y: float, rx: float, ry: float, *, steps: int = 44) -> Points:
    """Give the outline of an ellipse around (x, y)."""
    return [
        (x + rx * math.cos(2 * math.pi * k / steps), y + ry * math.sin(2 * math.pi * k / steps)) for k in range(steps)
    ]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, *, steps: int = 28) -> Points:
    """Give part of an ellipse, from the angle ``start`` to ``end`` in degrees, clockwise from the right."""
    angles = [math.radians(start + (end - start) * k / steps) for k in range(steps + 1)]
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


def box(x0: float, y0: float, x1: float, y1: float) -> Points:
    """Give the four corners of a rectangle."""
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def mirrored(points: Sequence[Point], *, axis: float = 50.0) -> Points:
    """Mirror points left to right."""
    return [(2 * axis - x, y) for x, y in reversed(points)]


def symmetric(half: Sequence[Point], *, axis: float = 50.0) -> Points:
    """Close the left half of an outline, given from top to bottom, with its mirror image."""
    return [*half, *mirrored(half, axis=axis)]


def _towards(start: Point, end: Point, length: float) -> Point:
    distance = math.hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    part = min(0.5, length / distance)
    return (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)


def rounded(points: Sequence[Point], radius: float, *, steps: int = 7) -> Points:
    """Round the corners of a polygon by quadratic Bézier curves that begin ``radius`` before each corner."""
    outline: Points = []
    for row, corner in enumerate(points):
        first = _towards(corner, points[row - 1], radius)
        last = _towards(corner, points[(row + 1) % len(points)], radius)
        for k in range(steps + 1):
            t = k / steps
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
            outline.append((a * first[0] + b * corner[0] + c * last[0], a * first[1] + b * corner[1] + c * last[1]))
    return outline


def curve(points: Sequence[Point], *, closed: bool = True, steps: int = 8) -> Points:
    """Lay a Catmull-Rom curve through the points."""
    n = len(points)
    outline: Points = []
    for row in range(n if closed else n - 1):
        if closed:
            p0, p1, p2, p3 = (points[(row + k) % n] for k in (-1, 0, 1, 2))
        else:
            p0, p1, p2, p3 = (points[min(max(row + k, 0), n - 1)] for k in (-1, 0, 1, 2))
        for k in range(steps):
            t = k / steps
            outline.append((_catmull(p0[0], p1[0], p2[0], p3[0], t), _catmull(p0[1], p1[1], p2[1], p3[1], t)))
    if not closed:
        outline.append(points[-1])
    return outline


def _catmull(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
