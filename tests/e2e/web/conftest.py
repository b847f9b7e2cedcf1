"""A small shop served on this machine, and one Chromium for all tests of the pages."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from shopgraph.project import Project
from shopgraph.service import create_app
from tests.conftest import _unavailable
from tests.projects import BARE, run_shop

QUIET = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run"
)
Open = Callable[..., Page]
expect.set_options(timeout=15_000)  # a machine that runs other tests beside


@pytest.fixture(scope="session")
def web_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A shop of 90 products that was run, with photos to search by, linked reviews and a report."""
    settings = BARE
    for part, told in {
        "write = false": "write = true",
        "reviews = false": "reviews = true",
        'images = "none"': 'images = "looks"',
    }.items():
        assert part in settings
        settings = settings.replace(part, told)
    return run_shop(tmp_path_factory.mktemp("web"), settings, products=90, users=120, interactions=2_600, names=True)


@pytest.fixture(scope="session")
def site(web_project: Project) -> Iterator[str]:
    """Address of the service over it."""
    server = uvicorn.Server(uvicorn.Config(create_app(web_project), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as the machine has it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        _unavailable(
            "No Chromium to walk the pages with. Install it (Debian: sudo apt install chromium), or set CHROMIUM"
        )
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=QUIET.split())
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Open]:
    """Open a page as a new visitor would; at the end nothing may stand in the browser's console."""
    contexts, complaints = [], list[str]()

    def open_(
        path: str,
        *,
        theme: str = "light",
        language: str = "en-GB",
        width: int = 1240,
        height: int = 800,
        base: str = site,
        until: str = "body[data-ready]",
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, locale=language, reduced_motion="reduce"
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text) if said.type == "error" and "status of" not in said.text else None
            ),
        )
        page.on(
            "request",
            lambda asked: complaints.append(asked.url) if not asked.url.startswith((base, "blob:", "data:")) else None,
        )
        page.goto(base + path)
        page.wait_for_selector(until)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def picture_folder(tmp_path: Path) -> Path:
    """Give the folder for screenshots: ``SHOPGRAPH_SCREENSHOTS``, or one of the test's own."""
    folder = Path(os.environ.get("SHOPGRAPH_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
