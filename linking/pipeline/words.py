"""Texts as lists of words, cut so that no name can be cut in two.

Segmenting Chinese first and looking names up afterwards loses every name that the segmenter cuts wrongly. Here each
Chinese character is a token, so a name in the lexicon is found wherever it stands, and a run of Latin letters and
digits is one token, so "light" is not found in "lightweight".

Linking works on plain lists. Making a spaCy document, with a lexeme for each new word, takes longer than all that
linking does with it and leaves its words in the vocabulary, and loading spaCy takes longer than all the rest of the
start of a linking process. ``linking.pipeline.tokenizer`` gives the same tokens to spaCy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from linking.characters import pieces
from linking.text import UNSPACED, normalise

if TYPE_CHECKING:
    from spacy.tokens import Doc

_WORD = rf"[^\W{UNSPACED}]"
_TOKEN = re.compile(rf"(?:{_WORD}+(?:[\u0300-\u036f]+{_WORD}*)*|[{UNSPACED}]|\s|[^\w\s]) ?")
_ASCII_TOKEN = re.compile(r"(?:\w+|\s|[^\w\s]) ?")
_LETTERS = np.array([chr(code).isalnum() or chr(code) == "_" for code in range(128)])
_BETWEEN = "\x00"


class Words(NamedTuple):
    """A text as tokens: the form in which each is compared, its first character, and the one after its last."""

    text: str
    forms: list[str]
    starts: list[int]
    ends: list[int]

    def written(self, place: int) -> str:
        """Give a token as it stands in the text."""
        return self.text[self.starts[place] : self.ends[place]]

    def space(self, place: int) -> str:
        """Give the space behind a token, "" where there is none."""
        after = self.starts[place + 1] if place + 1 < len(self.starts) else len(self.text)
        return " " if after > self.ends[place] else ""


def cut(text: str) -> list[str]:
    """Cut a text into tokens, each with the one space behind it, if there is one; together they are the text."""
    return (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)


def read_words(text: str) -> Words:
    """Cut a text into tokens, compared in the form of ``linking.text.normalise``."""
    ascii_only = text.isascii()
    pieces = cut(text.lower() if ascii_only else text)  # in ASCII small letters stand where the capitals stood
    words = [piece[:-1] if piece[-1] == " " and len(piece) > 1 else piece for piece in pieces]
    starts = list(accumulate(map(len, pieces), initial=0))
    del starts[-1:]
    ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
    return Words(text, words if ascii_only else [normalise(word) for word in words], starts, ends)


def read_many(texts: Sequence[str]) -> list[Words]:
    """Cut many texts as ``read_words`` does; those in ASCII all at once, in a quarter of the time."""
    plain = [text for text in texts if text.isascii() and _BETWEEN not in text]
    read = iter(_read_ascii(plain)) if plain else iter(())
    return [next(read) if text.isascii() and _BETWEEN not in text else read_words(text) for text in texts]


def _read_ascii(texts: Sequence[str]) -> Iterator[Words]:
    characters = np.frombuffer("".join(f"{text}{_BETWEEN}" for text in texts).lower().encode(), dtype=np.uint8)
    letters, between, spaces = _LETTERS[characters], characters == 0, characters == ord(" ")
    swallowed = spaces.copy()  # the one behind a token
    swallowed[1:] &= ~(between[:-1] | spaces[:-1])
    swallowed[:1] = False
    for place in (np.flatnonzero(spaces[1:] & spaces[:-1]) + 1).tolist():
        swallowed[place] = not swallowed[place - 1]
    kept = ~(swallowed | between)
    begins = kept.copy()
    begins[1:] &= ~(letters[1:] & letters[:-1])
    forms = pieces(characters, begins, kept)
    places, starts = np.flatnonzero(kept), np.flatnonzero(begins)
    ends = places[np.append(np.flatnonzero(begins[places])[1:], len(places)) - 1] + 1 if len(places) else places
    offsets = np.append(0, np.flatnonzero(between) + 1)
    bounds = np.searchsorted(starts, offsets)
    shifts = np.repeat(offsets[:-1], np.diff(bounds))
    starts, ends = (starts - shifts).tolist(), (ends - shifts).tolist()
    for text, (first, last) in zip(texts, pairwise(bounds.tolist()), strict=True):
        yield Words(text, forms[first:last], starts[first:last], ends[first:last])


def words_of(doc: Doc, *, form: str) -> Words:
    """Give the tokens of a document.

    Args:
        doc: of any pipeline.
        form: attribute of tokens in which words are compared, such as ``lower_``.
    """
    starts = [token.idx for token in doc]
    ends = [start + len(token) for start, token in zip(starts, doc, strict=True)]
    return Words(doc.text, [getattr(token, form) for token in doc], starts, ends)
