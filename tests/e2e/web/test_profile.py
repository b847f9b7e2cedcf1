"""What is known of a customer: feedback that counts at once, events taken back, and a customer forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


def _order(page: Page) -> list[str]:
    page.locator("#cards:not(.busy) .card").first.wait_for()
    return [card.get_attribute("data-product") or "" for card in page.locator(".card").all()]


def _another(page: Page, before: list[str]) -> None:
    page.wait_for_function(
        """before => !document.querySelector("#cards").matches(".busy")
            && [...document.querySelectorAll(".card")].map(card => card.dataset.product).join() !== before""",
        arg=",".join(before),
    )


def _events(page: Page) -> int:
    return int("".join(filter(str.isdigit, page.locator(".beliefs h3").last.inner_text())))


def test_an_event_is_taken_back_and_the_recommendation_changes(open_page: Open) -> None:
    page = open_page("/?user=U00003")
    before, count = _order(page), _events(page)
    page.get_by_role("button", name=f"Show all {count}").click()
    expect(page.locator(".event")).to_have_count(count)
    name = page.locator(".event", has_text="bought").last.locator("span").first.inner_text().partition("\n")[0]
    own = page.locator(".event", has_text=name)
    gone = own.count()
    for left in range(count - 1, count - 1 - gone, -1):
        own.first.get_by_role("button", name=f"Remove: {name}").click()
        expect(page.locator(".beliefs h3").last).to_have_text(f"Because of {left} events")
        if left > 8:
            page.get_by_role("button", name=f"Show all {left}").click()
    expect(own).to_have_count(0)
    _another(page, before)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    expect(page.locator(".beliefs h3").last).to_have_text(f"Because of {count - gone} events")


def test_what_a_customer_says_changes_the_next_answer(open_page: Open) -> None:
    page = open_page("/?user=U00004")
    before, count = _order(page), _events(page)
    card = page.locator(".card").first
    card.get_by_role("button", name="Like").click()
    _another(page, before)
    expect(page.locator(".beliefs h3").last).to_have_text(f"Because of {count + 1} events")
    expect(page.locator(".event").first).to_contain_text("liked")
    before = _order(page)
    page.locator(".card").nth(1).get_by_role("button", name="Bought").click()
    _another(page, before)
    assert before[1] not in _order(page)
    expect(page.locator(".event").first).to_contain_text("bought")


def test_a_customer_is_forgotten_after_a_question(open_page: Open) -> None:
    page = open_page("/?user=U00007")
    _order(page)
    page.get_by_role("button", name="Forget this customer").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("cannot be undone")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.locator("#results-title")).to_have_text("Recommended for this customer")
    page.get_by_role("button", name="Forget this customer").click()
    dialog.get_by_role("button", name="Forget this customer").click()
    expect(page.locator("#results-title")).to_have_text("Popular now", timeout=30_000)
    again = open_page("/?user=U00007")
    expect(again.locator("#whom")).to_contain_text("There is no customer")


def test_a_visitor_takes_everything_back(open_page: Open) -> None:
    page = open_page("/")
    popular = _order(page)
    for place in (0, 2):
        before = _order(page)
        page.locator(".card").nth(place).get_by_role("button", name="Like").click()
        _another(page, before)
    page.get_by_role("button", name="Remove all").click()
    expect(page.locator("#results-title")).to_have_text("Popular now")
    _another(page, [])
    assert _order(page) == popular
