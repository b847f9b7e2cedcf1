"""The graph browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


def _nodes(page: Page) -> int:
    return int(page.evaluate("shopgraph.view.cy.nodes().length"))


def _more_than(page: Page, count: int) -> None:
    page.wait_for_function("count => shopgraph.view.cy.nodes().length > count", arg=count)


def test_find_expand_undo_and_a_link_that_restores(open_page: Open) -> None:
    page = open_page("/graph")
    page.get_by_role("combobox", name="Find a node").fill("boots")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    _more_than(page, 0)
    expect(page.locator("#details h3")).to_contain_text("oots")
    page.locator("#canvas").focus()
    page.keyboard.press("e")
    _more_than(page, 3)
    shown = _nodes(page)
    page.keyboard.press("z")
    assert _nodes(page) == 1
    page.keyboard.press("y")
    assert _nodes(page) == shown
    again = open_page("/graph" + page.url[page.url.index("#") :])
    assert _nodes(again) == shown


def test_types_are_hidden_and_all_stands_in_a_list(open_page: Open) -> None:
    page = open_page("/graph#nodes=Product:P0001")
    page.get_by_role("button", name="Expand").click()
    _more_than(page, 3)
    page.locator("#legend").get_by_label("Customer").uncheck()
    page.wait_for_function(
        "() => shopgraph.view.cy.nodes().every(node => node.data('label') !== 'User' || !node.visible())"
    )
    page.get_by_role("button", name="List").click()
    expect(page.locator("#listing ul").first.locator("li")).to_have_count(_nodes(page))


def test_paths_between_two_nodes(open_page: Open) -> None:
    page = open_page("/graph#nodes=Product:P0001")
    page.get_by_role("button", name="Path from here").click()
    page.get_by_role("combobox", name="To").fill("P0002")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Find paths").click()
    expect(page.locator("#paths-found li").first).to_contain_text("→")


def test_exports(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/graph#nodes=Product:P0001")
    with page.expect_download() as told:
        page.get_by_role("button", name="JSON").click()
    told.value.save_as(tmp_path / "graph.json")
    assert [node["key"] for node in json.loads((tmp_path / "graph.json").read_text())["nodes"]] == ["Product:P0001"]
    with page.expect_download() as told:
        page.get_by_role("button", name="PNG").click()
    told.value.save_as(tmp_path / "graph.png")
    assert (tmp_path / "graph.png").read_bytes().startswith(b"\x89PNG")


def test_a_thousand_nodes_are_laid_out_without_names_when_far_away(open_page: Open) -> None:
    page = open_page("/graph")
    page.evaluate(
        """() => {
            const nodes = Array.from({length: 1000}, (_, n) =>
                ({key: `Product:X${n}`, label: "Product", id: `X${n}`, name: `Number ${n}`}));
            const edges = Array.from({length: 1800}, (_, n) => ({key: `e${n}`, type: "ALSO_BOUGHT", inferred: false,
                from: `Product:X${n % 1000}`, to: `Product:X${(n * 37 + 11) % 1000}`, properties: {}}));
            shopgraph.show({nodes, edges});
        }"""
    )
    assert _nodes(page) == 1000
    assert page.evaluate("shopgraph.view.cy.nodes('.named').length") == 0
    # two seconds on a quiet machine; the test's machine runs other tests beside
    assert float(page.evaluate("document.body.dataset.layoutSeconds")) < 6
