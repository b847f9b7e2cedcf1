"""The picture of an answer as one SVG: bars, lines or a graph. Words of the data go in as text; none of them runs."""

from __future__ import annotations

import math
from collections.abc import Callable
from xml.etree import ElementTree as Xml

from cypher import QueryAnswer
from cypher.formats import shown_cell
from cypher.query import PictureKind
from kg.schema import NODES

_BARS = 40
_SERIES = 8
_NODES = 150
_COLOURS = tuple(node.color for node in NODES.values())
_GREY = "#9aa3ad"


def draw(answer: QueryAnswer) -> str | None:
    """Give the picture that the answer asks for; None for a table, and where there is nothing to draw."""
    kinds: dict[PictureKind, Callable[[QueryAnswer], Xml.Element | None]] = {
        PictureKind.BAR: _bars,
        PictureKind.LINE: _lines,
        PictureKind.GRAPH: _graph,
    }
    make = kinds.get(answer.picture.kind)
    if make is None or not len(answer):
        return None
    picture = make(answer)
    return None if picture is None else Xml.tostring(picture, encoding="unicode")


def _svg(width: float, height: float, words: str) -> Xml.Element:
    root = Xml.Element("svg", xmlns="http://www.w3.org/2000/svg", role="img", viewBox=f"0 0 {width:g} {height:g}")
    root.set("width", f"{width:g}")
    root.set("height", f"{height:g}")
    Xml.SubElement(root, "title").text = words
    return root


def _add(parent: Xml.Element, tag: str, words: str | None = None, **given: float | str) -> Xml.Element:
    told = {name.rstrip("_").replace("_", "-"): _number(value) for name, value in given.items()}
    element = Xml.SubElement(parent, tag, told)
    element.text = words
    return element


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


def _short(value: object, most: int = 34) -> str:
    text = str(shown_cell(value))
    return text if len(text) <= most else text[: most - 1] + "…"


def _bars(answer: QueryAnswer) -> Xml.Element | None:
    name, value = answer.picture.columns
    rows = [(row[name], float(str(row[value]))) for row in answer.rows() if row[value] is not None]
    rows = [row for row in rows if math.isfinite(row[1])]
    if not rows:
        return None
    shown = rows[:_BARS]
    low, high = min(0.0, *(length for _, length in shown)), max(0.0, *(length for _, length in shown))
    scale = 380 / ((high - low) or 1.0)
    zero = 250 - low * scale
    root = _svg(720, 22 * len(shown) + 26, f"{answer.title}: {value} of each {name}")
    _add(root, "text", value, x=zero, y=14, class_="soft")
    for place, (label, length) in enumerate(shown):
        y = 22 * place + 22
        _add(root, "text", _short(label), x=240, y=y + 13, text_anchor="end")
        _add(root, "rect", x=min(zero, zero + length * scale), y=y, width=max(abs(length * scale), 1), height=17).set(
            "class", "bar"
        )
        _add(root, "text", f"{length:,.4g}", x=max(zero, zero + length * scale) + 6, y=y + 13, class_="soft")
    return root


def _lines(answer: QueryAnswer) -> Xml.Element | None:
    x, y, *rest = answer.picture.columns
    rows = [row for row in answer.rows() if row[y] is not None and row[x] is not None]
    if not rows:
        return None
    ticks = sorted({row[x] for row in rows}, key=str if isinstance(rows[0][x], str) else None)  # type: ignore[type-var,arg-type]
    series: dict[str, dict[object, float]] = {}
    for row in rows:
        series.setdefault(_short(row[rest[0]]) if rest else y, {})[row[x]] = float(str(row[y]))
    kept = dict(sorted(series.items(), key=lambda one: (-sum(one[1].values()), one[0]))[:_SERIES])
    values = [value for points in kept.values() for value in points.values()]
    low, high = min(0.0, *values), max(0.0, *values)
    wide, tall = 600.0, 260.0
    root = _svg(860, tall + 60, f"{answer.title}: {y} over {x}")

    def place(tick: object, value: float) -> str:
        across = 60 + wide * (ticks.index(tick) / max(len(ticks) - 1, 1))
        return f"{across:.1f},{20 + tall * (1 - (value - low) / ((high - low) or 1.0)):.1f}"

    _add(root, "path", d=f"M60,20 V{20 + tall:g} H{60 + wide:g}").set("class", "axis")
    _add(root, "text", f"{high:,.4g}", x=54, y=24, text_anchor="end", class_="soft")
    _add(root, "text", f"{low:,.4g}", x=54, y=24 + tall, text_anchor="end", class_="soft")
    for tick in dict.fromkeys((ticks[0], ticks[len(ticks) // 2], ticks[-1])):
        across, _ = place(tick, 0.0).split(",")
        _add(root, "text", _short(tick, 12), x=across, y=40 + tall, text_anchor="middle", class_="soft")
    for number, (label, points) in enumerate(kept.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(place(tick, points[tick]) for tick in ticks if tick in points)
        _add(root, "polyline", points=path, fill="none", stroke=colour, stroke_width=2)
        for spot in path.split():
            left, top = spot.split(",")
            _add(root, "circle", cx=left, cy=top, r=2.5, fill=colour)
        _add(root, "rect", x=680, y=22 + 20 * number, width=12, height=12, fill=colour)
        _add(root, "text", label, x=698, y=33 + 20 * number)
    return root


def _graph(answer: QueryAnswer) -> Xml.Element | None:
    import networkx

    source, target, *words = answer.picture.columns
    labels = {column.name: column.label for column in answer.columns}
    graph = networkx.Graph()
    for row in answer.rows():
        if row[source] is None or row[target] is None:
            continue
        ends = (str(row[source]), str(row[target]))
        new = [end for end in ends if end not in graph]
        if len(graph) + len(new) > _NODES:
            continue
        for end, column in zip(ends, (source, target), strict=True):
            if end not in graph:
                graph.add_node(end, label=labels[column])
        graph.add_edge(*ends, words=_short(row[words[0]], 24) if words else "")
    if not len(graph):
        return None
    places = networkx.spring_layout(graph, seed=0)
    root = _svg(860, 560, f"{answer.title}: {len(graph)} nodes")
    at = {node: (430 + 360 * float(x), 280 + 245 * float(y)) for node, (x, y) in places.items()}
    for one, other, told in graph.edges(data="words"):
        (x1, y1), (x2, y2) = at[one], at[other]
        _add(root, "line", x1=x1, y1=y1, x2=x2, y2=y2).set("class", "edge")
        if told and graph.number_of_edges() <= 30:
            _add(root, "text", told, x=(x1 + x2) / 2, y=(y1 + y2) / 2, text_anchor="middle", class_="soft")
    for node, label in graph.nodes(data="label"):
        x, y = at[node]
        _add(root, "circle", cx=x, cy=y, r=7, fill=NODES[label].color if label in NODES else _GREY)
        if len(graph) <= 60:
            _add(root, "text", _short(node, 22), x=x, y=y - 11, text_anchor="middle")
    return root
