"""Prices as people write them."""

from __future__ import annotations

import math

import pytest

from kg.quality.prices import Price, to_price
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
        ("1,249", 1249.0, None),
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
    "value", ["free", "$", "€ 5 £", "1.249 €", "$1.2.3", "9.99 each", "5-10", "1,24,9", math.nan, [], True]
)
def test_what_is_no_price_or_could_be_two_is_refused(value: object) -> None:
    with pytest.raises(RefusedError):
        to_price(value)
