"""Words of a review as numbers: words and pairs of words, those of the title a second time, by TF-IDF.

A term is known by its hash (Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009), so no
dictionary has to be held or written. Pairs tell "not good" from "good"; Chinese is cut into characters and their pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from recommender.arrays import Csr, FloatArray, IntArray, empty
from recommender.search import terms

_HASHES = 2**20
_MOST = 2**17
"""Terms kept, those that most reviews have."""
_TITLE = "^"

Text = tuple[str | None, str | None]
"""Title and text of a review, either of which may be missing."""


@dataclass(frozen=True, slots=True, eq=False)
class ReviewWords:
    """The terms that were learned.

    Attributes:
        hashes: of the terms, ascending, ``(n_terms,)``.
        rarity: logarithm of how rare each is, ``(n_terms,)``.
    """

    hashes: IntArray
    rarity: FloatArray

    @classmethod
    def of(cls, texts: Sequence[Text]) -> ReviewWords:
        """Learn which terms two reviews or more have, and how rare each is."""
        having = np.bincount(_counts(texts).indices, minlength=_HASHES)
        common = np.flatnonzero(having >= min(2, len(texts)))
        kept = np.sort(common[np.argsort(-having[common], kind="stable")[:_MOST]]).astype(np.int64)
        return cls(kept, (np.log((1 + len(texts)) / (1 + having[kept])) + 1).astype(np.float32))

    def features(self, texts: Sequence[Text]) -> Csr:
        """Give the weights of the terms, rows of length 1 or empty, ``(n_texts, n_terms)``."""
        found = sp.csr_matrix(_counts(texts)[:, self.hashes])
        found.data = (1 + np.log(found.data)) * self.rarity[found.indices]
        lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1))).ravel()
        found.data /= np.repeat(np.maximum(lengths, 1e-12), np.diff(found.indptr))
        return sp.csr_matrix(found, dtype=np.float32)


def words_of(text: Text) -> list[str]:
    """Give the terms of a review: words, pairs of words, and those of the title once more as the title's."""
    title, body = (terms(part or "") for part in text)
    return [*_with_pairs(title), *_with_pairs(body), *(_TITLE + term for term in _with_pairs(title))]


def _with_pairs(words: list[str]) -> Iterable[str]:
    yield from words
    for one, other in pairwise(words):
        yield f"{one} {other}"


def _counts(texts: Sequence[Text]) -> Csr:
    from sklearn.feature_extraction.text import HashingVectorizer

    if not len(texts):
        return empty(0, _HASHES)
    vectorizer = HashingVectorizer(
        analyzer=words_of, n_features=_HASHES, alternate_sign=False, norm=None, dtype=np.float32
    )
    return sp.csr_matrix(vectorizer.transform(texts))
