"""Which intent a question has, given what is named in it."""

from __future__ import annotations

import pytest

from shopgraph.ask.grammar import intents


def _intent(text: str, language: str, named: list[str]) -> str | None:
    return next((one.name for one in intents() if one.has(named) and one.said(text, language)), None)


@pytest.mark.parametrize(
    ("text", "language", "named", "intent"),
    [
        ("how much is the x", "en", ["product"], "price"),
        ("does anyone complain about the battery of x", "en", ["product", "aspect"], "complaints"),
        ("do reviewers like the grip of x", "en", ["product", "aspect"], "praise"),
        ("what goes with x", "en", ["product"], "goes_with"),
        ("compare x and y", "en", ["product", "product"], "compare"),
        ("how many boots", "en", ["kind"], "count"),
        ("red boots", "en", ["kind"], "find"),
        ("what's the weather", "en", [], None),
        ("x多少钱", "zh", ["product"], "price"),
        ("最便宜的靴子", "zh", ["kind"], "cheapest"),
        ("有多少款靴子", "zh", ["kind"], "count"),
        ("有多少靴子", "zh", ["kind"], "count"),
        ("有多少钱", "zh", ["product"], "price"),
        ("what do reviewers say about boots", "en", ["kind"], "opinions"),
        ("大家怎么评价靴子", "zh", ["kind"], "opinions"),
        ("best rated boots", "en", ["kind"], "best_rated"),
        ("which brands sell best", "en", [], "brands_sold"),
        ("best-selling brands of boots", "en", ["kind"], "brands_sold"),
        ("which brands make boots", "en", ["kind"], "brands"),
        ("most popular categories", "en", [], "categories_sold"),
        ("which boots sell best", "en", ["kind"], "best_sold"),
        ("哪个品牌卖得最好", "zh", [], "brands_sold"),
        ("最畅销的类目", "zh", [], "categories_sold"),
        ("哪些品牌做靴子", "zh", ["kind"], "brands"),
        ("你好", "zh", [], "smalltalk"),
    ],
)
def test_intents(text: str, language: str, named: list[str], intent: str | None) -> None:
    assert _intent(text, language, named) == intent


def test_one_product_does_not_serve_two_needs() -> None:
    assert _intent("compare x", "en", ["product"]) != "compare"
