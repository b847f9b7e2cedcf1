"""Drawings of headphones, earbuds and speakers."""

from __future__ import annotations

from shopgraph.demo.drawing.pen import DARK, METAL, PALE, Pen
from shopgraph.demo.drawing.shapes import arc, box, mirrored, oval, rounded
from shopgraph.demo.drawing.texture import paler


def headphones(pen: Pen) -> None:
    """Draw over-ear headphones from the front."""
    top = (
        arc(50, 52, 34, 40, 180, 360) if pen.is_round else [(17, 56), (20, 22), (32, 13), (68, 13), (80, 22), (83, 56)]
    )
    pen.line(top, 7, pen.second)
    pen.line([(x, y + 2.4) for x, y in top[3:-3]] if pen.is_round else top[1:-1], 2.2, paler(pen.second, 0.25))
    for mirror in (False, True):
        cushion = pen.corners(box(25, 48, 35, 88), 4)
        cup = (
            oval(19, 68, 12, 22)
            if pen.is_round
            else rounded([(11, 47), (27, 47), (29, 54), (29, 82), (27, 89), (11, 89), (7, 82), (7, 54)], 2)
        )
        badge = oval(17, 68, 5, 10)
        pen.plain(mirrored(cushion) if mirror else cushion, DARK)
        pen.body(mirrored(cup) if mirror else cup)
        pen.part(mirrored(badge) if mirror else badge)
        joint = rounded(box(14, 42, 20, 54), 2)
        pen.plain(mirrored(joint) if mirror else joint, METAL)


def earbuds(pen: Pen) -> None:
    """Draw two earbuds above their case."""
    pen.body(pen.corners(box(20, 58, 80, 93), 10))
    pen.part(pen.corners(box(20, 58, 80, 70), 6) if pen.is_round else box(20.5, 58.5, 79.5, 70))
    pen.seam([(20, 70.5), (80, 70.5)], width=1.1)
    pen.plain(rounded(box(45, 67, 55, 74), 2), METAL)
    pen.plain(oval(50, 82, 1.6, 1.6), (120, 220, 150))
    for mirror in (False, True):
        stem = rounded([(27, 24), (35, 24), (33, 54), (26, 54)], 3)
        head = oval(32, 20, 13, 12) if pen.is_round else rounded([(20, 11), (41, 8), (45, 29), (23, 33)], 2)
        tip = oval(45, 22, 4.5, 7)
        pen.plain(mirrored(tip) if mirror else tip, DARK)
        pen.part(mirrored(stem) if mirror else stem, shade="cylinder")
        pen.body(mirrored(head) if mirror else head, shade="ball")


def speaker(pen: Pen) -> None:
    """Draw a speaker with two drivers."""
    pen.body(pen.corners(box(25, 10, 75, 92), 9))
    pen.part(pen.corners(box(30, 15, 70, 87), 7) if pen.is_round else box(30, 15, 70, 87))
    pen.body(pen.corners(box(32, 17, 68, 85), 6) if pen.is_round else box(32, 17, 68, 85))
    for y, radius in ((33, 9.5), (62, 16.5)):
        pen.plain(oval(50, y, radius + 1.6, radius + 1.6), METAL)
        pen.plain(oval(50, y, radius, radius), DARK)
        pen.plain(oval(50, y, radius * 0.78, radius * 0.78), (66, 66, 76))
        pen.plain(oval(50, y, radius * 0.35, radius * 0.35), (30, 30, 38))
        pen.plain(oval(50 - radius * 0.1, y - radius * 0.12, radius * 0.12, radius * 0.12), (150, 150, 160))
    pen.plain(oval(50, 82.5, 1.2, 1.2), PALE)
    for x in (33, 67):
        pen.plain(rounded(box(x - 3, 91, x + 3, 94), 1), DARK)
