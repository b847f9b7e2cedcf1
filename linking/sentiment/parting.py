"""Many sentences parted into clauses at once, as ``linking.sentiment.clauses.split`` does one after the other.

What a comma or an "and" needs on its left side is a limit: the clause before it has to begin at that term or earlier,
to hold a verb, or an opinion and its thing. The limits of all are worked out as arrays; what is left to go through one
by one are the few terms that may part a clause at all, for whether they do hangs on where the clause began.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from linking.sentiment.clauses import BREAK, NOT_CONTENT, OPINION
from linking.sentiment.grammar import (
    AFTER_SPACE,
    COMMA,
    CONTRAST,
    COORDINATOR,
    DASH,
    DOT,
    DOTS,
    FUNCTION,
    HARD,
    PARTING,
    PHRASE,
    PICTURE,
    RELATIVE,
    STILL,
    VERB,
    WORD,
    Grammar,
)
from linking.sentiment.numbers import IntArray, Mask

_MARK, _PICTURE, _COMMA, _CONTRAST, _OPENING, _COORDINATOR = range(6)
"""Kinds of terms that may part clauses; ``_OPENING`` is a word of contrast that has to begin its clause."""
_NEVER = -1


class Parted(NamedTuple):
    """The clauses of many sentences, one after the other.

    Attributes:
        firsts: first term of each, ``(n_clauses,)``.
        lasts: the term after its last, ``(n_clauses,)``.
        against: whether it begins with a word of contrast, ``(n_clauses,)``.
        sentences: number of its sentence, ``(n_clauses,)``.
    """

    firsts: IntArray
    lasts: IntArray
    against: Mask
    sentences: IntArray


class _Places(NamedTuple):
    """Terms that may part clauses: place, sentence, kind, and the last term that the clause before may begin at."""

    places: IntArray
    sentences: IntArray
    kinds: IntArray
    limits: IntArray

    def only(self, kept: Mask) -> _Places:
        """Give those that are kept."""
        return _Places(*(column[kept] for column in self))


def part_many(signs: IntArray, bounds: IntArray, words: Grammar) -> Parted:
    """Part sentences into clauses.

    Args:
        signs: of all terms, ``Grammar.signs`` with ``AFTER_SPACE``, ``(n_terms,)``.
        bounds: first term of each sentence, and the number of terms behind them, ``(n_sentences + 1,)``.
        words: grammar of the language, whose words stand between spaces.
    """
    asked = _asked(signs, bounds, words)
    begins, ends = bounds[:-1], bounds[1:].copy()
    # A stop at the very end only leaves itself out.
    final = (asked.kinds == _MARK) & (asked.places + 1 == ends[asked.sentences])
    ends[asked.sentences[final]] -= 1
    asked = asked.only(~final)
    several = np.zeros(len(begins), dtype=bool)
    several[asked.sentences] = True
    single = np.flatnonzero(~several & (begins < ends))
    firsts, lasts, against, sentences = _walk(asked, begins, ends)
    all_firsts = np.concatenate((begins[single], np.array(firsts, dtype=np.int64)))
    order = np.argsort(all_firsts)
    return Parted(
        all_firsts[order],
        np.concatenate((ends[single], np.array(lasts, dtype=np.int64)))[order],
        np.concatenate((np.zeros(len(single), dtype=bool), np.array(against, dtype=bool)))[order],
        np.concatenate((single, np.array(sentences, dtype=np.int64)))[order],
    )


def _walk(asked: _Places, begins: IntArray, ends: IntArray) -> tuple[list[int], list[int], list[bool], list[int]]:
    """Give the clauses of sentences with terms that may part them: as ``Parted``."""
    firsts: list[int] = []
    lasts: list[int] = []
    against: list[bool] = []
    sentences: list[int] = []
    now, first, last, contrast, opened = -1, 0, 0, False, False

    def add(after: int) -> None:
        firsts.append(first)
        lasts.append(after)
        against.append(contrast)
        sentences.append(now)

    own_ends = ends[asked.sentences].tolist()
    own_begins = begins[asked.sentences].tolist()
    columns = (column.tolist() for column in asked)
    for (place, sentence, kind, limit), begin, end in zip(
        zip(*columns, strict=True), own_begins, own_ends, strict=True
    ):
        if sentence != now:
            if first < last:
                add(last)
            now, first, last, contrast, opened = sentence, begin, end, False, False
        if kind <= _COMMA:
            if kind == _COMMA and not (place != first + 1 if opened else limit >= first):
                continue
            keep = place + 1 if kind == _PICTURE else place
            if keep > first:
                if place == first and keep > place and sentences and sentences[-1] == now:
                    lasts[-1] = keep  # a picture that stands alone belongs to what it was put behind
                else:
                    add(keep)
                contrast = False
            first, opened = place + 1, False
        elif kind == _CONTRAST or (kind == _OPENING and place == first):
            if place > first:
                add(place)
            opened = place == first
            first, contrast = place, True
        elif limit >= first:
            add(place)
            first, contrast, opened = place, False, False
    if first < last:
        add(last)
    return firsts, lasts, against, sentences


def _asked(signs: IntArray, bounds: IntArray, words: Grammar) -> _Places:
    """Give the terms that may part clauses, without those that never do."""
    places = np.flatnonzero(signs & PARTING)
    sentences = np.searchsorted(bounds, places, side="right") - 1
    begins, ends = bounds[sentences], bounds[sentences + 1]
    own = signs[places]
    follows = places + 1 < ends
    following = np.where(follows, np.append(signs, 0)[places + 1], 0)
    word = (own & (CONTRAST | COORDINATOR)) > 0
    comma = ~word & ((own & COMMA) > 0)
    hard = (own & (HARD | PICTURE | DOTS)) > 0
    dot = (own & DOT) > 0
    loose = (~follows | ((following & AFTER_SPACE) > 0)) & ((places == begins) | ((own & AFTER_SPACE) > 0))
    mark = ~word & ~comma & (hard | (dot & ~follows) | (~dot & ((own & DASH) > 0) & loose))
    contrast = (own & CONTRAST) > 0
    still = (own & STILL) > 0
    # "Still, the strap broke", but not "it still works".
    parting = contrast & ~still & follows & ((following & (COMMA | DOT)) == 0)
    opening = contrast & ~parting & (~still | (follows & ((following & COMMA) > 0)))
    kinds = np.select(
        [mark & ((own & PICTURE) == 0), mark, comma, parting, opening],
        [_MARK, _PICTURE, _COMMA, _CONTRAST, _OPENING],
        _COORDINATOR,
    )
    limits = np.full(len(places), _NEVER)
    if words.roles:
        joins = np.flatnonzero(comma | ((own & COORDINATOR) > 0))
        limits[joins] = _limits(signs, places[joins], ends[joins])
    else:
        limits[comma] = places[comma]
    against = np.zeros(len(bounds), dtype=bool)
    against[sentences[contrast]] = True  # behind "still," any comma may part
    kept = mark | parting | opening | (limits >= begins) | (comma & against[sentences])
    return _Places(places, sentences, kinds, limits).only(kept)


def _limits(signs: IntArray, places: IntArray, ends: IntArray) -> IntArray:
    """Give for each comma or coordinator the last term that a clause before it may begin at; -1 if it parts none.

    Args:
        signs: of all terms, ``(n_terms,)``.
        places: of the commas and coordinators, ``(n_places,)``.
        ends: of their sentences, ``(n_places,)``.
    """
    padded = np.append(signs, 0)
    rights = places + 1
    rights += (rights < ends) & ((padded[rights] & (COORDINATOR | CONTRAST)) > 0)
    right = padded[rights]
    breaks = np.append(np.flatnonzero(signs & BREAK), len(signs))
    until = np.minimum(ends, breaks[np.searchsorted(breaks, rights)])
    opinions = (signs & OPINION) > 0
    contents = np.where(opinions, signs & PHRASE > 0, (signs & WORD > 0) & (signs & NOT_CONTENT == 0))
    (verb, verb_behind), (opinion, opinion_behind), (content, content_behind) = (
        _beside(np.flatnonzero(there), places, rights) for there in ((signs & VERB) > 0, opinions, contents)
    )
    says_verb = verb_behind < until
    full = says_verb | ((opinion_behind < until) & (content_behind < until))
    stands = np.maximum(verb, np.minimum(opinion, content))
    said = np.maximum(verb, opinion)
    limits = np.where(says_verb & ((right & FUNCTION) > 0), said, np.where(full, stands, _NEVER))
    limits[(rights >= ends) | ((right & RELATIVE) > 0)] = _NEVER
    return limits


def _beside(there: IntArray, places: IntArray, rights: IntArray) -> tuple[IntArray, IntArray]:
    """Give the last of some terms before each place, -1 where there is none, and the first from each other place on."""
    known = np.concatenate(([_NEVER], there, [np.iinfo(np.int64).max]))
    return known[np.searchsorted(there, places)], known[np.searchsorted(there, rights) + 1]


__all__ = ["Parted", "part_many"]
