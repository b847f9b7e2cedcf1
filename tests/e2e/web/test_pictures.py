"""Pictures of the pages for the documentation; ``make screenshots`` keeps them in ``docs/images``."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.e2e.web.conftest import picture_folder

pytestmark = pytest.mark.slow
Open = Callable[..., Page]
USER = "U00002"
_MOST = 100_000
_SIZE = {"width": 1100, "height": 720}
_NARROW = {"width": 360, "height": 740}


def _keep(page: Page, folder: Path, name: str) -> None:
    path = folder / f"{name}.webp"
    # no empty stripe where a scroll bar would be, and no ring around what was clicked last
    page.evaluate("document.documentElement.style.scrollbarGutter = 'auto'; document.activeElement?.blur()")
    page.wait_for_function(
        "() => [...document.images].every(image => image.complete || image.getBoundingClientRect().top > innerHeight)"
    )
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(path, quality=90, method=6)
    assert 5_000 < path.stat().st_size < _MOST, name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where pictures are kept."""
    return picture_folder(tmp_path)


def test_pictures_of_the_guide(open_page: Open, folder: Path) -> None:
    for name, look in {"guide": {}, "guide-dark-chinese": {"theme": "dark", "language": "zh-CN"}}.items():
        page = open_page(f"/?user={USER}", **_SIZE, **look)
        page.locator(".card .reason").first.wait_for()
        page.locator(".beliefs .event").first.wait_for()
        _keep(page, folder, name)
        page.locator(".card .why").first.click()
        page.locator("#why .reasons li").first.wait_for()
        _keep(page, folder, name.replace("guide", "why"))
    page = open_page("/?q=runing shoes", **_NARROW)
    page.locator(".card").first.wait_for()
    _keep(page, folder, "guide-narrow")


def test_pictures_of_answers(open_page: Open, folder: Path) -> None:
    for name, language, question in (
        ("ask", "en-GB", "Does anyone complain about the grip of running shoes?"),
        ("ask-chinese", "zh-CN", "最便宜的台灯是哪个？"),
    ):
        page = open_page("/", language=language, **_SIZE)
        page.locator("[name=mode][value=ask]").check()
        page.locator("#words").fill(question)
        page.keyboard.press("Enter")
        page.locator("#answer p:not(.quiet)").wait_for()
        page.locator("#answer summary").click()
        _keep(page, folder, name)


def test_pictures_of_the_graph(open_page: Open, folder: Path) -> None:
    page = open_page("/graph#nodes=Product:P0001", **_SIZE)
    page.get_by_role("button", name="Expand").click()
    page.wait_for_function("() => shopgraph.view.cy.nodes().length > 3")
    page.locator("#details img").wait_for()
    _keep(page, folder, "graph")
    guide = open_page(f"/?user={USER}")
    product = guide.locator(".card").first.get_attribute("data-product")
    page = open_page(f"/graph#explain={USER}&product={product}", theme="dark", **_SIZE)
    page.locator("#details img").wait_for()
    _keep(page, folder, "graph-reasons")


def test_pictures_of_questions(open_page: Open, folder: Path) -> None:
    for name, query, drawn in (
        ("query", "best-sellers", ".bar"),
        ("query-lines", "brand-sales-by-month", "polyline"),
    ):
        page = open_page(f"/query#{query}", **_SIZE)
        page.get_by_role("button", name="Run").click()
        page.locator(f"#picture {drawn}").first.wait_for()
        _keep(page, folder, name)


def test_pictures_of_the_report(open_page: Open, folder: Path) -> None:
    page = open_page("/report", **_SIZE)
    page.locator("#report img").first.evaluate("image => image.decode()")
    _keep(page, folder, "report")
