"""Forms of a document's tokens, and the words that say what a text is about."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from spacy.tokens import Doc

from linking.text import unspaced


def norms(doc: Doc, *, form: str = "norm_") -> list[str]:
    """Give the form in which names are compared of all tokens: the attribute ``form``, ``norm_`` or ``lower_``."""
    return [token.norm_ for token in doc] if form == "norm_" else [getattr(token, form) for token in doc]


def topic_words(words: Sequence[str]) -> frozenset[str]:
    """Give the words that say what a text is about; of scripts without spaces, pairs of neighbouring characters."""
    found = {word for word in words if len(word) > 2 and word.isalpha() and not unspaced(word)}
    found.update(before + after for before, after in pairwise(words) if unspaced(before) and unspaced(after))
    return frozenset(found)
