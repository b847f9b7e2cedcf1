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
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from linking.text import UNSPACED, normalise

if TYPE_CHECKING:
    from spacy.tokens import Doc

_WORD = rf"[^\W{UNSPACED}]"
_TOKEN = re.compile(rf"(?:{_WORD}+(?:[\u0300-\u036f]+{_WORD}*)*|[{UNSPACED}]|\s|[^\w\s]) ?")
_ASCII_TOKEN = re.compile(r"(?:\w+|\s|[^\w\s]) ?")


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


def words_of(doc: Doc, *, form: str) -> Words:
    """Give the tokens of a document.

    Args:
        doc: of any pipeline.
        form: attribute of tokens in which words are compared, such as ``lower_``.
    """
    starts = [token.idx for token in doc]
    ends = [start + len(token) for start, token in zip(starts, doc, strict=True)]
    return Words(doc.text, [getattr(token, form) for token in doc], starts, ends)
