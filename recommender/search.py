"""Search by words over what the catalogue says of its products, in English and Chinese."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import numpy as np
import pyarrow as pa

from recommender.arrays import BoolArray, Csr, DoubleArray, FloatArray, IntArray, empty

_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+|[^\W\d_a-z\u3400-\u9fff]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_MATCH = 0.5
"""Share of the best match's score that a product's words need where the request has words."""


class SearchIndex:
    """TF-IDF over titles, brands, categories and descriptions; the title counts three times.

    Words of Latin letters are terms with their plural taken off; Chinese text, which has no spaces, is cut into
    characters and pairs of characters.

    Args:
        products: with ``name``, ``name_zh``, ``brand``, ``categories`` and ``description``.
    """

    def __init__(self, products: pa.Table) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True, dtype=np.float32)
        texts = [_text(row) for row in products.to_pylist()]
        try:
            self._matrix = self._vectorizer.fit_transform(texts).tocsr()
        except ValueError:  # scikit-learn's word for "there is no text at all"
            self._matrix = None
        self._n_products = len(texts)

    @property
    def matrix(self) -> Csr:
        """Weights of the terms of each product, rows of length 1 or empty, ``(n_products, n_terms)``."""
        return empty(self._n_products, 1) if self._matrix is None else self._matrix

    def scores(self, query: str) -> FloatArray:
        """Give the cosine of the query with each product, ``(n_products,)``; all zero where no word is known."""
        if self._matrix is None:
            return np.zeros(0, dtype=np.float32)
        found: FloatArray = np.asarray((self._matrix @ self._vectorizer.transform([query]).T).todense()).ravel()
        return found

    def matching(self, query: str, allowed: BoolArray) -> BoolArray | None:
        """Keep the products that match at least half as well as the best allowed, ``(n_products,)``; None for none."""
        match = self.scores(query)
        best = float(match[allowed].max(initial=0.0)) if len(match) else 0.0
        return allowed & (match >= _MATCH * best) if best > 0 else None

    def like(self, product: int) -> FloatArray:
        """Give the cosine of a product's words with those of each product, ``(n_products,)``."""
        if self._matrix is None:
            return np.zeros(0, dtype=np.float32)
        found: FloatArray = np.asarray((self._matrix @ self._matrix[product].T).todense()).ravel()
        return found

    def like_all(self, products: IntArray) -> DoubleArray:
        """Give the cosines of several products' words with those of each other product, added up, ``(n_products,)``."""
        total = np.zeros(self._n_products)
        if self._matrix is not None:
            for product in products.tolist():
                total += self.like(product)
        total[products] = 0.0
        return total


def terms(text: str) -> list[str]:
    """Cut a text into the terms that are searched for."""
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).lower()):
        if _CHINESE.match(word):
            found.extend(word)  # one character is a word too: 鞋, 茶, 书
            found.extend(a + b for a, b in pairwise(word))
        else:
            found.append(_singular(word))
    return found


def _singular(word: str) -> str:
    """Take the plural off; a word and its plural give the same term, which need not be a word."""
    if len(word) <= 3 or word.endswith("ss"):
        return word
    if len(word) > 4 and word.endswith(("ie", "ies")):
        return word.removesuffix("s").removesuffix("ie") + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return word.removesuffix("s")


def _text(row: dict[str, object]) -> str:
    title = f"{row['name'] or ''} {row['name_zh'] or ''} "
    categories = row["categories"] or []
    assert isinstance(categories, list)
    return " ".join([title * 3, str(row["brand"] or ""), " ".join(categories), str(row["description"] or "")])
