"""A made shop: each product has a colour and a kind, which title and photo both tell, and much that they do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from embeddings.shared import View

COLOURS = ("red", "blue", "green", "black", "white", "pink")
KINDS = ("shirt", "shoe", "bag", "watch", "belt")
BRANDS = tuple(f"brand{i}" for i in range(12))
WORDS = (*COLOURS, *KINDS, *BRANDS)


@dataclass(frozen=True)
class Shop:
    """Titles, bags of words and photos of some products, of the same rows."""

    ids: list[str]
    titles: list[str]
    words: np.ndarray
    photos: np.ndarray

    def view(self, name: str, matrix: object, chosen: slice | np.ndarray = slice(None)) -> View:
        rows = np.arange(len(self.ids))[chosen]
        return View(name, [self.ids[row] for row in rows], matrix[rows])  # type: ignore[index]

    @property
    def sparse(self) -> sp.csr_matrix[np.float32]:
        return sp.csr_matrix(self.words)


def bags(texts: list[str]) -> np.ndarray:
    """Count words."""
    return np.float32([[text.split().count(word) for word in WORDS] for text in texts]).reshape(len(texts), len(WORDS))


def made_shop(n: int = 240, *, seed: int = 0, noise: float = 0.6) -> Shop:
    """Make a shop; brands show in titles alone, and photos have directions that titles know nothing of."""
    random = np.random.default_rng(seed)
    colour, kind, brand = (random.integers(0, len(of), n) for of in (COLOURS, KINDS, BRANDS))
    titles = [f"{BRANDS[b]} {COLOURS[c]} {KINDS[k]}" for b, c, k in zip(brand, colour, kind, strict=True)]
    mix = np.random.default_rng(99).standard_normal((len(COLOURS) + len(KINDS), 20))
    seen = np.concatenate([np.eye(len(COLOURS))[colour], np.eye(len(KINDS))[kind]], axis=1) @ mix
    photos = np.concatenate([seen, 3 * random.standard_normal((n, 6))], axis=1)
    photos += noise * random.standard_normal(photos.shape)
    return Shop([f"p{i:04d}" for i in range(n)], titles, bags(titles), photos.astype(np.float32))
