"""Prices as shops write them: with a currency before or behind the number, and commas between thousands."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from kg.quality.values import RefusedError, shown, to_double

_WORDS = {
    "$": "$ us$ usd",
    "€": "€ eur euro",
    "£": "£ gbp",
    "¥": "¥ ￥ 元 rmb cny",
    "₹": "₹ inr rs rs.",
    "JPY": "jpy 円 日元",
    "KRW": "krw ₩",
    "HKD": "hk$ hkd",
    "TWD": "nt$ twd",
    "CAD": "ca$ cad",
    "AUD": "a$ aud",
    "CHF": "chf",
}
_CURRENCIES = {word: name for name, words in _WORDS.items() for word in words.split()}
_ANY = "|".join(re.escape(word) for word in sorted(_CURRENCIES, key=len, reverse=True))
_PRICE = re.compile(rf"(?P<before>{_ANY})?\s*(?P<number>[+-]?[\d.,]+)\s*(?P<behind>{_ANY})?", re.ASCII | re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
_EITHER = re.compile(r"[+-]?\d{1,3}\.\d{3}", re.ASCII)


class Price(NamedTuple):
    """A price.

    Attributes:
        number: None where the value is empty.
        currency: as most write it, such as ``€``; None where none was written.
    """

    number: float | None
    currency: str | None


def to_price(value: object) -> Price:
    """Give a price: ``$9.99``, ``9,50 €``, ``199元``, ``1,249``, or a plain number.

    Raises:
        RefusedError: it is none, or could be two: ``1.249 €`` is one Euro or a thousand.
    """
    found = _PRICE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return Price(to_double(value), None)
    number = found["number"]
    written = {_CURRENCIES[word.lower()] for word in (found["before"], found["behind"]) if word}
    if len(written) > 1 or (written and _EITHER.fullmatch(number)):
        raise RefusedError("NOT_A_NUMBER", f"{shown(value)} can be read in two ways")
    if _THOUSANDS.fullmatch(number):
        number = number.replace(",", "")
    return Price(to_double(number), written.pop() if written else None)


class Prices:
    """Converts the prices of a column and counts their currencies.

    Attributes:
        currencies: how often each was written.
    """

    def __init__(self) -> None:
        self.currencies: Counter[str] = Counter()

    def __call__(self, value: object) -> float | None:
        """Give the number of a price.

        Raises:
            RefusedError: as ``to_price``.
        """
        price = to_price(value)
        if price.currency is not None:
            self.currencies[price.currency] += 1
        return price.number
