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
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np
import numpy.typing as npt

from linking.text import UNSPACED, normalise
from linking.vocabulary import LONGEST, IntArray

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
    forms: Sequence[str]
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


class Cut(NamedTuple):
    """Many ASCII texts cut into tokens, all with one character 0 behind them.

    Attributes:
        texts: as they were given.
        low: all of them, in small letters.
        characters: codes of ``low``, and some more 0 for ``linking.vocabulary``, ``(n_characters,)``.
        starts, ends: of each token its first character in ``low``, and the one after its last, ``(n_tokens,)``.
        offsets: where each text begins in ``low``, and the end of the last, ``(n_texts + 1,)``.
        bounds: first token of each text, and the number of all, ``(n_texts + 1,)``.
    """

    texts: Sequence[str]
    low: str
    characters: npt.NDArray[np.uint8]
    starts: IntArray
    ends: IntArray
    offsets: IntArray
    bounds: IntArray

    def words(self, row: int) -> Words:
        """Give the tokens of one text, as ``read_words`` does."""
        first, last = self.bounds[row : row + 2]
        offset = self.offsets[row]
        starts, ends = (self.starts[first:last] - offset).tolist(), (self.ends[first:last] - offset).tolist()
        return Words(self.texts[row], _Forms(self.texts[row].lower(), starts, ends), starts, ends)


class _Forms(Sequence[str]):
    """Tokens of a text, made when they are asked for: of most texts only a few are."""

    __slots__ = ("_ends", "_low", "_starts")

    def __init__(self, low: str, starts: list[int], ends: list[int]) -> None:
        self._low, self._starts, self._ends = low, starts, ends

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            edges = zip(self._starts[place], self._ends[place], strict=True)
            return [self._low[start:end] for start, end in edges]
        return self._low[self._starts[place] : self._ends[place]]

    def __iter__(self) -> Iterator[str]:
        return iter(self[:])


def may_be_cut_at_once(text: str) -> bool:
    """Tell whether ``cut_many`` takes a text: it is in ASCII, and without the character 0."""
    return text.isascii() and _BETWEEN not in text


def cut_many(texts: Sequence[str]) -> Cut:
    """Cut texts in ASCII as ``read_words`` does, all at once."""
    low = "".join(f"{text}{_BETWEEN}" for text in texts).lower()
    padded = np.frombuffer((low + _BETWEEN * LONGEST).encode(), dtype=np.uint8)
    characters = padded[: len(low)]
    letters, between, spaces = _LETTERS[characters], characters == 0, characters == ord(" ")
    swallowed = spaces.copy()  # the one behind a token
    swallowed[1:] &= ~(between[:-1] | spaces[:-1])
    swallowed[:1] = False
    for place in (np.flatnonzero(spaces[1:] & spaces[:-1]) + 1).tolist():
        swallowed[place] = not swallowed[place - 1]
    kept = ~(swallowed | between)
    begins = kept.copy()
    begins[1:] &= ~(letters[1:] & letters[:-1])
    finishes = kept
    finishes[:-1] &= begins[1:] | swallowed[1:] | between[1:]
    starts, ends = np.flatnonzero(begins), np.flatnonzero(finishes) + 1
    offsets = np.append(0, np.flatnonzero(between) + 1)
    return Cut(texts, low, padded, starts, ends, offsets, np.searchsorted(starts, offsets))


def words_of(doc: Doc, *, form: str) -> Words:
    """Give the tokens of a document.

    Args:
        doc: of any pipeline.
        form: attribute of tokens in which words are compared, such as ``lower_``.
    """
    starts = [token.idx for token in doc]
    ends = [start + len(token) for start, token in zip(starts, doc, strict=True)]
    return Words(doc.text, [getattr(token, form) for token in doc], starts, ends)
