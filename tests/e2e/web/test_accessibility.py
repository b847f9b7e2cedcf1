"""No page has a serious fault of accessibility, by axe-core, in either theme and language, with dialogs open or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = pytest.mark.slow
Open = Callable[..., Page]
_THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def _states(open_page: Open, **look: str) -> Iterator[tuple[str, Page]]:
    """Give each page as it is used: with reasons, answers, results, and every dialog."""
    page = open_page("/?user=U00001", **look)
    page.locator(".card .reason").first.wait_for()
    yield "guide", page
    page.locator(".card .why").first.click()
    page.locator("#why .reasons li").first.wait_for()
    yield "why", page
    page.keyboard.press("Escape")
    page.locator("#whom .beliefs .row button").last.click()
    yield "forget", page
    page.keyboard.press("Escape")
    page.locator("#key").click()
    page.locator("#key-dialog[open]").wait_for()
    yield "key", page
    page.keyboard.press("Escape")
    page.locator("[name=mode][value=ask]").check()
    page.locator("#words").fill("What is your cheapest lamp? 最便宜的台灯是哪个？")
    page.keyboard.press("Enter")
    page.locator("#answer p:not(.quiet)").wait_for()
    yield "answer", page
    page = open_page("/?q=runing shoes", **look)
    page.locator("#facets fieldset").first.wait_for()
    page.locator("#customer").fill("a")
    page.locator("#customer-list [role=option]").first.wait_for()
    yield "search", page
    page = open_page("/graph#nodes=Product:P0001", **look)
    page.locator("#details dd").first.wait_for()
    yield "graph", page
    page.locator("#as-list").click()
    yield "list", page
    page = open_page("/query#brand-sales-by-month", **look)
    page.locator("#question button.main").click()
    page.locator("#picture svg").wait_for()
    yield "query", page
    page = open_page("/report", **look)
    page.locator("#report h2").first.wait_for()
    yield "report", page


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_axe_finds_nothing_serious(open_page: Open, language: str) -> None:
    axe, serious = Axe(), {}
    for name, page in _states(open_page, language=language):
        for theme in _THEMES:
            page.emulate_media(color_scheme=theme)
            found = axe.run(page).response["violations"]
            bad = [fault for fault in found if fault["impact"] in ("serious", "critical")]
            serious |= {f"{name} {theme} {fault['id']}": [node["html"] for node in fault["nodes"]][:3] for fault in bad}
    assert serious == {}
