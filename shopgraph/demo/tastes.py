"""The tastes planted in the demo shop's customers, each visible through one source only.

========  =====================================================================================================
source    what the customer looks for
========  =====================================================================================================
general   two kinds of products, the popular ones among them
graph     a brand, a material, an occasion or a family of products, of any kind: only the graph's links show it
review    a quality, such as "quiet", in some kinds: only the reviews speak of it
photo     a finish, such as "striped", in some kinds, or a colour that the shop does not list: only photos show it
          (of less than half the products, chosen by chance, the table gives the finish too)
========  =====================================================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopgraph.demo.catalogue import Product
from shopgraph.demo.chance import pick
from shopgraph.demo.vocabulary import FINISHES, vocabulary

SOURCES: tuple[str, ...] = ("general", "graph", "review", "photo")
TASTE_QUALITIES: tuple[str, ...] = ("weight", "noise", "warmth", "zip", "grip", "smell", "cleaning", "comfort")
"""Aspects that some customers choose by."""

_BY = ("category", "brand", "material", "occasion", "family", "quality", "finish", "colour")
_SOURCE_SHARES = (0.22, 0.30, 0.24, 0.24)
_FEWEST = 12
_AREA_REVIEW = 4
_AREA_PHOTO = 8


@dataclass(frozen=True, slots=True)
class Taste:
    """What a customer looks for.

    Attributes:
        source: the source that shows it, one of ``SOURCES``.
        by: category, brand, material, occasion, family, quality, finish or colour.
        values: any of them will do.
        area: names of the kinds it holds for; empty for all.
    """

    source: str
    by: str
    values: tuple[str, ...]
    area: tuple[str, ...] = ()

    def matches(self, product: Product) -> bool:
        """Say whether the product is to this taste."""
        if self.area and product.kind.name not in self.area:
            return False
        return bool(_values(product, self.by) & set(self.values))


def _values(product: Product, by: str) -> set[str]:
    """Give what a product has of the thing that a taste goes by."""
    match by:
        case "category":
            return {product.kind.name}
        case "brand":
            return {product.brand}
        case "material":
            return {product.material}
        case "occasion":
            return set(product.occasions)
        case "family":
            return {str(product.family)}
        case "quality":
            return set(product.qualities)
        case "finish":
            return {product.finish}
        case "colour":
            return set() if product.colour_listed else {product.colour.family}
        case _:
            raise ValueError(f"no taste goes by {by!r}")


def _some(options: Sequence[str], n: int, rng: np.random.Generator) -> tuple[str, ...]:
    return tuple(options[row] for row in sorted(rng.permutation(len(options))[:n]))


def _graph_taste(products: Sequence[Product], rng: np.random.Generator) -> Taste:
    words = vocabulary()
    by = ("brand", "material", "occasion", "family")[rng.choice(4, p=(0.3, 0.22, 0.16, 0.32))]
    if by == "brand":
        return Taste("graph", by, _some(words.brands, 2, rng))
    if by == "material":
        return Taste("graph", by, _some(list(words.materials), 1, rng))
    if by == "occasion":
        return Taste("graph", by, _some(list(words.occasions), 1, rng))
    families = range(max(product.family for product in products) + 1)
    return Taste("graph", by, _some([str(family) for family in families], 3, rng))


def _review_taste(rng: np.random.Generator) -> Taste:
    quality = pick(TASTE_QUALITIES, rng)
    kinds = [kind.name for kind in vocabulary().kinds if quality in kind.aspects]
    return Taste("review", "quality", (quality,), _some(kinds, _AREA_REVIEW, rng))


def _photo_taste(rng: np.random.Generator) -> Taste:
    kinds = vocabulary().kinds
    if rng.random() < 0.35:
        families = sorted({colour.family for colour in vocabulary().colours} - {"neutral"})
        unlisted = tuple(kind.name for kind in kinds if not kind.colour_listed)
        return Taste("photo", "colour", _some(families, 1, rng), unlisted)
    return Taste("photo", "finish", _some(FINISHES[1:], 1, rng), _some([kind.name for kind in kinds], _AREA_PHOTO, rng))


def _draw(products: Sequence[Product], rng: np.random.Generator) -> Taste:
    source = SOURCES[rng.choice(len(SOURCES), p=_SOURCE_SHARES)]
    if source == "graph":
        return _graph_taste(products, rng)
    if source == "review":
        return _review_taste(rng)
    if source == "photo":
        return _photo_taste(rng)
    return Taste("general", "category", _some([kind.name for kind in vocabulary().kinds], 2, rng))


class _Index:
    """Which products meet a taste, looked up by what they have; as ``Taste.matches``, for many tastes."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._n = len(products)
        self._rows: dict[tuple[str, str], list[int]] = {}
        self._kinds = np.array([product.kind.name for product in products])
        for row, product in enumerate(products):
            for by in _BY:
                for value in _values(product, by):
                    self._rows.setdefault((by, value), []).append(row)

    def row(self, taste: Taste) -> np.ndarray:
        """Give booleans of shape ``(n_products,)``."""
        met = np.zeros(self._n, dtype=bool)
        for value in taste.values:
            met[self._rows.get((taste.by, value), [])] = True
        return met & np.isin(self._kinds, taste.area) if taste.area else met


def make_tastes(products: Sequence[Product], n_users: int, *, rng: np.random.Generator) -> list[Taste]:
    """Draw one taste for each customer; a taste that too few products would meet is drawn again."""
    fewest = min(_FEWEST, max(1, len(products) // 50))
    index = _Index(products)
    tastes: list[Taste] = []
    while len(tastes) < n_users:
        taste = _draw(products, rng)
        if index.row(taste).sum() >= fewest:
            tastes.append(taste)
    return tastes


def match_matrix(products: Sequence[Product], tastes: Sequence[Taste]) -> np.ndarray:
    """Say which products are to whose taste: booleans of shape ``(n_users, n_products)``."""
    index = _Index(products)
    return np.stack([index.row(taste) for taste in tastes])
