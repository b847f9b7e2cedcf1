"""The query page and the report."""

from __future__ import annotations

import json
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


def test_another_parameter_gives_another_answer_with_lines(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/query#brand-sales-by-month")
    run = page.get_by_role("button", name="Run")
    run.click()
    expect(page.locator("#picture polyline")).to_have_count(6)
    assert len({line.evaluate("line => line.style.stroke") for line in page.locator("#picture polyline").all()}) == 6
    page.get_by_label("brands", exact=True).fill("2")
    run.click()
    expect(page.locator("#picture polyline")).to_have_count(2)
    expect(page.locator("#picture .chip")).to_have_count(2)
    with page.expect_download() as told:
        page.get_by_role("button", name="JSON").click()
    told.value.save_as(tmp_path / "rows.json")
    rows = json.loads((tmp_path / "rows.json").read_text())
    assert {"month", "purchases", "brand"} == rows[0].keys()
    assert len({row["brand"] for row in rows}) == 2
    page.get_by_label("brands", exact=True).fill(
        "0"
    )  # less than the question takes: the browser says so, nothing is asked
    run.click()
    assert page.locator("#question input:invalid").count() == 1


def test_bars_of_less_than_nothing_go_to_the_other_side(open_page: Open) -> None:
    page = open_page("/query#praised-and-blamed")
    page.get_by_role("button", name="Run").click()
    page.locator("#picture .bar").first.wait_for()
    figures = [float(text) for text in page.locator("#result td:nth-child(3)").all_inner_texts()]
    spans = page.locator("#picture .bar").evaluate_all(
        "bars => bars.map(bar => [bar.x, bar.width].map(one => one.baseVal.value))"
    )
    zero = float(page.locator("#picture .axis").get_attribute("x1") or 0)
    assert min(figures) < 0 < max(figures)
    most = max(map(abs, figures))
    long = max(width for _, width in spans)
    for figure, (left, width) in zip(figures, spans, strict=False):
        assert (left + width if figure < 0 else left) == pytest.approx(zero)
        assert width == pytest.approx(max(2, long * abs(figure) / most), abs=2)


def test_a_parameter_that_is_a_node_is_found_by_its_name(open_page: Open) -> None:
    page = open_page("/query#product-neighbours")
    product = page.get_by_role("combobox", name="product")
    product.fill("Running Shoes")
    option = page.get_by_role("option").first
    identifier = option.locator("small").inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(product).to_have_value(identifier)
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#result tbody tr").first).to_contain_text(identifier)


def test_pairs_are_drawn_as_a_graph_with_their_names_and_lead_into_it(open_page: Open) -> None:
    page = open_page("/query#strongest-pairs", language="zh-CN")
    page.get_by_role("button", name="运行").click()
    page.locator("#picture canvas").first.wait_for()
    drawn = "document.querySelector('#picture .graph')._cyreg.cy"  # where cytoscape.js keeps it
    names = page.evaluate(f"{drawn}.nodes().map(node => node.data('short'))")
    assert len(names) >= 5
    assert any(character > "\u4e00" for name in names for character in name)
    page.locator("#result td a").first.click()
    page.wait_for_url("**/graph#nodes=Product*")
    page.wait_for_selector("body[data-page=graph][data-ready]")
    expect(page.locator("#details h3")).not_to_be_empty()


def test_in_chinese_parameters_and_columns_are_called_in_chinese(open_page: Open) -> None:
    page = open_page("/query#best-sellers", language="zh-CN")
    page.get_by_label("显示的商品数").fill("3")
    page.get_by_role("button", name="运行").click()
    expect(page.locator("#result tbody tr")).to_have_count(3)
    heads = page.locator("#result th button").all_inner_texts()
    assert all(character > "\u4e00" for head in heads for character in head[:1]), heads
    expect(page.locator("#parameter-limit-doc")).to_have_text("limit")


def test_cypher_of_ones_own_reads_and_never_writes(open_page: Open) -> None:
    page = open_page("/query#own")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#result tbody tr").first).to_be_visible()
    page.locator("#cypher").fill("MATCH (p:Product) DETACH DELETE p")
    page.locator("#cypher").press("Control+Enter")
    expect(page.locator("#result .error")).to_be_visible()
    expect(page.locator("#result .error code")).not_to_be_empty()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_report_stands_in_the_frame_and_takes_its_theme(open_page: Open, theme: str) -> None:
    page = open_page("/report", theme=theme)
    expect(page.locator("#report h1, #report h2").first).to_be_visible()
    page.locator("#report img").first.evaluate("image => image.decode()")
    ink, paper = (
        page.locator("#report .panel, #report section").first.evaluate(
            "(part, name) => { const said = getComputedStyle(part)[name].match(/[\\d.]+/g).map(Number);"
            " return said.length > 3 && said[3] === 0 ? null : said[0] + said[1] + said[2]; }",
            name,
        )
        for name in ("color", "backgroundColor")
    )
    assert (ink > 380) == (theme == "dark")
    assert paper is None or (paper < 380) == (theme == "dark")
    page.locator("#report nav a, #report a[href^='#']").last.click()
    page.wait_for_function("() => scrollY > 200")


def test_the_report_is_in_the_language_of_the_frame(open_page: Open) -> None:
    page = open_page("/report", language="zh-CN")
    expect(page.locator("#report h2").first).to_have_text("顾客与为他们推荐的商品")
    expect(page.locator("#report a[hreflang]")).to_have_count(0)
    page.locator("#language").click()
    expect(page.locator("#report h2").first).to_have_text("Customers and what they are recommended")
