"""A service that has keys: the pages ask for one, say when it is wrong, and keep it in the tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from shopgraph.project import Project
from shopgraph.service.keys import Keys, Scope

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


@pytest.fixture
def keys(web_project: Project) -> Iterator[dict[str, str]]:
    """A key of a shop and one of an analyst; afterwards the service has none again."""
    known = Keys(web_project.folder / web_project.settings.service.keys)
    yield {scope.name.lower(): known.add(scope.name, scope) for scope in (Scope.SHOP, Scope.ANALYST)}
    for key in known.all():
        known.remove(key.name)


def test_a_key_is_asked_for_and_a_wrong_one_is_told(open_page: Open, keys: dict[str, str]) -> None:
    page = open_page("/", until="#key-dialog[open]")
    dialog = page.get_by_role("dialog", name="API key")
    expect(dialog.get_by_role("alert")).to_be_hidden()
    dialog.get_by_label("Key", exact=True).fill("sg_of-nobody")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("The service does not know this key.")
    dialog.get_by_label("Key", exact=True).fill(keys["shop"])
    dialog.get_by_role("button", name="Use this key").click()
    page.wait_for_selector("body[data-ready]")
    expect(dialog).to_be_hidden()
    # decode() fails where the photo's address comes meanwhile
    page.locator(".card img").first.evaluate(
        """image => new Promise((shown, failed) => {
            image.addEventListener("load", shown);
            image.addEventListener("error", failed);
            setTimeout(failed, 15_000);
            if (image.naturalWidth) shown();
        })"""
    )
    assert (page.locator(".card img").first.get_attribute("src") or "").startswith("blob:")
    # kept for the other pages of the tab; this key may not ask what analysts may
    page.get_by_role("link", name="Questions").click()
    page.wait_for_selector("body[data-page=query][data-ready]")
    expect(page.get_by_role("alert").first).to_contain_text("analyst")
    page.get_by_role("button", name="API key").click()
    dialog.get_by_label("Key", exact=True).fill(keys["analyst"])
    dialog.get_by_role("button", name="Use this key").click()
    expect(page.get_by_role("button", name="Best sellers", exact=True)).to_be_visible()


def test_without_a_key_the_page_says_what_is_missing(open_page: Open, keys: dict[str, str]) -> None:
    page = open_page("/report", until="#key-dialog[open]")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.locator("#report .error")).to_contain_text("API key")
