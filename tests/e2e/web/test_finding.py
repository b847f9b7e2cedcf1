"""Finding in the guide: by a photo, with words that are misspelt, by facets, and by asking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from shopgraph.project import Project
from shopgraph.service.cards import Cards

pytestmark = pytest.mark.slow
Open = Callable[..., Page]
PRODUCT = "P0002"
_GIVE = """async ([address, how]) => {
    const photo = await (await fetch(address)).blob();
    const given = new DataTransfer();
    given.items.add(new File([photo], "mine.jpg", {type: photo.type}));
    if (how === "paste") return document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: given, bubbles: true}));
    document.body.dispatchEvent(new DragEvent("dragover", {dataTransfer: given, bubbles: true, cancelable: true}));
    const invited = !document.querySelector("#drop").hidden;
    document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: given, bubbles: true, cancelable: true}));
    return invited && document.querySelector("#drop").hidden;
}"""  # noqa: E501


@pytest.fixture(scope="session")
def photo(web_project: Project) -> Path:
    """The file of a product's photo."""
    from recommender import Recommender

    path = Cards(Recommender.load(web_project.model)).photo(PRODUCT)
    assert path is not None
    return next(
        folder / path
        for folder in (web_project.folder, web_project.folder.parent / "shop")
        if (folder / path).is_file()
    )


def _first(page: Page) -> str:
    return page.locator(".card").first.get_attribute("data-product") or ""


def _shows(page: Page, product: str) -> None:
    expect(page.locator("#photo-chosen img")).to_be_visible()
    expect(page.locator("#results-title")).to_contain_text("found")
    expect(page.locator(".card").first).to_have_attribute("data-product", product)


def test_a_photo_is_chosen_and_taken_away_again(open_page: Open, photo: Path, tmp_path: Path) -> None:
    page = open_page("/")
    with page.expect_file_chooser() as told:
        page.get_by_role("button", name="Search by a photo").click()
    told.value.set_files(photo)
    _shows(page, PRODUCT)
    page.get_by_role("button", name="Remove photo").click()
    expect(page.locator("#results-title")).to_have_text("Popular now")
    (tmp_path / "notes.png").write_text("no picture at all")
    page.locator("#photo").set_input_files(tmp_path / "notes.png")
    expect(page.get_by_role("alert").first).to_contain_text("picture")


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_a_photo_is_dropped_or_pasted(open_page: Open, how: str) -> None:
    page = open_page("/")
    assert page.evaluate(_GIVE, [f"/api/v1/products/{PRODUCT}/photo", how])
    _shows(page, PRODUCT)
    # words narrow what the photo found
    page.get_by_role("searchbox").fill("boots")
    page.keyboard.press("Enter")
    expect(page.locator(".card").first).to_contain_text("oots")
    expect(page.locator("#photo-chosen img")).to_be_visible()


def test_a_misspelt_word_is_told_and_put_right(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("searchbox").fill("runing shoes")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#understood")).to_contain_text("Shown for: running shoes")
    expect(page.locator("#understood .chip").first).to_have_text("Running Shoes")
    expect(page.locator(".card").first).to_contain_text("Running Shoes")


def test_facets_are_counted_chosen_and_undone(open_page: Open) -> None:
    page = open_page("/?q=shoes")
    brands = page.get_by_role("group", name="Brand")
    name = brands.locator("label span").first.inner_text()
    count = int(brands.locator(".count").first.inner_text())
    found = page.locator("#results-title").inner_text()
    kinds = page.get_by_role("group", name="Category").locator(".count")
    before = kinds.all_inner_texts()
    brands.get_by_label(name).check()
    expect(page.locator("#results-title")).to_have_text(f"{count} found")
    expect(page.locator(".card .facts span").first).to_have_text(name)
    assert kinds.all_inner_texts() != before
    # what other words do not find can be undone still
    page.get_by_role("searchbox").fill("lamp")
    page.keyboard.press("Enter")
    expect(page.locator("#understood")).to_contain_text("amp")
    brands.get_by_label(name).click()
    page.get_by_role("searchbox").fill("shoes")
    page.keyboard.press("Enter")
    expect(page.locator("#understood .chip")).to_have_text(["Shoes"])
    expect(page.locator("#results-title")).to_have_text(found)
    assert kinds.all_inner_texts() == before


def _ask(page: Page, question: str, *, mode: str, go: str) -> None:
    page.get_by_role("radio", name=mode).check()
    page.locator("#words").fill(question)
    page.get_by_role("button", name=go, exact=True).click()


def test_a_question_is_answered_with_quotes_and_cypher(open_page: Open) -> None:
    page = open_page("/")
    title = page.locator(".card", has_text="Running Shoes").first.locator("h3").inner_text()
    _ask(page, f"What do reviewers say about the grip of {title}?", mode="Ask", go="Ask")
    answer = page.locator("#answer")
    expect(answer.locator("blockquote").first).to_be_visible()
    expect(answer.locator("p")).to_contain_text("pleased")
    answer.get_by_text("How this was found").click()
    expect(answer.locator("pre")).to_contain_text("MATCH")
    _ask(page, "How tall is Mount Everest?", mode="Ask", go="Ask")
    expect(answer.locator("p")).to_contain_text("cannot")
    answer.get_by_role("button", name="what goes with [product]").click()
    page.keyboard.type(title)  # over the word that was marked
    expect(page.locator("#words")).to_have_value(f"what goes with {title}")
    page.keyboard.press("Enter")
    expect(page.locator("#results-title")).to_contain_text("found")


def test_quotes_on_a_kind_of_product_say_whose_they_are(open_page: Open) -> None:
    page = open_page("/")
    _ask(page, "What do reviewers say about the grip of running shoes?", mode="Ask", go="Ask")
    whose = page.locator("#answer cite button").first
    name = whose.inner_text()
    whose.click()
    expect(page.get_by_role("dialog").get_by_role("heading", name=name)).to_be_visible()


def test_a_question_in_chinese_is_answered_with_products(open_page: Open) -> None:
    page = open_page("/", language="zh-CN")
    _ask(page, "最便宜的台灯是哪个？", mode="提问", go="提问")
    answer = page.locator("#answer")
    expect(answer.locator("h2")).to_have_text("最便宜的台灯是哪个？")
    expect(page.locator("#results-title")).to_contain_text("找到")
    expect(page.locator(".card").first).to_contain_text("台灯")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in answer.locator("p").inner_text())
