"""Pictures of the pages for the documentation; ``make screenshots`` keeps them in ``docs/images``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.e2e.web.conftest import picture_folder

pytestmark = pytest.mark.slow
_MOST = 150_000


def _keep(page: Page, folder: Path, name: str) -> None:
    path = folder / f"{name}.png"
    page.wait_for_function(
        "() => [...document.images].every(image => image.complete || image.getBoundingClientRect().top > innerHeight)"
    )
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    assert 5_000 < path.stat().st_size < _MOST, name


def test_pictures_of_the_pages(open_page: Callable[..., Page], tmp_path: Path) -> None:
    folder = picture_folder(tmp_path)
    for name, options in {"guide": {}, "guide-dark-chinese": {"theme": "dark", "language": "zh-CN"}}.items():
        page = open_page("/", width=1100, height=720, **options)
        page.locator("#whom .suggested button").first.click()
        page.locator(".card .reason").first.wait_for()
        _keep(page, folder, name)
    page = open_page("/", width=360, height=740)
    page.locator(".card").first.wait_for()
    _keep(page, folder, "guide-narrow")
    page = open_page("/graph#nodes=Product:P0001", width=1100, height=720)
    page.get_by_role("button", name="Expand").click()
    page.wait_for_function("() => shopgraph.view.cy.nodes().length > 3")
    _keep(page, folder, "graph")
    page = open_page("/query#best-sellers", width=1100, height=720)
    page.get_by_role("button", name="Run").click()
    page.locator("#picture .bar").first.wait_for()
    _keep(page, folder, "query")
