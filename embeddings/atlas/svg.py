"""The picture itself: one SVG element, for a page or a file of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from embeddings.atlas.points import Point

_COLOURS = (
    "#3b82d6", "#e07b28", "#2f9e57", "#d6455d", "#8f63c9", "#a97142",
    "#d965b0", "#7f8c1f", "#17a2b0", "#c9a20c", "#5a6fd8", "#e2725b",
)  # fmt: skip
"""Told apart on white and on black; categories of like colours differ in shape too."""
_SHAPES = ("circle", "square", "triangle")
_SIDE, _EDGE = 560, 10
_SPAN = _SIDE - 4 * _EDGE
_RADII, _SMALLEST = ((400, 4.2), (1_000, 3.4)), 2.7
"""Size of a mark by how many points there are at most."""
_LEGEND, _LINE = 220, 24
_LONGEST = 26
"""Characters of a category's name that fit into the legend; a pointer held over it shows all."""
_STYLE = (
    ".atlas{font:13px system-ui,sans-serif;color:var(--ink,#1f2430);background:var(--paper,#fff)}"
    ".atlas text{fill:currentColor}"
    ".atlas .frame{fill:none;stroke:currentColor;stroke-opacity:.15}"
    ".atlas .p{fill-opacity:.8}.atlas .p:hover{fill-opacity:1;stroke:currentColor;stroke-width:1.5}"
    ".atlas .o{fill:#8b93a1;fill-opacity:.4}"
    "@media (prefers-color-scheme:dark){.atlas{color:var(--ink,#e6e8ec);background:var(--paper,#15181d)}}"
)


def draw(
    points: Sequence[Point], *, name: str = "Map of the vectors", categories: int = 12, other: str = "other"
) -> str:
    """Draw points, coloured by category.

    Args:
        points: ``place_on_plane`` gives them.
        name: read out by screen readers.
        categories: told apart at most, 12 at the most: the commonest; the rest, and points without one, are ``other``.
        other: name of these in the legend.

    Returns:
        An ``<svg>`` element that needs nothing else. It follows the light or dark mode of the reader, takes ``--ink``
        and ``--paper`` from a page that has them. A pointer over a point shows title and category. The same points give
        the same text.
    """
    kept = _kept(points, min(categories, len(_COLOURS)))
    styles = {category: number for number, category in enumerate(kept)}
    counts = Counter(point.category if point.category in styles else "" for point in points)
    legend = [(category, counts[category]) for category in kept]
    if counts[""]:
        legend.append(("", counts[""]))
    top = min((point.y for point in points), default=0.0)
    tall = max((point.y for point in points), default=0.0) - top
    frame = 4 * _EDGE + tall * _SPAN  # both axes have one scale, and no room is left empty above and below
    height = max(frame, 2 * _EDGE + _LINE * len(legend))
    radius = next((radius for most, radius in _RADII if len(points) <= most), _SMALLEST)
    # Others first, so that they lie below.
    ordered = sorted(points, key=lambda point: (point.category in styles, point.id))
    width = _SIDE + _LEGEND
    parts = [
        f'<svg class="atlas" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height:.0f}" '
        f'width="{width}" height="{height:.0f}" style="max-width:100%;height:auto">',
        f"<title>{_text(name)}</title><style>{_STYLE}</style>",
        f'<rect class="frame" x="0.5" y="0.5" width="{_SIDE - 1}" height="{height - 1:.0f}" rx="6"/>',
        *(_drawn(point, styles.get(point.category), top, radius) for point in ordered),
        *(_entry(category or other, count, styles.get(category), row) for row, (category, count) in enumerate(legend)),
        "</svg>",
    ]
    return "".join(parts)


def _kept(points: Sequence[Point], most: int) -> list[str]:
    counts = Counter(point.category for point in points if point.category)
    return sorted(counts, key=lambda category: (-counts[category], category))[:most]


def _drawn(point: Point, style: int | None, top: float, radius: float) -> str:
    said = f"{point.title} ({point.category})" if point.category else point.title
    x, y = 2 * _EDGE + point.x * _SPAN, 2 * _EDGE + (point.y - top) * _SPAN
    return _mark(x, y, radius, style, f"<title>{_text(said)}</title>")


def _entry(category: str, count: int, style: int | None, row: int) -> str:
    x, y = _SIDE + 18, _EDGE + _LINE * row + _LINE // 2
    shown = category if len(category) <= _LONGEST else f"{category[: _LONGEST - 1]}…"
    return (
        f"<g><title>{_text(category)}: {count:,}</title>{_mark(x, y, 5.0, style, '')}"
        f'<text x="{x + 14}" y="{y + 4.5}">{_text(shown)}</text></g>'
    )


def _mark(x: float, y: float, r: float, style: int | None, inside: str) -> str:
    if style is None:
        return f'<circle class="o" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}">{inside}</circle>'
    colour, shape = _COLOURS[style], _SHAPES[style % len(_SHAPES)]
    if shape == "square":
        side = 1.75 * r
        place = f'x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}" height="{side:.1f}"'
        return f'<rect class="p" fill="{colour}" {place}>{inside}</rect>'
    if shape == "triangle":
        corners = ((0, -1.25), (1.1, 0.75), (-1.1, 0.75))
        place = " ".join(f"{x + dx * r:.1f},{y + dy * r:.1f}" for dx, dy in corners)
        return f'<polygon class="p" fill="{colour}" points="{place}">{inside}</polygon>'
    return f'<circle class="p" fill="{colour}" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}">{inside}</circle>'


def _text(words: str) -> str:
    """Make words safe inside XML, which knows no control characters."""
    return escape("".join(sign if sign.isprintable() or sign == " " else "\N{REPLACEMENT CHARACTER}" for sign in words))
