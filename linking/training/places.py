"""Where a value stands in a text, as a word of its own if it can be."""

from __future__ import annotations


def value_places(text: str, value: str) -> tuple[int, ...]:
    """Give where ``value`` begins in ``text``; places where it is no part of a longer word go before all others.

    Some values are cut out of a word: "Men" of "Mens". They are found only where no whole word is that value, and
    where words begin with it only if some do.
    """
    everywhere = []
    place = text.find(value) if value else -1
    while place >= 0:
        everywhere.append(place)
        place = text.find(value, place + 1)
    beginning = [place for place in everywhere if not _inside(text, place)]
    whole = [place for place in beginning if not _inside(text, place + len(value))]
    return tuple(whole or beginning or everywhere)


def _inside(text: str, place: int) -> bool:
    """Tell whether the border before the character at ``place`` lies within a word."""
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()
