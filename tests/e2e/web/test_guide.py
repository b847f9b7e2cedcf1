"""The guide, as a customer and as a visitor use it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


def _become_a_customer(page: Page) -> None:
    page.locator("#whom .suggested button").first.click()
    expect(page.locator("#results-title")).to_have_text("Recommended for this customer")
    expect(page.locator(".card .reason").first).to_be_visible()


def _first(page: Page) -> str:
    return page.locator(".card").first.get_attribute("data-product") or ""


def test_a_customer_sees_reasons_and_says_no_to_one(open_page: Open) -> None:
    page = open_page("/")
    expect(page.locator("#results-title")).to_have_text("Popular now")
    _become_a_customer(page)
    page.locator(".card img").first.evaluate("image => image.decode()")
    first = _first(page)
    page.locator(".card").first.get_by_role("button", name="Not for me").click()
    expect(page.locator(f".card[data-product='{first}']")).to_have_count(0)
    expect(page.locator("#live")).not_to_be_empty()


def test_why_opens_the_reasons_and_leads_into_the_graph(open_page: Open) -> None:
    page = open_page("/")
    _become_a_customer(page)
    page.locator(".card").first.get_by_role("button", name="Why").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".reasons li").first).to_be_visible()
    dialog.get_by_role("link", name="Show the reasons in the graph").click()
    page.wait_for_url("**/graph#explain=*")
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate("shopgraph.view.cy.nodes().length") >= 3


def test_a_visitors_likes_stay_in_the_tab_and_change_what_is_shown(open_page: Open) -> None:
    page = open_page("/")
    page.locator(".card").nth(1).get_by_role("button", name="Like").click()
    expect(page.locator("#results-title")).to_have_text("Recommended from what you liked")
    page.reload()
    expect(page.locator("#results-title")).to_have_text("Recommended from what you liked")
    page.locator("#whom .event button").first.click()
    expect(page.locator("#results-title")).to_have_text("Popular now")


def test_words_and_filters_narrow_the_products(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("searchbox").fill("boots")
    page.keyboard.press("Enter")
    expect(page.locator("#results-title")).to_contain_text("found")
    expect(page.locator(".card").first).to_contain_text("oots")
    page.get_by_label("Price to").fill("1")
    expect(page.locator(".cards .empty")).to_be_visible()
    assert page.url.endswith("?q=boots")


def test_a_customer_is_found_by_typing_and_keys_alone(open_page: Open) -> None:
    page = open_page("/")
    name = page.locator("#whom .suggested button").first.inner_text()
    page.get_by_role("combobox", name="Customer").fill(name)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#whom .who")).to_contain_text(name)
    expect(page.locator("#results-title")).to_have_text("Recommended for this customer")


def test_an_unknown_customer_is_told_in_the_form_of_errors(open_page: Open) -> None:
    page = open_page("/?user=nobody")
    expect(page.get_by_role("alert")).to_contain_text("nobody")
    assert len(page.locator("#trouble code").inner_text()) >= 8


def test_chinese_and_the_dark_theme_are_kept(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("button", name="中文").click()
    page.wait_for_selector("html[lang=zh-CN] body[data-ready]")
    page.get_by_role("button", name="深色").click()
    page.goto(page.url.rstrip("/") + "/report")
    page.wait_for_selector("html[lang=zh-CN][data-theme=dark] body[data-ready]")


def test_nothing_is_wider_than_a_narrow_screen(open_page: Open) -> None:
    wide = "() => document.documentElement.scrollWidth"
    page = open_page("/?q=shoes", width=360, height=740)
    assert page.evaluate(wide) <= 360
    tops = {page.locator(part).bounding_box()["y"] for part in ("#words", "#photo-button", "#go")}  # type: ignore[index]
    assert len(tops) == 1  # one line
    page.get_by_text("Filters").click()
    expect(page.get_by_role("group", name="Brand")).to_be_visible()
    page.locator(".card h3 button").first.click()
    page.locator("#why .chip").first.wait_for()
    assert page.get_by_role("dialog").bounding_box()["width"] <= 360  # type: ignore[index]
    page = open_page("/graph#nodes=Product:P0001", width=360, height=740)
    page.get_by_role("button", name="Expand").click()
    page.wait_for_function("() => shopgraph.view.cy.nodes().length > 3")
    assert page.evaluate(wide) <= 360
    page = open_page("/query#brand-sales-by-month", width=360, height=740)
    page.get_by_role("button", name="Run").click()
    page.locator("#picture svg").wait_for()
    assert page.evaluate(wide) <= 360
    page = open_page("/report", width=360, height=740)
    assert page.evaluate(wide) <= 360
