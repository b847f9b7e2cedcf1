"""The public research sets are read whole: the counts are those of their descriptions."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.sources import detect

pytestmark = pytest.mark.realdata

Place = Callable[[str], Path]


def test_beauty(read: Any, realdata: Place) -> None:
    source = realdata("amazon-beauty-kg")
    assert detect(source) == "pgpr"
    found = read("pgpr", source)
    assert found.rejects == []
    products = found.rows("products")
    own = [product for product in products if product.get("in_catalogue") is not False]
    assert (len(own), len(products)) == (12_101, 12_101 + 164_721 - 7_404)
    assert sum(product["brand"] is not None for product in own) == 10_021
    assert sum(len(product["categories"] or ()) for product in own) == 49_756
    assert Counter(link["relation"] for link in found.rows("links")) == {
        "also_bought": 891_182,
        "also_viewed": 155_350,
        "bought_together": 9_021,
    }
    assert Counter(row["split"] for row in found.rows("interactions")) == {"train": 149_844, "test": 48_658}
    assert len(found.rows("users")) == 22_363


def test_grocery(read: Any, realdata: Place) -> None:
    source = realdata("amazon-grocery")
    assert detect(source) == "rechorus"
    found = read("rechorus", source)
    assert found.rejects == []
    assert len(found.rows("products")) == 8_713
    assert len({category for product in found.rows("products") for category in product["categories"]}) == 57
    assert Counter(link["relation"] for link in found.rows("links")) == {"complements": 248_444, "substitutes": 124_933}
    interactions = found.rows("interactions")
    assert Counter(row["split"] for row in interactions) == {"train": 121_892, "validation": 14_681, "test": 14_681}
    assert len({row["user_id"] for row in interactions}) == 14_681


def test_book(read: Any, realdata: Place) -> None:
    source = realdata("amazon-book")
    assert detect(source) == "kgat"
    interactions = read("kgat", source).rows("interactions")
    assert Counter(row["split"] for row in interactions) == {"train": 652_514, "test": 193_920}
    assert len({row["user_id"] for row in interactions}) == 70_679
    assert len({row["product_id"] for row in interactions}) == 24_915


def test_movielens(read: Any, realdata: Place) -> None:
    source = realdata("movielens-1m-posters")
    assert detect(source) == "movielens"
    found = read("movielens", source)
    assert found.rejects == []
    assert found.counts == {"products": 3_883, "images": 2_074, "interactions": 376_886, "triples": 20_195}
    assert sum(product["in_catalogue"] for product in found.rows("products")) == 2_347
    known = {product["id"] for product in found.rows("products") if product["in_catalogue"]}
    assert {image["product_id"] for image in found.rows("images")} <= known
    assert {row["product_id"] for row in found.rows("interactions")} <= known


def test_movielens_relation_names_are_those_of_the_same_lines(read: Any, realdata: Place) -> None:
    """The graph is the named one without the heads that are no items, its tails numbered anew one to one."""
    source = realdata("movielens-1m-posters")
    triples = read("movielens", source).rows("triples")
    numbers = {}
    for line in gzip.decompress((source / "item_index2entity_id.txt.gz").read_bytes()).decode().splitlines():
        movie, item = line.split()
        numbers[item] = movie
    named = [line.split() for line in gzip.decompress((source / "kg.txt.gz").read_bytes()).decode().splitlines()]
    named = [triple for triple in named if triple[0] in numbers]
    assert [(numbers[head], relation) for head, relation, _ in named] == [
        (triple["head"], triple["relation"]) for triple in triples
    ]
    pairs = {(old, triple["tail"]) for (_, _, old), triple in zip(named, triples, strict=True)}
    assert len(pairs) == len({old for old, _ in pairs}) == len({new for _, new in pairs})


def test_magazine(read: Any, realdata: Place) -> None:
    source = realdata("amazon-magazine")
    assert detect(source) == "amazon"
    found = read("amazon", source)
    assert found.rejects == []
    assert (len(found.rows("products")), len(found.rows("reviews"))) == (3_385, 2_375)
    assert not any("<span" in str(product["title"]) for product in found.rows("products"))


def test_musical_reviews(read: Any, realdata: Place) -> None:
    source = realdata("amazon-musical-reviews")
    assert detect(source) == "amazon"
    reviews = read("amazon", source).rows("reviews")
    assert len(reviews) == 10_261
    assert len({review["user_id"] for review in reviews}) == 1_429
    assert len({review["product_id"] for review in reviews}) == 900


def test_fashion(read: Any, realdata: Place) -> None:
    source = realdata("fashion-photos")
    assert detect(source) == "fashion"
    assert read("fashion", source).counts == {"products": 2_000, "images": 2_000}
