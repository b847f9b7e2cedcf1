"""A tokenizer that cannot cut a name in two: words of letters and digits, and single characters where none are spaced.

Segmenting Chinese first and looking names up afterwards loses every name that the segmenter cuts wrongly. Here each
Chinese character is a token, so a name in the lexicon is found wherever it stands, and a run of Latin letters and
digits is one token, so "light" is not found in "lightweight". It takes half the time of spaCy's rules, which linking
has no need of: no clitics, no abbreviations, no addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import DummyTokenizer, registry
from spacy.vocab import Vocab

from linking.text import UNSPACED

_WORD = rf"[^\W{UNSPACED}]"
_TOKEN = re.compile(rf"({_WORD}+(?:[\u0300-\u036f]+{_WORD}*)*|[{UNSPACED}]|\s|[^\w\s])( ?)")
_ASCII_TOKEN = re.compile(r"(\w+|\s|[^\w\s])( ?)")


class NameTokenizer(DummyTokenizer):
    """See the module. The tokens with their spaces give back the text, character for character."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Cut a text into tokens."""
        pieces = (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)
        return Doc(self.vocab, words=[word for word, _ in pieces], spaces=[space != "" for _, space in pieces])

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
