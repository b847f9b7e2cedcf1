"""What a name's place in a text says: the words around it, and whether a capital means anything there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from spacy.tokens import Doc

from linking.text import unspaced

_STOPS = frozenset(".!?…。！？:：\"“”'‘’()（）[]*-–—\n\r\t•~")


def norms(doc: Doc, *, form: str = "norm_") -> list[str]:
    """Give the form in which names are compared of all tokens: the attribute ``form``, ``norm_`` or ``lower_``."""
    return [token.norm_ for token in doc] if form == "norm_" else [getattr(token, form) for token in doc]


def capital(doc: Doc, start: int, end: int) -> int:
    """Give 1 for a capital where none is due, -1 for a small letter, 0 where the place does not tell."""
    first = doc[start].text[0]
    if first.islower():  # with the first letter lost or swapped, others are still capitals
        return 0 if any(token.text != token.lower_ for token in doc[start:end]) else -1
    if not first.isupper() or start == 0 or doc[start - 1].text[-1] in _STOPS:
        return 0
    before = doc[start - 1].text
    after = doc[end].text if end < len(doc) else ""
    # in a title or a shout every word has one
    loud = before[:1].isupper() and (after[:1].isupper() or not after[:1].isalpha())
    return 0 if loud and not unspaced(before) else 1


def topic_words(words: Sequence[str]) -> frozenset[str]:
    """Give the words that say what a text is about; of scripts without spaces, pairs of neighbouring characters."""
    found = {word for word in words if len(word) > 2 and word.isalpha() and not unspaced(word)}
    found.update(before + after for before, after in pairwise(words) if unspaced(before) and unspaced(after))
    return frozenset(found)
