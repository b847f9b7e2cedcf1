"""Prices as people write them."""

from __future__ import annotations

import math

import pytest

from kg.quality.prices import Price, to_price, to_stock
from kg.quality.values import RefusedError


@pytest.mark.parametrize(
    ("value", "number", "currency"),
    [
        ("9.99", 9.99, None),
        (9.99, 9.99, None),
        ("", None, None),
        ("$9.99", 9.99, "$"),
        ("US$ 9.99", 9.99, "$"),
        ("9.99 usd", 9.99, "$"),
        ("9,50 €", 9.5, "€"),
        ("EUR 1.249,50", 1249.5, "€"),
        ("£1,249.50", 1249.5, "£"),
        ("1,249.50", 1249.5, None),
        ("$1,249", 1249.0, "$"),
        ("1,249元", 1249.0, "¥"),
        ("1,249,000", 1_249_000.0, None),
        ("1.249.000 €", 1_249_000.0, "€"),
        ("0,125 €", 0.125, "€"),
        ("$0.999", 0.999, "$"),
        ("9,50\u00a0€", 9.5, "€"),
        ("1\u202f249,50 €", 1249.5, "€"),
        ("1 249", 1249.0, None),
        ("CHF 1'249.50", 1249.5, "CHF"),
        ("₹1,24,999", 124_999.0, "₹"),
        ("$9.99 CAD", 9.99, "CAD"),
        ("¥1,000円", 1000.0, "JPY"),
        ("1.249", 1.249, None),
        ("$1,249,000", 1_249_000.0, "$"),
        ("¥99", 99.0, "¥"),
        ("￥99.00", 99.0, "¥"),
        ("199元", 199.0, "¥"),
        ("¥199元", 199.0, "¥"),
        ("HK$80", 80.0, "HKD"),
        ("$-5", -5.0, "$"),
    ],
)
def test_a_price_and_its_currency(value: object, number: float | None, currency: str | None) -> None:
    assert to_price(value) == Price(number, currency)


@pytest.mark.parametrize(
    "value",
    [
        "free",
        "$",
        "€ 5 £",
        "1.249 €",
        "1,249 €",
        "1,249",
        "$1.249",
        "0,999.5",
        "$1.2.3",
        "9.99 each",
        "5-10",
        "1,24,9",
        "00,500",
        "9 9",
        math.nan,
        [],
        True,
    ],
)
def test_what_is_no_price_or_could_be_two_is_refused(value: object) -> None:
    with pytest.raises(RefusedError):
        to_price(value)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (True, True), ("no", False), ("", None), (1, True),
        (7, True), ("7", True), (3.0, True), ("3.0", True), (0, False), ("0", False), (-2, False), ("1,200.0", None),
        ("In stock", True), ("in_stock", True), ("OutOfStock", False), ("out-of-stock", False), ("sold out", False),
        ("有货", True), ("售罄", False), ("9" * 5_000, None), (math.inf, None), ("few", None), ([], None),
    ],
)  # fmt: skip
def test_stock_is_told_by_counts_and_words(value: object, wanted: bool | None) -> None:
    if wanted is None and value != "":
        with pytest.raises(RefusedError):
            to_stock(value)
    else:
        assert to_stock(value) is wanted
