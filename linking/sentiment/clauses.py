"""Parting a text into clauses, each of which says one thing: "great sound" / "but the strap broke".

Sentences end at stops; within one, punctuation other than commas and words of contrast always part clauses. Commas,
"and" and "or" part only what could stand alone: each side has a verb, or an opinion and something that it is of. So
"a light, durable bag" is one clause and "fast shipping, and lovely packaging" two. In Chinese a comma parts clauses,
and the mark 、 of lists does not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from linking.sentiment.grammar import (
    AFTER_SPACE,
    BLANK,
    COMMA,
    CONTRAST,
    COORDINATOR,
    DASH,
    DOT,
    DOTS,
    EXCESS,
    FUNCTION,
    HARD,
    LISTED,
    NEGATOR,
    PARTING,
    PHRASE,
    PICTURE,
    RELATIVE,
    STILL,
    VERB,
    WORD,
    Grammar,
    grammar,
)
from linking.sentiment.terms import Terms, lowered, read_terms, sentence_starts

OPINION = LISTED | NEGATOR
NOT_CONTENT = FUNCTION | VERB | NEGATOR | CONTRAST | COORDINATOR | RELATIVE | EXCESS
BREAK = COMMA | CONTRAST | COORDINATOR
"""Terms up to which a part is looked at when it is asked whether it could stand alone."""

_NOTHING, _SAID, _THING, _VERB = range(4)


class Clause(NamedTuple):
    """A clause as a range of a sentence's terms; ``against`` tells that it begins with a word of contrast."""

    first: int
    last: int
    against: bool


def clauses(text: str, language: str) -> list[tuple[int, int]]:
    """Give the clauses of a text as (first character, the one after the last), in order, without empty ones.

    Args:
        text: any text.
        language: code such as ``en``; of languages other than English and Chinese only punctuation is known.
    """
    words = grammar(language)
    low = lowered(text)
    starts = sentence_starts(text, words)
    found = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        terms = read_terms(low, start, end, words)
        for clause in split(terms, words):
            begin, finish = terms.starts[clause.first], terms.ends[clause.last - 1]
            if any(words.signs[character] & (WORD | PICTURE) for character in text[begin:finish]):
                found.append((begin, finish))
    return found


class Signs(NamedTuple):
    """The signs of a sentence's terms, and what the rules ask of runs of them.

    Attributes:
        signs: of the terms, ``Grammar.signs``.
        breaks: places of terms that end what could stand alone, ``BREAK``.
        verbs: number of verbs before each place, one more than there are terms; so ``opinions`` and ``contents``.
    """

    signs: Sequence[int]
    breaks: Sequence[int]
    verbs: Sequence[int]
    opinions: Sequence[int]
    contents: Sequence[int]


def is_content(sign: int) -> bool:
    """Tell whether a term is something that an opinion may be of."""
    return bool(sign & PHRASE) if sign & OPINION else bool(sign & WORD and not sign & NOT_CONTENT)


def split(terms: Terms, words: Grammar) -> list[Clause]:
    """Part the terms of one sentence into clauses; together they cover all terms but the marks between clauses."""
    signs = terms.signs
    places = [place for place, sign in enumerate(signs) if sign & PARTING]
    counted = Signs(
        signs,
        [place for place in places if signs[place] & BREAK],
        list(accumulate((sign & VERB > 0 for sign in signs), initial=0)),
        list(accumulate((sign & OPINION > 0 for sign in signs), initial=0)),
        list(accumulate(map(is_content, signs), initial=0)),
    )
    last = len(signs)
    found: list[Clause] = []
    first, against = 0, False
    opened_by_contrast = False
    for place in places:
        sign = signs[place]
        if not sign & (CONTRAST | COORDINATOR):
            if not _parts(counted, place, first, opened_by_contrast, words):
                continue
            keep = place + 1 if sign & PICTURE else place
            if keep > first:
                if place == first and found and keep > place:
                    # A picture that stands alone belongs to what it was put behind.
                    found[-1] = found[-1]._replace(last=keep)
                else:
                    found.append(Clause(first, keep, against))
                against = False
            first, opened_by_contrast = place + 1, False
        elif sign & CONTRAST and _contrasts(signs, place, first, spaced=words.spaced):
            if place > first:
                found.append(Clause(first, place, against))
            opened_by_contrast = place == first
            first, against = place, True
        elif sign & COORDINATOR and place > first and _may_part(counted, first, place, words):
            found.append(Clause(first, place, against))
            first, against, opened_by_contrast = place, False, False
    if first < last:
        found.append(Clause(first, last, against))
    return found


def _parts(
    counted: Signs,
    place: int,
    first: int,
    opened_by_contrast: bool,
    words: Grammar,
) -> bool:
    """Tell whether a mark ends a clause."""
    sign, last = counted.signs[place], len(counted.signs)
    if sign & COMMA:
        if opened_by_contrast and place == first + 1:
            return False  # "Still, the strap broke"
        if not words.spaced or not words.roles or opened_by_contrast:
            return True
        return _may_part(counted, first, place, words)
    if sign & (HARD | PICTURE | DOTS):
        return True
    if sign & DOT:
        # A single stop inside a sentence is that of an abbreviation.
        return place + 1 == last
    if sign & DASH:
        after = place + 1 == last or counted.signs[place + 1] & AFTER_SPACE > 0
        return after and (place == 0 or sign & AFTER_SPACE > 0)
    return not words.spaced and sign & BLANK > 0


def _contrasts(signs: Sequence[int], place: int, first: int, *, spaced: bool) -> bool:
    """Tell whether a word of contrast sets what follows against what went before."""
    follows = place + 1 < len(signs)
    if not spaced:
        return follows
    if signs[place] & STILL:
        # "Still, the strap broke", but not "it still works".
        return place == first and follows and signs[place + 1] & COMMA > 0
    return (follows and not signs[place + 1] & (COMMA | DOT)) or place == first


def _may_part(counted: Signs, first: int, place: int, words: Grammar) -> bool:
    """Tell whether each side of a comma or an "and" could stand alone."""
    signs, last = counted.signs, len(counted.signs)
    right = place + 1
    if right < last and signs[right] & (COORDINATOR | CONTRAST):
        right += 1
    if right >= last or signs[right] & RELATIVE:
        return False
    if not words.spaced:
        return True
    row = bisect_left(counted.breaks, right)
    end = counted.breaks[row] if row < len(counted.breaks) else last
    left, says = _says(counted, first, place), _says(counted, right, end)
    if says == _VERB and signs[right] & FUNCTION:
        return left != _NOTHING  # "so light and the box is nice"
    return left >= _THING and says >= _THING


def _says(counted: Signs, first: int, last: int) -> int:
    """Tell what words hold: a verb, an opinion and something that it is of, an opinion alone, or nothing."""
    if counted.verbs[last] > counted.verbs[first]:
        return _VERB
    if counted.opinions[last] == counted.opinions[first]:
        return _NOTHING
    return _THING if counted.contents[last] > counted.contents[first] else _SAID
