"""Cleaning what the Amazon releases scraped from web pages: titles, prices, dates."""

from __future__ import annotations

import html
import math
import re
from datetime import UTC, datetime

_BLOCK = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>|<[a-zA-Z]+\s+[a-zA-Z-]+=\"[^<>]*$", re.DOTALL)
_SPACES = re.compile(r"[^\S\n]+")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PRICE = re.compile(rf"\$?\s*({_NUMBER})(?:\s*-\s*\$?\s*{_NUMBER})?")
_SCRAPED_STYLE = re.compile(r"\.[\w-]+\s*\{|\{[^}]*:[^}]*\}")
_DATES = ("%m %d, %Y", "%B %d, %Y", "%b %d, %Y", "%Y-%m-%d")


def plain(value: object) -> object:
    """Take tags and entities out of a text; anything but a string is given back as it is."""
    if not isinstance(value, str):
        return value
    if "<" not in value and "&" not in value:
        return value
    text = _untagged(value)
    if "&" in text:
        # Some texts were escaped twice, and some hold tags that were escaped.
        text = _untagged(html.unescape(html.unescape(text)))
    return _SPACES.sub(" ", text).strip()


def _untagged(text: str) -> str:
    if "<" not in text:
        return text
    return _TAG.sub(" ", _BLOCK.sub(" ", text))


def price(value: object) -> object:
    """Give the price of "$12.99" or, for a range, its lower end; style sheets and scripts in its place give None.

    Anything else is given back as it is, for the quality checks to judge.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text or text in {"None", "—"} or text.startswith("<") or _SCRAPED_STYLE.search(text):
        return None
    found = _PRICE.fullmatch(text.removeprefix("from").strip())
    return float(found[1].replace(",", "")) if found else text


def date_ms(value: object) -> object:
    """Give milliseconds since 1970 for the dates of the releases, such as "02 28, 2014"; else the value as it is."""
    if not isinstance(value, str):
        return value
    for pattern in _DATES:
        try:
            return int(datetime.strptime(value.strip(), pattern).replace(tzinfo=UTC).timestamp() * 1000)
        except ValueError:
            continue
    return value.strip() or None


def texts(value: object) -> list[str]:
    """Give the clean, non-empty texts of a string or a list of strings."""
    parts = value if isinstance(value, list) else [value]
    clean = (plain(part) for part in parts if isinstance(part, str))
    return [text for text in clean if isinstance(text, str) and text.strip()]


def strength_at(place: int) -> float:
    """Give the weight of a link by its place in the list of a page, from 1: one over the root of the place.

    Amazon's lists go from the closest product to the least close. On the Beauty graph customers bought the first of
    "also bought" 75 times as often together with the page's product as chance would have it, the tenth 38 times, the
    fiftieth 13 times.
    """
    return round(1 / math.sqrt(place), 4)
