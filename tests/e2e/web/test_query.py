"""The query page and the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


def test_a_question_is_found_run_sorted_and_saved(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/query")
    page.get_by_role("searchbox").fill("best sell")
    page.get_by_role("button", name="Best sellers", exact=True).click()
    page.get_by_label("limit").fill("5")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#result tbody tr")).to_have_count(5)
    expect(page.locator("#picture .bar")).to_have_count(5)
    before = page.locator("#result td.figure").all_inner_texts()
    page.locator("th button").last.click()
    figures = [float(text.replace(",", "")) for text in page.locator("#result tr td:last-child").all_inner_texts()]
    assert figures == sorted(figures)
    assert before
    with page.expect_download() as told:
        page.get_by_role("button", name="CSV").click()
    told.value.save_as(tmp_path / "rows.csv")
    assert len((tmp_path / "rows.csv").read_text().splitlines()) == 6


def test_cypher_of_ones_own_reads_and_never_writes(open_page: Open) -> None:
    page = open_page("/query#own")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#result tbody tr").first).to_be_visible()
    page.locator("#cypher").fill("MATCH (p:Product) DETACH DELETE p")
    page.locator("#cypher").press("Control+Enter")
    expect(page.locator("#result .error")).to_be_visible()
    expect(page.locator("#result .error code")).not_to_be_empty()


def test_the_report_stands_in_the_frame(open_page: Open) -> None:
    page = open_page("/report", theme="dark")
    expect(page.locator("#report h1, #report h2").first).to_be_visible()
    page.locator("#report img").first.evaluate("image => image.decode()")
