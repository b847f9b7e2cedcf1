"""Prices and stock as shops write them: with a currency, with marks between thousands, as a count or in words."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from kg.quality.values import RefusedError, shown, to_bool, to_double

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
_SHARED_SIGNS = {"$": {"HKD", "TWD", "CAD", "AUD"}, "¥": {"JPY"}}
"""Signs that say less than the code that may stand beside them: ``$9.99 CAD``."""
_COMMA_DECIMALS = (None, "€", "CHF")
"""Where a comma before three digits may part decimals as well as thousands."""
_ANY = "|".join(re.escape(word) for word in sorted(_CURRENCIES, key=len, reverse=True))
_PRICE = re.compile(rf"(?P<before>{_ANY})?\s*(?P<number>[+-]?\d[\d.,'’\s]*?)\s*(?P<behind>{_ANY})?", re.IGNORECASE)
_GROUP_MARK = re.compile(r"(?<=\d)['’\s](?=\d{3}(?!\d))")
_COMMAS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{2,3})*,\d{3}(\.\d*)?", re.ASCII)
_DOTS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3}){2,}", re.ASCII)
_ONE_GROUP = re.compile(r"[+-]?[1-9]\d{0,2}(?P<mark>[.,])\d{3}", re.ASCII)

_IN_STOCK = frozenset({"available", "in stock", "instock", "有", "有货", "现货", "是"})
_OUT_OF_STOCK = frozenset({"unavailable", "out of stock", "outofstock", "sold out", "无", "无货", "缺货", "售罄", "否"})


class Price(NamedTuple):
    """A price.

    Attributes:
        number: None where the value is empty.
        currency: as most write it, such as ``€``; None where none was written.
    """

    number: float | None
    currency: str | None


def to_price(value: object) -> Price:
    """Give a price: ``$9.99``, ``9,50 €``, ``1 249,50 €``, ``199元``, ``$1,249``, or a plain number.

    Raises:
        RefusedError: it is none, or could be two: ``1.249 €``, ``1,249 €`` or ``1,249`` is one or a thousand. The comma
            parts thousands where a currency is written whose countries write so.
    """
    found = _PRICE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return Price(to_double(value), None)
    currency = _currency(value, found["before"], found["behind"])
    number = _GROUP_MARK.sub("", found["number"])
    one = _ONE_GROUP.fullmatch(number)
    if one and (currency in _COMMA_DECIMALS if one["mark"] == "," else currency is not None):
        raise RefusedError("NOT_A_NUMBER", f"{shown(value)} can be read in two ways")
    if _COMMAS.fullmatch(number):
        number = number.replace(",", "")
    elif _DOTS.fullmatch(number):
        number = number.replace(".", "")
    return Price(to_double(number), currency)


def _currency(value: object, *words: str | None) -> str | None:
    written = {_CURRENCIES[word.lower()] for word in words if word}
    for sign, meanings in _SHARED_SIGNS.items():
        if written & meanings:
            written.discard(sign)
    if len(written) > 1:
        raise RefusedError("NOT_A_NUMBER", f"{shown(value)} has two currencies")
    return written.pop() if written else None


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


def to_stock(value: object) -> bool | None:
    """Tell whether something can be bought: true or false, how many there are, or words such as ``out of stock``.

    Raises:
        RefusedError: it is none of these.
    """
    if isinstance(value, str):
        words = re.sub(r"[\s_-]+", " ", value.strip().lower())
        if words in _IN_STOCK or words in _OUT_OF_STOCK:
            return words in _IN_STOCK
    try:
        return to_bool(value)
    except RefusedError as refused:
        try:
            count = to_double(value)
        except RefusedError:
            raise refused from None
        return None if count is None else count > 0
