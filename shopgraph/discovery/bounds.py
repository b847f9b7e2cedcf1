"""What words say of the price, and of what is in stock."""

from __future__ import annotations

from dataclasses import dataclass

from shopgraph.discovery.words import LanguageWords, amount, overlaps

_AROUND = 0.2
"""Share by which a price may be off that is "about" an amount."""


@dataclass(frozen=True, slots=True)
class PriceBound:
    """A bound of the price that words say: lowest and highest, None where open."""

    start: int
    end: int
    surface: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class StockWish:
    """Words that ask for what can be bought now, or for what cannot."""

    start: int
    end: int
    surface: str
    wanted: bool


def price_bound(text: str, own: LanguageWords) -> PriceBound | None:
    """Give the first bound of the price in a text; "above 20 and below 50" are joined."""
    bounds: list[PriceBound] = []
    for kind, pattern in own.prices:
        for match in pattern.finditer(text):
            if overlaps(match.span(), ((one.start, one.end) for one in bounds)):
                continue
            amounts = [amount(one) for one in match.groups()]
            low: float | None = None
            high: float | None = None
            if kind == "between":
                low, high = min(amounts), max(amounts)
            elif kind == "below":
                high = amounts[0]
            elif kind == "above":
                low = amounts[0]
            else:
                low, high = amounts[0] * (1 - _AROUND), amounts[0] * (1 + _AROUND)
            bounds.append(PriceBound(match.start(), match.end(), match[0].strip(), low, high))
    if not bounds:
        return None
    lows = [one.low for one in bounds if one.low is not None]
    highs = [one.high for one in bounds if one.high is not None]
    first, last = min(one.start for one in bounds), max(one.end for one in bounds)
    joined = PriceBound(first, last, text[first:last].strip(), max(lows, default=None), min(highs, default=None))
    if len(bounds) > 2 or (joined.low is not None and joined.high is not None and joined.low > joined.high):
        return bounds[0]
    return joined


def stock_wish(text: str, own: LanguageWords) -> StockWish | None:
    """Give the first words that ask for what is in stock or is not; of those that begin alike, the longest."""
    found = [
        StockWish(match.start(), match.end(), match[0], wanted)
        for wanted, pattern in own.stock
        for match in pattern.finditer(text)
    ]
    return min(found, key=lambda one: (one.start, -one.end), default=None)
