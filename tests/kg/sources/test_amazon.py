"""Amazon reviews and metadata of three releases."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError
from kg.sources import detect
from kg.sources.amazon_text import plain, price

Folder = Callable[..., Path]


def test_2014(read: Any, folder: Folder) -> None:
    meta = {
        "asin": "B1",
        "title": "Brush &amp; comb",
        "price": 6.99,
        "imUrl": "http://x/1.jpg",
        "related": {"also_bought": ["B2"], "also_viewed": ["B3"], "buy_after_viewing": ["B3", "B4"]},
        "categories": [["Beauty", "Hair Care"], ["Sale"]],
        "brand": "Conair",
    }
    review = {
        "reviewerID": "A1",
        "asin": "B1",
        "overall": 5.0,
        "unixReviewTime": 1393545600,
        "reviewText": "It's &quot;good&quot;<br />really",
        "summary": "good",
    }
    source = folder(meta__json=repr(meta) + "\n", reviews__json=json.dumps(review) + "\n")
    assert detect(source) == "amazon"
    found = read("amazon", source)
    (product,) = found.rows("products")
    assert product["title"] == "Brush & comb"
    assert product["categories"] == ["Beauty > Hair Care", "Sale"]
    assert [(link["relation"], link["other_id"]) for link in found.rows("links")] == [
        ("also_bought", "B2"),
        ("also_viewed", "B3"),
        ("also_viewed", "B4"),
    ]
    assert found.rows("images") == [{"id": "B1#1", "product_id": "B1", "path": "http://x/1.jpg"}]
    assert found.rows("reviews")[0]["text"] == 'It\'s "good" really'
    assert found.rows("interactions") == [
        {"user_id": "A1", "product_id": "B1", "kind": "rated", "value": 5.0, "at": 1393545600}
    ]


def test_2018(read: Any, folder: Folder) -> None:
    meta = {
        "asin": "B1",
        "title": '<span class="a-size-medium a-color-secondary"',
        "category": ["Magazines", "Arts &amp; Crafts"],
        "description": ["One <b>bold</b> thing", ""],
        "feature": ["Soft"],
        "price": "$12.99",
        "brand": "Acme",
        "date": "August 20, 2014",
        "also_buy": ["B2", "B2", "B4", "B5"],
        "also_view": ["B3"],
        "imageURLHighRes": ["http://x/1.jpg", "http://x/2.jpg"],
        "details": {"Publisher:": "Acme", "ASIN: ": "B1"},
    }
    review = {"reviewerID": "A1", "asin": "B1", "overall": 4.0, "reviewTime": "02 26, 2014", "image": ["http://y"]}
    found = read("amazon", folder(meta__json=json.dumps(meta), reviews__json=json.dumps(review)))
    (product,) = found.rows("products")
    assert product == {
        "id": "B1",
        "title": "",
        "description": "One bold thing\nSoft",
        "brand": "Acme",
        "categories": ["Magazines > Arts & Crafts"],
        "price": 12.99,
        "released": 1408492800000,
        "attributes": [("Publisher", "Acme")],
    }
    assert found.counts == {"products": 1, "images": 2, "links": 4, "reviews": 1, "interactions": 1}
    weights = {link["other_id"]: link["weight"] for link in found.rows("links")}
    assert weights == {"B2": 1.0, "B4": 0.5774, "B5": 0.5, "B3": 1.0}, "by the place in the page's list"
    assert found.rows("reviews")[0]["at"] == 1393372800000


def test_2023(read: Any, folder: Folder) -> None:
    meta = {
        "main_category": "All Beauty",
        "title": "Brush",
        "features": ["Soft"],
        "description": [],
        "price": None,
        "images": [{"thumb": "t", "large": "l", "hi_res": None, "variant": "MAIN"}],
        "store": "Howard",
        "categories": [],
        "details": {"Color": "Red", "Package Dimensions": "7 inches"},
        "parent_asin": "B1",
        "bought_together": None,
    }
    review = {
        "rating": 5.0,
        "title": "Nice",
        "text": "Good",
        "asin": "B9",
        "parent_asin": "B1",
        "user_id": "A1",
        "timestamp": 1588687728923,
    }
    found = read("amazon", folder(meta__jsonl=json.dumps(meta), reviews__jsonl=json.dumps(review)))
    (product,) = found.rows("products")
    assert (product["id"], product["brand"], product["categories"]) == ("B1", "Howard", ["All Beauty"])
    assert product["attributes"] == [("Color", "Red"), ("Package Dimensions", "7 inches")]
    assert found.rows("images")[0]["path"] == "l"
    assert found.rows("interactions") == [
        {"user_id": "A1", "product_id": "B1", "kind": "rated", "value": 5.0, "at": 1588687728923}
    ]


def test_zipped_csv_of_reviews(read: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "reviews.csv.zip", "w") as archive:
        archive.writestr(
            "reviews.csv", 'reviewerID,asin,reviewText,overall,unixReviewTime\nA,B,"so, so",3.0,1393545600\n'
        )
    found = read("amazon", tmp_path)
    assert found.rows("reviews")[0]["text"] == "so, so"
    assert found.counts == {"reviews": 1, "interactions": 1}
    assert read("amazon", tmp_path / "reviews.csv.zip").counts == found.counts


def test_no_reviews(read: Any, folder: Folder) -> None:
    source = folder(other__json='{"a": 1}\n')
    assert detect(source) is None
    with pytest.raises(InputError, match=r"no Amazon reviews.*other\.json"):
        read("amazon", source)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("a &lt;b&gt;bold&lt;/b&gt; &amp;amp; more", "a bold & more"),
        ("5 < 6 and <3", "5 < 6 and <3"),
        ("<style>p {x: y}</style>text", "text"),
        (7, 7),
    ],
)
def test_plain(given: object, clean: object) -> None:
    assert plain(given) == clean


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("$1,299.00", 1299.0),
        ("$5.99 - $12.99", 5.99),
        (".a-box-inner{background-color:#fff}", None),
        ("<script", None),
        ("call us", "call us"),
        (3, 3),
    ],
)
def test_price(given: object, clean: object) -> None:
    assert price(given) == clean
