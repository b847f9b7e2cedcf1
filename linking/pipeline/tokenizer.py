"""A tokenizer that cannot cut a name in two: words of letters and digits, and single characters where none are spaced.

Segmenting Chinese first and looking names up afterwards loses every name that the segmenter cuts wrongly. Here each
Chinese character is a token, so a name in the lexicon is found wherever it stands, and a run of Latin letters and
digits is one token, so "light" is not found in "lightweight". It takes half the time of spaCy's rules, which linking
has no need of: no clitics, no abbreviations, no addresses.

``read_words`` gives the same tokens as plain lists. Making a spaCy document, with a lexeme for each new word, takes
longer than all that linking does with it, and leaves its words in the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import DummyTokenizer, registry
from spacy.vocab import Vocab

from linking.text import UNSPACED, normalise

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


def read_words(text: str) -> Words:
    """Cut a text into tokens, compared in the form of ``linking.text.normalise``."""
    ascii_only = text.isascii()
    # In ASCII small letters stand where the capitals stood.
    pieces = _ASCII_TOKEN.findall(text.lower()) if ascii_only else _TOKEN.findall(text)
    words = [piece[:-1] if piece[-1] == " " and len(piece) > 1 else piece for piece in pieces]
    starts = list(accumulate(map(len, pieces), initial=0))
    del starts[-1:]
    ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
    return Words(text, words if ascii_only else [normalise(word) for word in words], starts, ends)


def words_of(doc: Doc, *, form: str = "norm_") -> Words:
    """Give the tokens of a document.

    Args:
        doc: of any pipeline.
        form: attribute of tokens in which words are compared, ``norm_`` or ``lower_``.
    """
    starts = [token.idx for token in doc]
    ends = [start + len(token) for start, token in zip(starts, doc, strict=True)]
    return Words(doc.text, [getattr(token, form) for token in doc], starts, ends)


class NameTokenizer(DummyTokenizer):
    """See the module. The tokens with their spaces give back the text, character for character."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Cut a text into tokens."""
        words, spaces = [], []
        for piece in (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text):
            spaced = piece[-1] == " " and len(piece) > 1
            words.append(piece[:-1] if spaced else piece)
            spaces.append(spaced)
        return Doc(self.vocab, words=words, spaces=spaces)

    def pipe(self, texts: Iterator[str], **_: object) -> Iterator[Doc]:
        """Cut many texts."""
        return map(self, texts)

    def to_disk(self, path: str | Path, **_: object) -> None:
        """Write nothing: there is nothing to keep."""

    def from_disk(self, path: str | Path, **_: object) -> NameTokenizer:
        """Read nothing."""
        return self

    def to_bytes(self, **_: object) -> bytes:
        """Give nothing: there is nothing to keep."""
        return b""

    def from_bytes(self, data: bytes, **_: object) -> NameTokenizer:
        """Read nothing."""
        return self


@registry.tokenizers("shopgraph.NameTokenizer.v1")  # type: ignore[untyped-decorator]
def create_name_tokenizer() -> Callable[[Language], NameTokenizer]:
    """Give what makes the tokenizer of a pipeline; for ``[nlp.tokenizer]`` in a spaCy configuration."""

    def create(nlp: Language) -> NameTokenizer:
        return NameTokenizer(nlp.vocab)

    return create
