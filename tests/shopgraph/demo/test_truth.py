from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable

import numpy as np

from shopgraph.demo import DemoShop
from tests.shopgraph.demo.conftest import Rows

Read = Callable[[str], Rows]

HIDDEN_EN = re.compile(
    r"\b(light|lightweight|weigh\w*|heavy|quiet\w*|silent\w*|nois\w*|rattl\w*|buzz\w*|hum|humming|warm\w*|cold|zip\w*|sturdy"
    r"|grip\w*|slip\w*|smell\w*|odou?r\w*|scent\w*|clean\w*|wash\w*|wip(e|es|ed|ing)|comfort\w*|comfy|cosy|batter\w*"
    r"|charg\w*|strap\w*|stripe\w*|dot|dots|dotted|spotted|check|checks|checked|plaid|gingham|two-tone|pattern\w*|round"
    r"|rounded|angular)\b",
    re.IGNORECASE,
)
HIDDEN_ZH = re.compile(
    "轻|沉|分量|重量|安静|静音|噪|杂音|异响|保暖|暖和|温暖|拉链|防滑|抓握|气味|异味|味道|清洗|清洁|打理|舒适|舒服|电池|续航|充电|肩带"
    "|条纹|圆点|波点|格子|格纹|拼色|双色|图案|圆形|棱角"
)


def test_spans_match_the_text(read: Read) -> None:
    texts = {row["id"]: row["text"] for row in read("reviews.jsonl")}
    truth = read("truth/mentions.jsonl")
    assert {row["review_id"] for row in truth} == set(texts)
    for row in truth:
        last = 0
        for mention in row["mentions"]:
            assert texts[row["review_id"]][mention["start"] : mention["end"]] == mention["surface"]
            assert mention["start"] >= last and mention["surface"].strip() == mention["surface"] != ""
            assert mention["label"] in {"Aspect", "Brand", "Category", "Attribute"}
            assert mention["sentiment"] in {-1, 0, 1}
            last = mention["end"]


def test_reviews_are_clean_text_in_two_languages(read: Read) -> None:
    languages = [row["language"] for row in read("truth/mentions.jsonl")]
    assert 0.28 < languages.count("zh") / len(languages) < 0.42
    for row in read("reviews.jsonl"):
        assert not re.search(r"[\[\]{}<>]|  |\.\.|。。| $", row["text"]), row["text"]
        assert 1 <= row["rating"] <= 5


def test_mentioned_nodes_are_those_of_the_product(read: Read) -> None:
    products = {row["id"]: row for row in read("products.csv")}
    about = {row["id"]: row["product_id"] for row in read("reviews.jsonl")}
    for row in read("truth/mentions.jsonl"):
        product = products[about[row["review_id"]]]
        for mention in row["mentions"]:
            if mention["label"] == "Brand":
                assert mention["node"] == product["brand"]
            elif mention["label"] == "Category":
                assert mention["node"] == product["categories"].split("|")[0]
            elif mention["label"] == "Attribute":
                name, value = mention["node"].split("=")
                assert product[name] == value


def test_owners_praise_what_is_good_and_blame_what_is_not(read: Read) -> None:
    about = {row["id"]: row["product_id"] for row in read("reviews.jsonl")}
    truth = {row["product_id"]: row for row in read("truth/products.jsonl")}
    said: dict[bool, list[int]] = defaultdict(list)
    for row in read("truth/mentions.jsonl"):
        product = truth[about[row["review_id"]]]
        for mention in row["mentions"]:
            if mention["label"] == "Aspect" and mention["node"] in {*product["qualities"], *product["lacks"]}:
                said[mention["node"] in product["qualities"]].append(mention["sentiment"])
    assert np.mean(said[True]) > 0.8
    assert np.mean(said[False]) < -0.8


def test_tables_never_speak_of_qualities_or_looks(read: Read) -> None:
    for row in read("products.csv"):
        text = " ".join(value for name, value in row.items() if name not in {"id", "brand", "pattern"})
        assert not HIDDEN_EN.search(text), HIDDEN_EN.search(text)
        assert not HIDDEN_ZH.search(text), HIDDEN_ZH.search(text)


def test_a_pattern_is_listed_for_less_than_half_and_whatever_the_kind(read: Read) -> None:
    truth = {row["product_id"]: row for row in read("truth/products.jsonl")}
    listed: dict[str, list[bool]] = defaultdict(list)
    for row in read("products.csv"):
        planted = truth[row["id"]]
        assert row["pattern"] == (planted["finish"] if planted["finish_listed"] else "")
        listed[planted["finish"]].append(planted["finish_listed"])
        listed[planted["kind"].split(" > ")[0]].append(planted["finish_listed"])
    for name, filled in listed.items():
        assert 0.2 < np.mean(filled) < 0.7, name


def test_a_photo_depicts_what_its_product_is(read: Read) -> None:
    truth = {row["product_id"]: row for row in read("truth/products.jsonl")}
    for row in read("truth/photos.jsonl"):
        product = truth[row["product_id"]]
        assert row["depicts"] == [
            {"label": "Category", "node": product["kind"]},
            {"label": "Attribute", "node": f"colour={product['colour']}"},
            {"label": "Attribute", "node": f"pattern={product['finish']}"},
        ]


def test_an_unlisted_colour_stands_in_no_text(read: Read) -> None:
    truth = {row["product_id"]: row for row in read("truth/products.jsonl")}
    unlisted = 0
    for row in read("products.csv"):
        planted = truth[row["id"]]
        if not planted["colour_listed"]:
            unlisted += 1
            text = f"{row['title']} {row['description']}".replace(planted["brand"], "").lower()
            assert row["colour"] == ""
            assert not re.search(rf"\b{planted['colour']}\b", text)
    assert unlisted > 60


def test_searches_name_products_that_are_there(shop: DemoShop, read: Read) -> None:
    products = {row["id"] for row in read("products.csv")}
    searches = read("truth/searches.jsonl")
    assert len(searches) == shop.searches
    kinds = {(row["language"], row["misspelt"]) for row in searches}
    assert kinds == {("en", False), ("en", True), ("zh", False), ("zh", True)}
    for row in searches:
        assert row["relevant"] and row["relevant"].keys() <= products
        assert set(row["relevant"].values()) <= {1, 2}
        assert row["misspelt"] == (row["query"] != row["meant"])
