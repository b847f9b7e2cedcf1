"""The tokenizer of ``linking.pipeline.words`` for spaCy's pipelines.

It takes half the time of spaCy's rules, which linking has no need of: no clitics, no abbreviations, no addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import DummyTokenizer, registry
from spacy.vocab import Vocab

from linking.pipeline.words import cut


class NameTokenizer(DummyTokenizer):
    """See the module. The tokens with their spaces give back the text, character for character."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Cut a text into tokens."""
        words, spaces = [], []
        for piece in cut(text):
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
