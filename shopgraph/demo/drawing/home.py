"""Drawings of lamps and cookware."""

from __future__ import annotations

from shopgraph.demo.drawing.pen import DARK, GLOW, METAL, WOOD, Pen
from shopgraph.demo.drawing.shapes import arc, box, curve, oval, rounded, symmetric
from shopgraph.demo.drawing.texture import darker, paler


def desk_lamp(pen: Pen) -> None:
    """Draw a lamp with a jointed arm."""
    pen.part(oval(60, 90, 21, 5.5) if pen.is_round else rounded([(40, 86), (80, 86), (84, 94), (36, 94)], 1))
    pen.line([(60, 88), (74, 56), (46, 27)], 2.8, darker(METAL, 0.25))
    pen.plain(oval(74, 56, 3.4, 3.4), METAL)
    pen.plain(oval(31, 52, 11, 5), GLOW)
    if pen.is_round:
        pen.body(curve([(44, 18), (51, 27), (50, 37), (46, 60), (32, 56), (18, 44), (12, 33), (34, 24)]))
    else:
        pen.body([(42, 16), (52, 26), (48, 62), (10, 36)])
    pen.plain(curve([(11, 35), (27, 43), (47, 61), (30, 53)]), GLOW)
    pen.part(rounded([(41, 15), (48, 12), (55, 22), (51, 28)], 2))


def floor_lamp(pen: Pen) -> None:
    """Draw a standing lamp."""
    pen.part(oval(50, 93, 17, 3.6) if pen.is_round else box(34, 91, 66, 95))
    pen.line([(50, 92), (50, 42)], 2.6, darker(WOOD, 0.1))
    pen.line([(58, 44), (58, 56)], 0.7, DARK)
    pen.plain(oval(50, 47, 19, 3.4), GLOW)
    shade = (
        curve([(34, 8), (50, 6.5), (66, 8), (76, 28), (76, 46), (50, 49), (24, 46), (24, 28)])
        if pen.is_round
        else [(36, 7), (64, 7), (78, 48), (22, 48)]
    )
    pen.body(shade, shade="cylinder")
    if pen.is_round:
        pen.part(curve([(24, 42), (50, 45), (76, 42), (76, 46), (50, 49), (24, 46)]))
    else:
        pen.part([(23.4, 44), (76.6, 44), (78, 48), (22, 48)])
        pen.part([(36, 7), (64, 7), (65, 10), (35, 10)])


def pendant_lamp(pen: Pen) -> None:
    """Draw a hanging lamp."""
    pen.line([(50, 0), (50, 30)], 1.2, DARK)
    pen.part(rounded(box(45, 25, 55, 36), 2), shade="cylinder")
    pen.plain(oval(50, 76, 9, 8), GLOW)
    pen.plain(oval(50, 76, 5, 5), paler(GLOW, 0.6))
    dome = (
        [*arc(50, 74, 36, 42, 180, 360), (86, 76), (14, 76)]
        if pen.is_round
        else [(42, 34), (58, 34), (86, 76), (14, 76)]
    )
    pen.body(dome, shade="ball" if pen.is_round else "cylinder")
    pen.part(rounded([(13, 72), (87, 72), (88, 77), (12, 77)], 1.5), shade="cylinder")


def frying_pan(pen: Pen) -> None:
    """Draw a pan from above its rim."""
    pen.line([(70, 46), (97, 33)], 6, pen.second)
    pen.line([(72, 44), (94, 33.5)], 1.6, paler(pen.second, 0.3))
    base = 27 if pen.is_round else 33
    pen.body([*arc(41, 47, 36, 15, 0, 180), *arc(41, 70, base, 10, 180, 0)], shade="cylinder")
    pen.plain(oval(41, 46, 37, 16), paler(pen.second, 0.2))
    pen.plain(oval(41, 46, 35, 14.4), DARK)
    pen.plain(oval(41, 48.5, 29, 10.5), (68, 68, 78))
    pen.plain(rounded(box(68, 42, 74, 49), 1.5), METAL)


def saucepan(pen: Pen) -> None:
    """Draw a pot with a lid and a long handle."""
    pen.line([(72, 50), (96, 46)], 5.4, darker(WOOD, 0.25) if not pen.is_round else pen.second)
    pen.plain(rounded(box(70, 46, 77, 54), 1), METAL)
    belly = 20 if pen.is_round else 15
    pen.body(
        [(14, 44), (74, 44), *arc(44, 82, 74 - 44 - (belly - 15), 6, 0, 180)]
        if not pen.is_round
        else curve([(15, 44), (44, 43), (73, 44), (75, 64), (68, 84), (44, 88), (20, 84), (13, 64)]),
        shade="cylinder",
    )
    pen.plain(oval(44, 44, 31, 5), METAL)
    pen.part([*arc(44, 42, 29, 15 if pen.is_round else 9, 180, 360), *arc(44, 42, 29, 4.5, 0, 180)])
    pen.plain(oval(44, 25 if pen.is_round else 31, 5, 4), darker(WOOD, 0.25))


def kettle(pen: Pen) -> None:
    """Draw a kettle with a spout and an arched handle."""
    handle = arc(52, 40, 24, 30, 180, 360) if pen.is_round else [(30, 40), (32, 12), (72, 12), (74, 40)]
    pen.line(handle, 4.4, darker(WOOD, 0.2))
    pen.part(curve([(30, 58), (18, 50), (12, 36), (5, 35), (9, 50), (18, 70), (32, 78)]))
    body = (
        curve([(38, 38), (52, 36), (66, 38), (82, 58), (84, 76), (76, 90), (52, 92), (28, 90), (20, 76), (22, 58)])
        if pen.is_round
        else [(34, 38), (70, 38), (86, 91), (18, 91)]
    )
    pen.body(body, shade="ball" if pen.is_round else "cylinder")
    pen.part([*arc(52, 39, 17, 8, 180, 360), *arc(52, 39, 17, 3, 0, 180)])
    pen.plain(oval(52, 29, 3.4, 3.4), DARK)


def mug(pen: Pen) -> None:
    """Draw a mug with its handle to the right."""
    ring = oval(72, 56, 14, 17) if pen.is_round else [(68, 40), (88, 40), (88, 72), (68, 72), (68, 40)]
    pen.line([*ring, ring[0]], 5.5, pen.second)
    base = 19 if pen.is_round else 27
    wall = (
        [(20, 26), (74, 26), *arc(47, 82, base + 3, 8, 0, 180)]
        if pen.is_round
        else [(20, 26), (74, 26), *arc(47, 84, 27, 5, 0, 180)]
    )
    pen.body(wall, shade="cylinder")
    pen.plain(oval(47, 26, 27, 6), paler(pen.second, 0.35))
    pen.plain(oval(47, 26.6, 24.5, 4.8), (70, 44, 30))
    pen.part(symmetric([(20.6, 34), (20.9, 38)], axis=47), shade="cylinder")
