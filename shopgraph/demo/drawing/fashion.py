"""Drawings of shoes, coats and jackets."""

from __future__ import annotations

from shopgraph.demo.drawing.pen import DARK, PALE, WOOD, Pen
from shopgraph.demo.drawing.shapes import box, curve, mirrored, oval, rounded, symmetric
from shopgraph.demo.drawing.texture import darker, paler


def running_shoe(pen: Pen) -> None:
    """Draw a trainer from the side."""
    toe = 66 if pen.is_round else 63
    pen.body(
        curve(
            [
                (84, 36),
                (78, 41),
                (68, 45),
                (60, 38),
                (53, 30),
                (47, 33),
                (36, 50),
                (20, 58),
                (10, toe),
                (9, 75),
                (50, 76),
                (91, 75),
                (91, 60),
                (88, 45),
            ]
        )
    )
    pen.part(curve([(84, 36), (80, 40), (76, 52), (78, 66), (80, 75), (91, 75), (91, 60), (88, 45)]))
    pen.part(curve([(23, 57), (10, toe), (9, 75), (26, 75), (28, 66)]))
    pen.part(curve([(42, 72), (52, 66), (66, 54), (72, 52), (62, 62), (52, 72)]))
    pen.plain(curve([(60, 38), (53, 30), (47, 33), (50, 38)]), darker(pen.colour, 0.45))
    for x, y in ((46, 38), (42, 43), (38, 48), (33, 52)):
        pen.line([(x - 1, y - 1), (x + 9, y + 4)], 1.8, PALE)
    pen.plain(rounded([(7, 73), (50, 75), (93, 73), (94, 81), (88, 85), (14, 85), (6, 80)], 4), PALE)
    pen.plain(rounded([(8, 82), (92, 82), (88, 87), (14, 87)], 2), darker(pen.second, 0.1))


def boot(pen: Pen) -> None:
    """Draw an ankle boot from the side."""
    top = [(44, 14), (80, 12)]
    pen.body(
        curve(
            [
                (44, 14),
                (62, 13.5),
                (80, 13),
                (80, 35),
                (82, 55),
                (87, 70),
                (86, 82),
                (50, 83),
                (12, 82),
                (10, 72),
                (20, 62),
                (36, 56),
                (44, 46),
                (44, 28),
            ]
        )
    )
    pen.part(
        curve([(26, 60), (12, 69), (10, 82), (30, 83), (32, 72)])
        if pen.is_round
        else [(27, 59), (11, 69), (10, 83), (32, 83)]
    )
    pen.part(rounded([(43, 12), (81, 10.5), (81, 19), (43, 20)], 2))
    pen.line([(79, 11), (85, 6), (86, 15), (81, 18)], 2, pen.second)
    for y in (26, 33, 40, 47):
        pen.line([(44, y), (55, y + 2)], 1.7, PALE if sum(pen.colour) < 560 else DARK)
    pen.seam([(top[1][0] - 10, 20), (70, 45), (74, 82)])
    pen.plain(rounded([(8, 80), (88, 80), (89, 89), (64, 90), (62, 87), (10, 88)], 2), darker(WOOD, 0.55))


def sandal(pen: Pen) -> None:
    """Draw a pair of sandals from above."""
    for axis in (29.0, 71.0):
        side = -1 if axis < 50 else 1
        outline = [
            (axis - 4 * side, 9), (axis + 9, 13), (axis + 14, 27), (axis + 12, 48), (axis + 10, 64), (axis + 10.5, 79),
            (axis + 5, 89), (axis - 5, 89), (axis - 10.5, 79), (axis - 10, 64), (axis - 12, 48), (axis - 14, 27),
            (axis - 11, 13),
        ]  # fmt: skip
        pen.plain(curve([(x, y + 1.5) for x, y in outline]), darker(WOOD, 0.5))
        pen.plain(curve(outline), paler(WOOD, 0.35))
        pen.plain(curve([(axis + (x - axis) * 0.8, 50 + (y - 50) * 0.88) for x, y in outline]), paler(WOOD, 0.22))
        bend = 5 if pen.is_round else 0
        pen.body(
            curve(
                [
                    (axis - 15, 26),
                    (axis, 26 - bend),
                    (axis + 15, 26),
                    (axis + 15.5, 44),
                    (axis, 44 - bend),
                    (axis - 15.5, 44),
                ],
                steps=5,
            )
        )
        pen.part(
            curve(
                [
                    (axis - 13, 53),
                    (axis, 53 - bend),
                    (axis + 13, 53),
                    (axis + 12.5, 63),
                    (axis, 63 - bend),
                    (axis - 12.5, 63),
                ],
                steps=5,
            )
        )
        pen.plain(box(axis + 4 * side - 2, 52 - bend, axis + 4 * side + 2, 61 - bend), PALE)


def _sleeves(pen: Pen, cuff: float) -> None:
    for mirror in (False, True):
        sleeve = pen.corners([(30, 24), (18, 32), (8, cuff), (20, cuff + 4), (31, 48)], 3)
        band = pen.corners([(9.5, cuff - 6), (8, cuff), (20, cuff + 4), (22.5, cuff - 3)], 1)
        pen.body(mirrored(sleeve) if mirror else sleeve)
        pen.part(mirrored(band) if mirror else band)


def rain_jacket(pen: Pen) -> None:
    """Draw a hooded jacket from the front."""
    _sleeves(pen, 68)
    pen.part(curve([(50, 5), (39, 9), (35, 20), (42, 27), (58, 27), (65, 20), (61, 9)]))
    pen.plain(curve([(50, 10), (43, 13), (41, 20), (46, 26), (54, 26), (59, 20), (57, 13)]), darker(pen.colour, 0.55))
    pen.body(pen.corners(symmetric([(40, 21), (27, 26), (28, 60), (26, 88)]), 4))
    pen.plain(curve([(41, 21), (50, 31), (59, 21), (55, 27), (50, 29), (45, 27)]), darker(pen.colour, 0.45))
    pen.part(box(48, 30, 52, 88))
    for y in (38, 50, 62, 74):
        pen.plain(oval(50, y, 1.2, 1.2), PALE)
    for pocket in ([(32, 64), (44, 66), (44, 80), (32, 80)], [(68, 64), (56, 66), (56, 80), (68, 80)]):
        pen.seam([*pocket, pocket[0]])
        pen.part([pocket[0], pocket[1], (pocket[1][0], 70), (pocket[0][0], 69)])


def winter_coat(pen: Pen) -> None:
    """Draw a long coat with a wide collar from the front."""
    _sleeves(pen, 70)
    flare = 24 if pen.is_round else 27
    pen.body(pen.corners(symmetric([(41, 15), (27, 22), (30, 52), (flare, 95)]), 4))
    pen.plain([(43, 14), (57, 14), (50, 36)], darker(pen.colour, 0.6))
    for collar in ([(43, 11), (33, 20), (38, 36), (50, 44), (44, 26)],):
        pen.part(pen.corners(collar, 2))
        pen.part(pen.corners(mirrored(collar), 2))
    pen.seam([(50, 44), (50, 95)])
    for y in (52, 64, 76):
        pen.plain(oval(46, y, 1.7, 1.7), darker(pen.second, 0.5))
        pen.plain(oval(54, y, 1.7, 1.7), darker(pen.second, 0.5))
    for pocket in ([(30, 66), (41, 63), (42, 68), (31, 71)],):
        pen.part(pocket)
        pen.part(mirrored(pocket))


def gilet(pen: Pen) -> None:
    """Draw a quilted sleeveless jacket from the front."""
    pen.plain(curve([(40, 16), (50, 14), (60, 16), (58, 28), (50, 32), (42, 28)]), darker(pen.colour, 0.6))
    half = [(40, 17), (28, 21), (33, 38), (25, 50), (25, 86)]
    pen.body(pen.corners([*half, (49.2, 88), (49.2, 30)], 4))
    pen.body(pen.corners(mirrored([*half, (49.2, 88), (49.2, 30)]), 4))
    for y in (44, 55, 66, 77):
        for left, right in ((26, 48.5), (51.5, 74)):
            pen.seam([(left, y), ((left + right) / 2, y + 1.5), (right, y)])
    collar = [(40, 12), (36, 24), (49, 33), (49, 24)]
    pen.part(pen.corners(collar, 3))
    pen.part(pen.corners(mirrored(collar), 3))
    pen.line([(50, 30), (50, 88)], 1.3, PALE)
    for pocket in ([(29, 70), (41, 70), (41, 74), (29, 74)],):
        pen.part(pocket)
        pen.part(mirrored(pocket))
