"""BM25 over the fields of products, in English and Chinese.

BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004): the counts of a
term in the fields are joined, each weighted and divided by the field's length, before they saturate::

    tf = sum_f w_f tf_f / (1 - b + b len_f / mean len_f),    score = sum_t idf_t tf / (k1 + tf)

All of that is worked out when the index is made, so a query adds up as many rows as it has terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.arrays import Csr, FloatArray, IntArray
from recommender.search import terms

_K1, _B = 1.2, 0.5


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the products: its texts, one for each, and how much a term in it counts."""

    texts: Sequence[str]
    weight: float


class TextIndex:
    """An inverted index, one row for each term.

    Args:
        fields: by name; texts of equal number.
    """

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.n_products = len(next(iter(fields.values())).texts)
        self._terms: dict[str, int] = {}
        self._memory: dict[str, list[int]] = {}
        counted = {name: self._counts(field.texts) for name, field in fields.items()}
        self._memory.clear()
        shape = (len(self._terms), self.n_products)
        total: Csr = sp.csr_matrix(sp.coo_matrix(_nothing(), shape=shape))
        for name, (rows, columns) in counted.items():
            ones = np.ones(len(rows), dtype=np.float32)
            matrix = sp.csr_matrix(sp.coo_matrix((ones, (rows, columns)), shape=shape))
            lengths = np.bincount(columns, minlength=self.n_products).astype(np.float32)
            mean = float(lengths[lengths > 0].mean()) if (lengths > 0).any() else 1.0
            matrix.data *= (fields[name].weight / (1 - _B + _B * lengths / mean))[matrix.indices]
            total = total + matrix
        self._matrix: Csr = sp.csr_matrix(total)
        self._matrix.data = self._matrix.data / (_K1 + self._matrix.data)
        having = np.diff(self._matrix.indptr)
        self._idf: FloatArray = np.log1p((self.n_products - having + 0.5) / (having + 0.5)).astype(np.float32)

    def __contains__(self, term: str) -> bool:
        return term in self._terms

    def uses(self, term: str) -> int:
        """Give how many products have a term."""
        row = self._terms.get(term)
        return 0 if row is None else int(self._matrix.indptr[row + 1] - self._matrix.indptr[row])

    def scores(self, text: str) -> FloatArray:
        """Give the score of each product for the words of a text, ``(n_products,)``; zero where none is known."""
        found = np.zeros(self.n_products, dtype=np.float32)
        for term in dict.fromkeys(terms(text)):
            row = self._terms.get(term)
            if row is not None:
                own = slice(self._matrix.indptr[row], self._matrix.indptr[row + 1])
                found[self._matrix.indices[own]] += self._idf[row] * self._matrix.data[own]
        return found

    def having_all(self, text: str) -> IntArray:
        """Give the rows of the products that have every term of a text, in whatever fields; none for no term."""
        rows = [self._terms.get(term, -1) for term in dict.fromkeys(terms(text))]
        if not rows or min(rows) < 0:
            return np.zeros(0, dtype=np.int64)
        lists = sorted((self._postings(row) for row in rows), key=len)
        kept = lists[0]
        for other in lists[1:]:
            kept = kept[np.isin(kept, other, assume_unique=True)]
        return kept.astype(np.int64)

    def vocabulary(self) -> Mapping[str, int]:
        """Give the terms with how many products have each."""
        having = np.diff(self._matrix.indptr)
        return {term: int(having[row]) for term, row in self._terms.items()}

    def _postings(self, row: int) -> IntArray:
        own = self._matrix.indices[self._matrix.indptr[row] : self._matrix.indptr[row + 1]]
        return own.astype(np.int64)

    def _counts(self, texts: Sequence[str]) -> tuple[IntArray, IntArray]:
        """Give row of the term and column of the product for each occurrence, ``(n,)`` each."""
        rows: list[int] = []
        lengths = np.zeros(len(texts), dtype=np.int64)
        known = self._terms
        for place, text in enumerate(texts):
            if not text:
                continue
            own = self._memory.get(text)  # names of brands and categories come again and again
            if own is None:
                own = [known.setdefault(term, len(known)) for term in terms(text)]
                if len(text) < 80:
                    self._memory[text] = own
            rows.extend(own)
            lengths[place] = len(own)
        return np.array(rows, dtype=np.int64), np.repeat(np.arange(len(texts)), lengths)


def _nothing() -> tuple[FloatArray, tuple[IntArray, IntArray]]:
    return np.zeros(0, np.float32), (np.zeros(0, np.int64), np.zeros(0, np.int64))
