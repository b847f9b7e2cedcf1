"""A text as terms: words, or in Chinese the longest listed words and single characters, each with its place."""

from __future__ import annotations

import re
from itertools import accumulate, compress, count, pairwise
from typing import NamedTuple

from linking.sentiment.grammar import AFTER_SPACE, Grammar

_FACE = r"[:;]-?[)(d/](?!\w)"
FACE = re.compile(_FACE)
"""What people make faces of: ``:-)``."""
_SPACED = re.compile(rf"(\w+(?:'\w+)*|{_FACE}|\.{{2,}}|[^\w\s]|\n+)")
_UNSPACED = re.compile(r"([a-z]+(?:['-][a-z]+)*|\d+(?:[.,:]\d+)*|\.{2,}|\S|\s+)")
_WIDE = "。！？；…\n"
_STOPS = f".!?{_WIDE}"
_CLOSING = f"{_STOPS}\"')]"
_STOP = re.compile(rf"[{_STOPS}][{re.escape(_CLOSING)}]*")
_LAST_WORD = re.compile(r"[^\s(\[]+\Z")


class Terms(NamedTuple):
    """Terms in order: normal forms (lower case), where each starts and ends in the text, and ``Grammar.signs``."""

    forms: list[str]
    starts: list[int]
    ends: list[int]
    signs: list[int]


def lowered(text: str) -> str:
    """Give the text in lower case and with straight apostrophes, of the same length."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(small if len(small := character.lower()) == 1 else character for character in text)
    return low.replace("’", "'") if "’" in low else low


def sentence_starts(text: str, words: Grammar) -> list[int]:
    """Give where each sentence starts, 0 first. A full stop of an abbreviation or within a number ends none."""
    starts = [0]
    for match in _STOP.finditer(text):
        begin, end = match.span()
        if end >= len(text):
            break
        if not text[end].isspace() and not any(map(is_wide, match.group())):
            # "3.5" and "amazon.com" go on; "affordable.I" lacks a space.
            if end != begin + 1 or not (text[end].isupper() and text[begin - 2 : begin].islower()):
                continue
        elif end == begin + 1 and abbreviated(text, begin, 0, words):
            continue
        starts.append(end)
    return starts


def is_stop(character: str) -> bool:
    """Tell whether a character may end a sentence."""
    return character in _STOPS


def is_closing(character: str) -> bool:
    """Tell whether a character belongs to the end of a sentence where it stands behind a stop."""
    return character in _CLOSING


def is_wide(character: str) -> bool:
    """Tell whether a character ends a sentence even without a space behind it."""
    return character in _WIDE


def abbreviated(text: str, stop: int, first: int, words: Grammar) -> bool:
    """Tell whether a full stop is that of an abbreviation which does not end the sentence.

    Args:
        text: in which it stands.
        stop: its place.
        first: where the text begins, if it is part of a longer one.
        words: grammar of the language.
    """
    if text[stop] != "." or not words.abbreviations:
        return False
    word = _LAST_WORD.search(text, max(first, stop - 12), stop + 1)
    short = word.group().lower() if word is not None else ""
    return short in words.titles or (short in words.abbreviations and not _begins(text, stop + 1))


def _begins(text: str, place: int) -> bool:
    """Tell whether the next word begins as a sentence does."""
    after = text[place : place + 4].lstrip()
    return after[:1].isupper()


def read_terms(low: str, start: int, end: int, words: Grammar) -> Terms:
    """Read the terms of a part of a lower-case text."""
    forms, starts, ends = (_spaced if words.spaced else _unspaced)(low, start, end, words)
    signs = [
        words.signs[form] | (AFTER_SPACE if begin > after else 0)
        for form, begin, after in zip(forms, starts, [start, *ends], strict=False)
    ]
    return Terms(forms, starts, ends, signs)


def _spaced(low: str, start: int, end: int, words: Grammar) -> tuple[list[str], list[int], list[int]]:
    # Gaps and words in turn; their running lengths are the places.
    pieces = _SPACED.split(low[start:end])
    places = list(accumulate(map(len, pieces), initial=start))
    forms = pieces[1::2]
    starts, ends = places[1:-1:2], places[2::2]
    phrases = words.phrases
    begun = list(compress(count(), map(words.beginnings.__contains__, pairwise(forms))))
    # From the end, so that joining words moves no place that is still to be looked at.
    for place in reversed(begun):
        for rest in phrases[forms[place]].get(forms[place + 1], ()) if place + 1 < len(forms) else ():
            after = place + 2 + len(rest)
            if forms[place + 2 : after] == rest:
                forms[place:after] = [" ".join(forms[place:after])]
                ends[place:after] = [ends[after - 1]]
                del starts[place + 1 : after]
                break
    return forms, starts, ends


def _unspaced(low: str, start: int, end: int, words: Grammar) -> tuple[list[str], list[int], list[int]]:
    forms: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    lengths, terms = words.lengths, words.terms
    after = place = start
    for form in _UNSPACED.findall(low, start, end):
        begin, place = place, place + len(form)
        if begin < after:
            continue
        after = place
        if form in lengths:
            for length in lengths[form]:
                if begin + length <= end and low[begin : begin + length] in terms:
                    form, after = low[begin : begin + length], begin + length
                    break
        forms.append(form)
        starts.append(begin)
        ends.append(after)
    return forms, starts, ends
