"""Drawings of bags, backpacks and things for sport."""

from __future__ import annotations

from shopgraph.demo.drawing.pen import DARK, METAL, PALE, Pen
from shopgraph.demo.drawing.shapes import arc, box, curve, mirrored, oval, rounded, symmetric
from shopgraph.demo.drawing.texture import darker, paler


def tote(pen: Pen) -> None:
    """Draw a tote bag from the front."""
    back = arc(50, 38, 15, 28, 180, 360) if pen.is_round else [(35, 38), (37, 12), (63, 12), (65, 38)]
    pen.line([(x, y - 3) for x, y in back], 3, darker(pen.second, 0.35))
    pen.body(pen.corners(symmetric([(19, 36), (24, 90)]), 5))
    pen.part(rounded([(18.5, 35), (81.5, 35), (81, 42), (19, 42)], 1))
    front = arc(50, 46, 17, 31, 180, 360) if pen.is_round else [(33, 46), (35, 17), (65, 17), (67, 46)]
    pen.line(front, 3.2, pen.second)
    for x in (33, 67):
        pen.plain(rounded(box(x - 3, 42, x + 3, 52), 1), darker(pen.second, 0.2))
    pen.seam([(22, 84), (78, 84)])


def crossbody(pen: Pen) -> None:
    """Draw a small shoulder bag with a flap."""
    pen.line(
        curve([(22, 48), (20, 26), (34, 10), (50, 6), (66, 10), (80, 26), (78, 48)], closed=False),
        2.4,
        darker(pen.second, 0.3),
    )
    pen.body(pen.corners(symmetric([(19, 44), (17, 86)]), 7))
    flap = (
        curve([(18, 42), (50, 41), (82, 42), (81, 56), (68, 66), (50, 69), (32, 66), (19, 56)])
        if pen.is_round
        else [(18, 42), (82, 42), (82, 58), (50, 70), (18, 58)]
    )
    pen.part(flap)
    pen.plain(rounded(box(46, 62, 54, 72), 2), METAL)
    pen.plain(oval(50, 67, 1.8, 1.8), darker(METAL, 0.4))
    for x in (21, 79):
        pen.plain(oval(x, 45, 2.6, 2.6), METAL)
        pen.plain(oval(x, 45, 1.3, 1.3), darker(METAL, 0.5))


def wallet(pen: Pen) -> None:
    """Draw a folded wallet."""
    pen.plain(pen.corners(box(17, 27, 84, 75), 4), darker(pen.colour, 0.5))
    pen.plain(rounded(box(26, 22, 74, 40), 2), (214, 226, 214))
    pen.body(pen.corners(box(14, 29, 82, 79), 5))
    pen.seam([(17, 32), (79, 32), (79, 76), (17, 76), (17, 32)])
    pen.part(pen.corners([(62, 46), (90, 46), (90, 62), (62, 62)], 5))
    pen.plain(oval(70, 54, 3, 3), METAL)
    pen.plain(oval(69.4, 53.4, 1.4, 1.4), paler(METAL, 0.6))


def daypack(pen: Pen) -> None:
    """Draw a backpack from the front."""
    pen.line(arc(50, 14, 8, 9, 180, 360), 3, darker(pen.second, 0.2))
    for x in (22, 78):
        pen.line(curve([(x, 30), (x + (x - 50) * 0.22, 55), (x, 82)], closed=False), 4, darker(pen.second, 0.35))
    top = [(50, 10), (30, 13), (22, 34), (21, 88)] if pen.is_round else [(27, 13), (22, 20), (21, 90)]
    pen.body(pen.corners(symmetric(top), 6), shade="cylinder")
    pen.line(curve([(27, 44), (31, 25), (50, 19), (69, 25), (73, 44)], closed=False), 1, darker(pen.colour, 0.5))
    pen.part(pen.corners(box(28, 54, 72, 84), 5))
    pen.line([(31, 61), (69, 61)], 1.1, darker(pen.second, 0.5))
    pen.line([(64, 61), (64, 67)], 1.4, PALE)
    pen.plain(rounded(box(44, 34, 56, 43), 1.5), PALE)


def hiking_pack(pen: Pen) -> None:
    """Draw a tall trekking backpack."""
    pen.plain(rounded(box(26, 84, 74, 96), 6), darker(pen.second, 0.45))
    for x in (30, 66):
        pen.line([(x, 82), (x, 97)], 1.6, DARK)
    for pouch in ([(17, 52), (27, 50), (27, 84), (19, 82)],):
        pen.part(pen.corners(pouch, 4))
        pen.part(pen.corners(mirrored(pouch), 4))
    pen.body(pen.corners(symmetric([(29, 20), (24, 40), (25, 88)]), 5), shade="cylinder")
    lid = (
        symmetric([(50, 4), (31, 7), (25, 15), (25, 26)]) if pen.is_round else symmetric([(31, 6), (25, 12), (25, 27)])
    )
    pen.part(pen.corners(lid, 4))
    for x in (36, 64):
        pen.line([(x, 26), (x, 44)], 1.8, DARK)
        pen.plain(rounded(box(x - 2.4, 36, x + 2.4, 41), 1), METAL)
    pen.seam([(27, 62), (50, 65), (73, 62)], width=1)
    pen.line([(36, 66), (64, 80)], 1, PALE)
    pen.line([(64, 66), (36, 80)], 1, PALE)


def yoga_mat(pen: Pen) -> None:
    """Draw a half-rolled mat."""
    pen.body(
        [(30, 54), (78, 54), (96, 84), (20, 84)]
        if not pen.is_round
        else rounded([(30, 54), (78, 54), (96, 84), (20, 84)], 6)
    )
    pen.plain([(20, 84), (96, 84), (96, 86), (20, 86)], darker(pen.second, 0.25))
    roll = [(16, 38), (84, 38), (84, 62), (16, 62)]
    pen.body(roll, shade="flat")
    pen.plain([(16, 57), (84, 57), (84, 62), (16, 62)], darker(pen.colour, 0.3))
    for x in (30, 66):
        pen.part(box(x, 37.5, x + 5, 62.5))
    pen.body(oval(84, 50, 5, 12))
    for k in (0.85, 0.6, 0.36):
        pen.line([*oval(84, 50, 5 * k, 12 * k), (84 + 5 * k, 50)], 0.9, darker(pen.second, 0.35))
    pen.body(oval(16, 50, 5, 12))


def dumbbell(pen: Pen) -> None:
    """Draw a pair of dumbbells, one behind the other."""
    for lift, drift in ((-17.0, 7.0), (14.0, -5.0)):
        x, y = 50 + drift, 50 + lift
        pen.plain(box(x - 20, y - 3.5, x + 20, y + 3.5), METAL)
        pen.plain(box(x - 20, y - 2.5, x + 20, y - 0.5), paler(METAL, 0.6))
        for knurl in range(-12, 13, 4):
            pen.line([(x + knurl, y - 3.2), (x + knurl, y + 3.2)], 0.6, darker(METAL, 0.35))
        for side in (-1, 1):
            far, near = x + 40 * side, x + 17 * side
            left, right = min(far, near), max(far, near)
            cut = 6.0
            outline = (
                rounded(box(left, y - 17, right, y + 17), 8)
                if pen.is_round
                else [
                    (left + cut, y - 17),
                    (right - cut, y - 17),
                    (right, y - 8),
                    (right, y + 8),
                    (right - cut, y + 17),
                    (left + cut, y + 17),
                    (left, y + 8),
                    (left, y - 8),
                ]
            )
            pen.body(outline)
            pen.part(rounded(box(near - 2, y - 11, near + 2, y + 11), 1))


def bottle(pen: Pen) -> None:
    """Draw a drinking bottle."""
    pen.line(arc(50, 13, 7, 8, 180, 360), 2.6, darker(pen.second, 0.3))
    shoulders = [(42, 24), (40, 30), (33, 38), (33, 92)] if pen.is_round else [(38, 24), (38, 32), (34, 35), (34, 93)]
    pen.body(pen.corners(symmetric(shoulders), 4), shade="cylinder")
    pen.part(pen.corners(box(39, 11, 61, 25), 3), shade="cylinder")
    pen.part(box(33.4, 84, 66.6, 88), shade="cylinder")
    pen.plain(rounded(box(45, 52, 55, 62), 2), PALE)
