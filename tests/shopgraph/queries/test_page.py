"""An answer as a page: whole in itself, nothing in the data runs, and the picture shows what the rows say."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from xml.etree import ElementTree as Xml

import pyarrow as pa
import pytest

from cypher import Column, Picture, QueryAnswer
from cypher.answer import described
from cypher.query import Kind, PictureKind
from shopgraph.queries import draw, to_html

SVG = "{http://www.w3.org/2000/svg}"
EVIL = """<script>alert("1")</script>' onload='x' &amp;"""


class Tags(HTMLParser):
    """Every tag of a page, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def answer(kind: PictureKind, drawn: tuple[str, ...], **columns: list[object]) -> QueryAnswer:
    table = pa.table(columns)
    labels = {"from": "Product", "to": "Brand"}
    described_columns = tuple(
        Column(one.name, one.kind, labels.get(one.name), one.doc, one.doc_zh) for one in described(table)
    )
    return QueryAnswer(table, described_columns, Picture(kind, drawn), title=EVIL, cypher=EVIL)


ANSWERS = [
    answer(PictureKind.TABLE, (), a=[EVIL]),
    answer(PictureKind.BAR, ("a", "n"), a=[EVIL, "b", "c"], n=[2.0, -1.0, None]),
    answer(PictureKind.LINE, ("a", "n", "s"), a=["2025-01", "2025-02"] * 2, n=[1, 2, 3, 4], s=[EVIL, EVIL, "y", "y"]),
    answer(PictureKind.GRAPH, ("from", "to", "w"), **{"from": ["p", EVIL], "to": ["b", "b"], "w": [EVIL, "z"]}),
]


@pytest.mark.parametrize("given", ANSWERS, ids=lambda one: one.picture.kind.value)
def test_nothing_in_the_data_runs_and_nothing_is_fetched(given: QueryAnswer) -> None:
    page = to_html(given)
    tags = Tags(page).tags
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "a", "object"}
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on") or name == "src"]
    assert not re.search(r"url\(|@import", page)
    assert "alert(" in page  # it is shown, as words


def test_bars_are_as_long_as_their_numbers() -> None:
    picture = Xml.fromstring(draw(ANSWERS[1]) or "")
    bars = picture.findall(f"{SVG}rect")
    widths = [float(bar.get("width") or 0) for bar in bars]
    assert len(widths) == 2
    assert widths[0] == pytest.approx(2 * widths[1], rel=1e-3)


def test_a_line_for_each_series() -> None:
    picture = Xml.fromstring(draw(ANSWERS[2]) or "")
    assert len(picture.findall(f"{SVG}polyline")) == 2
    assert len(picture.findall(f"{SVG}circle")) == 4


def test_a_node_once_and_an_edge_for_each_row() -> None:
    picture = Xml.fromstring(draw(ANSWERS[3]) or "")
    assert len(picture.findall(f"{SVG}circle")) == 3
    assert len(picture.findall(f"{SVG}line")) == 2


def test_times_lines_and_empty_answers() -> None:
    times = answer(PictureKind.LINE, ("t", "n"), t=[datetime(2025, 1, day, tzinfo=UTC) for day in (2, 1)], n=[1.0, 2.0])
    assert draw(times) is not None
    assert draw(answer(PictureKind.BAR, ("a", "n"), a=[], n=[])) is None
    assert draw(answer(PictureKind.TABLE, (), a=["x"])) is None
    assert "No rows" in to_html(answer(PictureKind.TABLE, (), a=[]))
    assert Kind.NUMBER in {column.kind for column in times.columns}
