"""The picture of a space: near things near, the same each time, well-formed whatever titles hold."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.atlas import Point, draw, place_on_plane
from embeddings.vectors import Vectors
from kg.errors import InputError

SVG = "{http://www.w3.org/2000/svg}"


def groups(n: int = 60) -> tuple[Vectors, dict[str, str]]:
    """Vectors around three centres."""
    random = np.random.default_rng(0)
    ids = [f"p{i:03d}" for i in range(n)]
    matrix = np.eye(3, 12)[np.arange(n) % 3] + 0.1 * random.standard_normal((n, 12))
    return Vectors.sorted("text", "Product", ids, matrix), {one: f"group {i % 3}" for i, one in enumerate(ids)}


def test_near_vectors_lie_near_each_other_and_again_in_the_same_place() -> None:
    vectors, categories = groups()
    points = place_on_plane(vectors, "Product", categories=categories, titles={"p000": "First"})
    assert points == place_on_plane(vectors, "Product", categories=categories, titles={"p000": "First"})
    assert [point.id for point in points] == vectors.ids.label_ids("Product").to_pylist()
    assert (points[0].title, points[1].title) == ("First", "p001")
    places = np.array([(point.x, point.y) for point in points])
    assert places.min() >= 0
    assert places.max() <= 1
    assert np.ptp(places, axis=0).max() == pytest.approx(1)
    far = np.linalg.norm(places[:, None] - places, axis=2)
    np.fill_diagonal(far, np.inf)
    nearest = far.argmin(1)
    assert all(points[i].category == points[j].category for i, j in enumerate(nearest))


def test_a_draw_of_many_and_very_few() -> None:
    vectors, _ = groups()
    drawn = place_on_plane(vectors, "Product", most=20, seed=3)
    assert len({point.id for point in drawn}) == 20
    assert drawn == place_on_plane(vectors, "Product", most=20, seed=3)
    assert place_on_plane(vectors, "User") == ()
    for n in (1, 2, 5):
        few = Vectors.sorted("text", "Product", [f"{i}" for i in range(n)], np.eye(n, 4))
        assert len(place_on_plane(few, "Product")) == n
    same = Vectors.sorted("text", "Product", [f"{i}" for i in range(20)], np.ones((20, 4)))
    assert {(point.x, point.y) for point in place_on_plane(same, "Product")} == {(0.5, 0.5)}
    line = Vectors.sorted("text", "Product", [f"{i}" for i in range(20)], np.arange(-9.5, 10)[:, None])
    assert len(place_on_plane(line, "Product")) == 20
    with pytest.raises(InputError, match="0 points"):
        place_on_plane(vectors, "Product", most=0)


def test_twelve_categories_and_the_rest() -> None:
    points = [Point(f"p{i}", i / 40, 0.5, f"Product {i}", f"category {min(i % 20, 14):02d}") for i in range(40)]
    points.append(Point("none", 0.1, 0.1, "Without", ""))
    root = ElementTree.fromstring(draw(points))
    legend = [text.text for text in root.iter(f"{SVG}text")]
    assert len(legend) == 13
    assert legend[0] == "category 14"  # the commonest
    assert legend[-1] == "other"
    marks = [
        node
        for kind in ("circle", "rect", "polygon")
        for node in root.iter(SVG + kind)
        if node.get("class") in ("p", "o")
    ]
    tips = {title.text for node in marks for title in node.iter(f"{SVG}title")}
    assert len(tips) == 41
    assert {"Product 3 (category 03)", "Without"} <= tips
    looks = {(node.tag, node.get("fill")) for node in marks if node.get("class") == "p"}
    assert len(looks) == 12
    two = ElementTree.fromstring(draw(points, categories=2))
    assert [text.text for text in two.iter(f"{SVG}text")] == ["category 14", "category 00", "other"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(), st.text(), st.floats(0, 1), st.floats(0, 1)), max_size=6))
def test_whatever_titles_hold(given_: list[tuple[str, str, float, float]]) -> None:
    points = [Point(f"{i}", x, y, title, category) for i, (title, category, x, y) in enumerate(given_)]
    root = ElementTree.fromstring(draw(points, name="<&\x00>"))
    assert len({title.text for title in root.iter(f"{SVG}title")}) >= 1
    assert "script" not in {node.tag.removeprefix(SVG) for node in root.iter()}


def test_a_title_stays_text() -> None:
    drawn = draw([Point("a", 0.5, 0.5, "<script>alert(1)</script> & 灯", '"><b>')])
    assert "<script>" not in drawn
    tips = [title.text for title in ElementTree.fromstring(drawn).iter(f"{SVG}title")]
    assert '<script>alert(1)</script> & 灯 ("><b>)' in tips
