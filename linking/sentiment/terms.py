"""A text as terms: words, or in Chinese the longest listed words and single characters, each with its place."""

from __future__ import annotations

import re
from itertools import accumulate, compress, count, pairwise
from typing import NamedTuple

from linking.sentiment.grammar import Grammar

_SPACED = re.compile(r"(\w+(?:'\w+)*|[:;]-?[)(d/](?!\w)|\.{2,}|[^\w\s]|\n+)")
_UNSPACED = re.compile(r"([a-z]+(?:['-][a-z]+)*|\d+(?:[.,:]\d+)*|\.{2,}|\S|\s+)")
_STOP = re.compile(r"[.!?。！？；…\n][.!?。！？；…\n\"')\]]*")
_WIDE = frozenset("。！？；…\n")
_LAST_WORD = re.compile(r"[^\s(\[]+\Z")


class Terms(NamedTuple):
    """Terms in order: their normal forms (lower case), and where each starts and ends in the text."""

    forms: list[str]
    starts: list[int]
    ends: list[int]


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
        if not text[end].isspace() and _WIDE.isdisjoint(match.group()):
            # "3.5" and "amazon.com" go on; "affordable.I" lacks a space.
            if end != begin + 1 or not (text[end].isupper() and text[begin - 2 : begin].islower()):
                continue
        elif end == begin + 1 and text[begin] == "." and words.abbreviations:
            word = _LAST_WORD.search(text, max(0, begin - 12), end)
            short = word.group().lower() if word is not None else ""
            if short in words.titles or (short in words.abbreviations and not _begins(text, end)):
                continue
        starts.append(end)
    return starts


def _begins(text: str, place: int) -> bool:
    """Tell whether the next word begins as a sentence does."""
    after = text[place : place + 4].lstrip()
    return after[:1].isupper()


def read_terms(low: str, start: int, end: int, words: Grammar) -> Terms:
    """Read the terms of a part of a lower-case text."""
    if words.spaced:
        return _spaced(low, start, end, words)
    return _unspaced(low, start, end, words)


def _spaced(low: str, start: int, end: int, words: Grammar) -> Terms:
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
    return Terms(forms, starts, ends)


def _unspaced(low: str, start: int, end: int, words: Grammar) -> Terms:
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
    return Terms(forms, starts, ends)
