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


_COVERED = """() => {
    const boxes = shopgraph.view.cy.nodes().map(node => node.boundingBox({includeOverlays: false}));
    let covered = 0;
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i], boxes[j]];
        if (a.x1 + 2 < b.x2 && b.x1 + 2 < a.x2 && a.y1 + 2 < b.y2 && b.y1 + 2 < a.y2) covered++;
    }
    return covered;
}"""


def test_a_node_is_found_by_a_part_of_its_id_and_no_name_covers_another(open_page: Open) -> None:
    page = open_page("/graph", language="zh-CN")
    page.locator("#find").fill("p000")
    page.get_by_role("option").filter(has_text="P0003").click()
    expect(page.locator("#details")).to_contain_text("P0003")
    page.get_by_role("button", name="展开").click()
    _more_than(page, 3)
    assert page.evaluate("shopgraph.view.cy.nodes('.named').length") == _nodes(page)
    assert page.evaluate(_COVERED) == 0
    said = page.evaluate("shopgraph.view.cy.nodes(`[label = 'Attribute']`).map(node => node.data('short'))")
    assert any(name.startswith(("产地：", "颜色：", "材质：")) for name in said)


def test_types_are_hidden_and_all_stands_in_a_list(open_page: Open) -> None:
    page = open_page("/graph#nodes=Product:P0001")
    page.get_by_role("button", name="Expand").click()
    _more_than(page, 3)
    page.locator("#legend").get_by_label("Customer").uncheck()
    hidden = "() => shopgraph.view.cy.nodes().every(node => node.data('label') !== 'User' || !node.visible())"
    page.wait_for_function(hidden)
    page.get_by_text("Relationships").click()
    page.locator("#types").get_by_label("also bought").uncheck()
    assert page.evaluate("shopgraph.view.cy.edges(`[type = 'ALSO_BOUGHT']`).every(edge => !edge.visible())")
    page.get_by_role("button", name="List").click()
    expect(page.locator("#listing ul").first.locator("li")).to_have_count(_nodes(page))
    again = open_page("/graph" + page.url[page.url.index("#") :])  # the link knows what is hidden
    assert again.evaluate(hidden)
    expect(again.locator("#legend").get_by_label("Customer")).not_to_be_checked()


def test_a_link_brings_back_all_edges_of_many_nodes(open_page: Open) -> None:
    page = open_page("/graph#nodes=Product:P0001")
    for product in ("P0001", "P0002", "P0005"):
        page.locator("#find").fill(product)
        page.get_by_role("option").first.click()
        expect(page.locator("#details")).to_contain_text(product)
        before = _nodes(page)
        page.get_by_role("button", name="Expand").click()
        _more_than(page, before)
    shown = page.evaluate("[shopgraph.view.cy.nodes().map(n => n.id()), shopgraph.view.cy.edges().map(e => e.id())]")
    assert len(shown[0]) > 80
    again = open_page("/graph" + page.url[page.url.index("#") :])
    assert set(again.evaluate("shopgraph.view.cy.nodes().map(node => node.id())")) == set(shown[0])
    assert set(again.evaluate("shopgraph.view.cy.edges().map(edge => edge.id())")) >= set(shown[1])
    again.get_by_role("button", name="Take away").click()
    assert _nodes(again) == len(shown[0]) - 1
    again.get_by_role("button", name="Clear").click()
    expect(again.locator("#hint")).to_be_visible()
    again.get_by_role("button", name="Undo").click()
    again.get_by_role("button", name="Undo").click()
    assert _nodes(again) == len(shown[0])


def test_paths_between_two_nodes(open_page: Open) -> None:
    page = open_page("/graph#nodes=Product:P0001")
    page.get_by_role("button", name="Path from here").click()
    page.get_by_role("combobox", name="To").fill("P0002")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Find paths").click()
    expect(page.locator("#paths-found li").first).to_contain_text("→")
    assert page.evaluate("shopgraph.view.cy.edges('.found').length") >= 2


def test_the_reasons_of_a_recommendation_are_a_piece_that_a_link_brings_back(open_page: Open, tmp_path: Path) -> None:
    guide = open_page("/?user=U00005")
    product = guide.locator(".card").first.get_attribute("data-product")
    page = open_page(f"/graph#explain=U00005&product={product}")
    keys = page.evaluate("shopgraph.view.cy.nodes().map(node => node.id())")
    assert {"User:U00005", f"Product:{product}"} <= set(keys)
    page.locator("#canvas").focus()
    page.keyboard.press("ArrowRight")
    assert f"explain=U00005&product={product}" in page.url  # walking about in it changes nothing
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate("shopgraph.view.cy.nodes().map(node => node.id())") == keys
    with page.expect_download() as told:
        page.get_by_role("button", name="JSON").click()
    told.value.save_as(tmp_path / "reasons.json")
    assert len(json.loads((tmp_path / "reasons.json").read_text())["nodes"]) == len(keys)
    page.get_by_role("button", name="Expand").click()
    _more_than(page, len(keys))
    page.get_by_role("button", name="Undo").click()
    assert _nodes(page) == len(keys)


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
    page.locator("#find").fill("P0001")
    page.get_by_role("option").first.click()
    expect(page.locator("#details")).to_contain_text("P0001")
    where = page.evaluate("shopgraph.view.cy.getElementById('Product:X7').position()")
    page.get_by_role("button", name="Expand").click()
    _more_than(page, 1010)
    assert float(page.evaluate("document.body.dataset.layoutSeconds")) < 3
    assert page.evaluate("shopgraph.view.cy.getElementById('Product:X7').position()") == where  # all stays in place
    page.locator("#legend").get_by_label("Customer").uncheck()
    page.wait_for_function("() => shopgraph.view.cy.nodes(`[label = 'User']`).every(node => !node.visible())")
    page.evaluate(
        "void shopgraph.view.cy.zoom({level: 1, position: shopgraph.view.cy.getElementById('Product:X7').position()})"
    )
    page.wait_for_function("() => shopgraph.view.cy.nodes('.named').length > 3")
    assert page.evaluate("shopgraph.view.cy.nodes('.named').length") < 300
