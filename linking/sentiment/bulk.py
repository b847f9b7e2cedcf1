"""Many texts read at once: the sentences that mentions stand in, cut into terms by arrays of characters.

It gives the sentences of ``sentence_starts`` and the terms of ``read_terms``, for languages whose words stand between
spaces, as numbers rather than as strings, in a sixth of the time. Only what is rare is looked at one by one: faces such
as ``:)``, stops behind what may be an abbreviation, and terms of several words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linking.characters import CodeArray, Mask, codes, pieces
from linking.sentiment.grammar import AFTER_SPACE, Grammar
from linking.sentiment.numbers import IntArray, Numbered
from linking.sentiment.reading import Spot
from linking.sentiment.terms import FACE, abbreviated, is_closing, is_stop, is_wide, lowered
from linking.vocabulary import LONGEST

Kinds = npt.NDArray[np.uint8]

_BETWEEN = "\x00"
_LETTER, _SPACE, _LINE, _STOP, _CLOSING, _WIDE, _UPPER, _LOWER = (1 << bit for bit in range(8))
_DOT, _APOSTROPHE, _COLON, _SEMICOLON = map(ord, ".':;")


class Asked(NamedTuple):
    """A text, the mentions in it whose sentiment is asked for, and its language, None to guess."""

    text: str
    spots: Sequence[Spot]
    language: str | None = None


class Terms(NamedTuple):
    """The terms of all sentences that mentions stand in.

    Attributes:
        numbers: of the terms, ``(n_terms,)``.
        signs: of the terms, ``Grammar.signs`` with ``AFTER_SPACE``, ``(n_terms,)``.
        firsts: first term of each sentence, and the number of terms behind them, ``(n_sentences + 1,)``.
        mentions: term that each mention begins in, -1 in a sentence without terms, ``(n_mentions,)``.
    """

    numbers: IntArray
    signs: IntArray
    firsts: IntArray
    mentions: IntArray


class _Cut(NamedTuple):
    """Terms as they are cut: number, first character, and whether a space stands before each."""

    numbers: IntArray
    starts: IntArray
    spaced: Mask


def read(asked: Sequence[Asked], words: Grammar, model: Numbered) -> Terms:
    """Read the sentences that mentions stand in.

    Args:
        asked: texts of one language, each with a mention.
        words: its grammar.
        model: that numbers the terms.
    """
    texts = [one.text.replace(_BETWEEN, "\x01") for one in asked]
    offsets = np.cumsum([0, *(len(text) + 1 for text in texts)])
    whole = "".join(f"{text}{_BETWEEN}" for text in texts)
    kinds = _kinds(codes(whole))
    begins = _sentences(whole, kinds, offsets[:-1], words)
    counts = [len(one.spots) for one in asked]
    places = np.array([spot[0] for one in asked for spot in one.spots], np.int64)
    places += np.repeat(offsets[:-1], counts)
    sentences = np.searchsorted(begins, places, side="right") - 1
    wanted = np.zeros(len(begins), dtype=bool)
    wanted[sentences] = True
    low = "".join(f"{lowered(text)}{_BETWEEN}" for text in texts)
    cut = _cut(low, kinds, np.repeat(wanted, np.diff(begins, append=len(whole))), model)
    own = np.diff(np.searchsorted(cut.starts, begins), append=len(cut.starts))
    cut = _joined(cut, np.repeat(np.arange(len(begins)), own), words, model)
    firsts = np.append(np.searchsorted(cut.starts, begins[wanted]), len(cut.starts))
    rows = (np.cumsum(wanted) - 1)[sentences]
    mentions = np.maximum(np.searchsorted(cut.starts, places, side="right") - 1, firsts[rows])
    mentions[mentions >= firsts[rows + 1]] = -1
    signs = model.signs[cut.numbers] | np.where(cut.spaced, AFTER_SPACE, 0)
    return Terms(cut.numbers, signs, firsts, mentions)


@cache
def _ascii_kinds() -> Kinds:
    return np.array([_kind(chr(code)) for code in range(128)], dtype=np.uint8)


def _kinds(characters: CodeArray) -> Kinds:
    """Give what each character is, as bits."""
    kinds = _ascii_kinds()[np.minimum(characters, 127)]
    beyond = np.flatnonzero(characters > 127)
    if len(beyond):
        different, which = np.unique(characters[beyond], return_inverse=True)
        kinds[beyond] = np.array([_kind(chr(code)) for code in different.tolist()], dtype=np.uint8)[which]
    return kinds


def _kind(character: str) -> int:
    kind = _LETTER if character.isalnum() or character == "_" else _SPACE if character.isspace() else 0
    kind |= _LINE if character == "\n" else 0
    kind |= _STOP if is_stop(character) else 0
    kind |= _CLOSING if is_closing(character) else 0
    kind |= _WIDE if is_wide(character) else 0
    return kind | (_UPPER if character.isupper() else _LOWER if character.islower() else 0)


def _sentences(whole: str, kinds: Kinds, offsets: IntArray, words: Grammar) -> IntArray:
    """Give where each sentence of each text begins, as ``sentence_starts`` does, ``(n_sentences,)``."""
    closing = (kinds & _CLOSING) > 0
    edges = np.flatnonzero(np.diff(closing, prepend=False, append=False))
    stops = np.flatnonzero(kinds & _STOP)
    begins, ends = edges[::2], edges[1::2]
    at = np.searchsorted(stops, begins)
    begins = np.append(stops, len(kinds))[at]
    real = begins < ends
    begins, ends = begins[real], ends[real]
    # The separator of texts closes nothing, so that one always follows.
    following = kinds[ends]
    single = ends == begins + 1
    wides = np.append(0, np.cumsum((kinds & _WIDE) > 0))
    loose = ((following & _SPACE) > 0) | (wides[ends] > wides[begins])
    before, last = kinds[begins - 2], kinds[begins - 1]
    own = begins - offsets[np.searchsorted(offsets, begins, side="right") - 1] >= 2
    small = own & (((before | last) & _LOWER) > 0) & (((before | last) & _UPPER) == 0)
    good = loose | (single & ((following & _UPPER) > 0) & small)
    ended = np.isin(ends, offsets[1:] - 1) | (ends == len(kinds) - 1)
    good &= ~ended
    for row in np.flatnonzero(good & loose & single).tolist() if words.endings else ():
        begin, end = int(begins[row]), int(ends[row])
        if whole[max(0, begin - 2) : end].lower() in words.endings:
            good[row] = not abbreviated(whole, begin, whole.rfind(_BETWEEN, 0, begin) + 1, words)
    ends = ends[good]
    return np.union1d(offsets, ends)


def _cut(text: str, kinds: Kinds, wanted: Mask, model: Numbered) -> _Cut:
    padded = codes(text + _BETWEEN * LONGEST)
    low = padded[:-LONGEST]
    letters = (kinds & _LETTER) > 0
    spaces = ((kinds & _SPACE) > 0) & (kinds & _LINE == 0)
    faces = []
    for first in np.flatnonzero(wanted & ((low == _COLON) | (low == _SEMICOLON))).tolist():
        match = FACE.match("".join(map(chr, low[first : first + 4].tolist())))
        if match is not None:
            faces.append((first + 1, first + match.end()))
            letters[first + 1 : first + match.end()] = False
    marks = np.flatnonzero(low == _APOSTROPHE)
    marks = marks[(marks > 0) & letters[marks - 1] & letters[np.minimum(marks + 1, len(low) - 1)]]
    lines = (kinds & _LINE) > 0
    dots = low == _DOT
    inside = letters.copy()
    inside[marks] = True
    starts = ~spaces
    starts[1:] &= ~((inside[1:] & inside[:-1]) | (dots[1:] & dots[:-1]) | (lines[1:] & lines[:-1]))
    for first, after in faces:
        starts[first:after] = False
    starts &= wanted & (low != 0)
    places = np.flatnonzero(starts)
    # An end of lines is one term, however many they are.
    kept = ~spaces & wanted & (low != 0)
    kept[1:] &= ~(lines[1:] & lines[:-1])
    if padded.dtype == np.uint8:
        last = kept.copy()
        last[:-1] &= starts[1:] | ~kept[1:]
        numbers = model.find(padded.view(np.uint8), places, np.flatnonzero(last) + 1)
    else:
        forms = pieces(low, starts, kept)
        numbers = np.fromiter(map(model.numbers.__getitem__, forms), np.int64, len(forms))
    return _Cut(numbers, places, spaces[places - 1] | (places == 0))


def _joined(cut: _Cut, sentences: IntArray, words: Grammar, model: Numbered) -> _Cut:
    """Join the words of each term of several, from the end, so that of two that overlap the latter stays."""
    numbers = cut.numbers
    if len(numbers) < 2:
        return cut
    begun = np.flatnonzero(model.first[numbers[:-1]] & model.second[numbers[1:]] & (sentences[:-1] == sentences[1:]))
    gone = np.zeros(len(numbers), dtype=bool)
    joined = numbers.copy()
    limit = len(numbers)
    for place in reversed(begun.tolist()):
        for rest, term in model.phrases.get((int(numbers[place]), int(numbers[place + 1])), ()):
            after = place + 2 + len(rest)
            if (
                after <= limit
                and sentences[after - 1] == sentences[place]
                and numbers[place + 2 : after].tolist() == rest
            ):
                joined[place] = term
                gone[place + 1 : after] = True
                limit = place
                break
    left = ~gone
    return _Cut(joined[left], cut.starts[left], cut.spaced[left])


__all__ = ["Asked", "Terms", "read"]
