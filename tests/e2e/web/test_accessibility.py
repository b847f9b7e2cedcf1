"""No page has a serious fault of accessibility, by axe-core, in any theme and language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = pytest.mark.slow
PATHS = ("/", "/graph#nodes=Product:P0001", "/query#best-sellers", "/report")


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page: Callable[..., Page], theme: str, language: str) -> None:
    serious = {}
    for path in PATHS if (theme, language) == ("light", "en-GB") else PATHS[:-1]:  # the report is long, and alike
        page = open_page(path, theme=theme, language=language)
        if path == "/":
            page.locator("#whom .suggested button").first.click()
            page.locator(".card .reason").first.wait_for()
        found = Axe().run(page).response["violations"]
        bad = [fault for fault in found if fault["impact"] in ("serious", "critical")]
        serious |= {f"{path} {fault['id']}": [node["html"] for node in fault["nodes"]][:3] for fault in bad}
    assert serious == {}
