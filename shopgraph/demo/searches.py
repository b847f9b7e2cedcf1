"""Search queries for the demo shop, English and Chinese, spelt well and badly, with the products that answer them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopgraph.demo.catalogue import Product
from shopgraph.demo.chance import pick
from shopgraph.demo.vocabulary import Colour, Kind, vocabulary

LISTED, SEEN = 2, 1
"""Grades: the table says so; only the photo or the owner could say so."""

_PER_FORM = 14


@dataclass(frozen=True, slots=True)
class Search:
    """One query.

    Attributes:
        query: as typed.
        meant: as it should have been typed.
        language: "en" or "zh".
        misspelt: the query is not what was meant.
        form: what it is made of: kind, synonym, colour, material, brand or waterproof.
        relevant: row of a product to its grade, ``LISTED`` or ``SEEN``.
    """

    query: str
    meant: str
    language: str
    misspelt: bool
    form: str
    relevant: dict[int, int]


def _misspell(text: str, rng: np.random.Generator) -> str:
    """Mistype the longest word: swap, drop, double or replace one letter within it."""
    words = text.split()
    place = max(range(len(words)), key=lambda row: len(words[row]))
    word = words[place]
    at = int(rng.integers(1, len(word) - 1))
    near = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "t": "r", "s": "d", "r": "t", "l": "k", "u": "y"}
    options = [
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + near.get(word[at], "e") + word[at + 1 :],
    ]
    wrong = [option for option in options if option != word]
    words[place] = pick(wrong, rng)
    return " ".join(words)


def _both(
    kind: Kind, english: str, chinese: str, form: str, relevant: dict[int, int], rng: np.random.Generator
) -> list[Search]:
    """Make the query in both languages, each spelt well and badly."""
    chinese_typo = chinese.replace(kind.zh, kind.zh_typo)
    searches = [
        Search(english, english, "en", False, form, relevant),
        Search(_misspell(english, rng), english, "en", True, form, relevant),
        Search(chinese, chinese, "zh", False, form, relevant),
    ]
    if chinese_typo != chinese:
        searches.append(Search(chinese_typo, chinese, "zh", True, form, relevant))
    return searches


def _by_colour(products: Sequence[Product], kind: Kind, colour: Colour) -> dict[int, int]:
    return {
        row: LISTED if product.colour_listed else SEEN
        for row, product in enumerate(products)
        if product.kind is kind and product.colour is colour
    }


def _by_material(products: Sequence[Product], kind: Kind, material: str) -> dict[int, int]:
    return {
        row: LISTED if product.material_listed else SEEN
        for row, product in enumerate(products)
        if product.kind is kind and product.material == material
    }


def _waterproof(products: Sequence[Product], kind: Kind) -> dict[int, int]:
    return {
        row: LISTED
        for row, product in enumerate(products)
        if product.kind is kind and product.attributes.get("waterproof") == "yes"
    }


def make_searches(products: Sequence[Product], *, rng: np.random.Generator) -> list[Search]:
    """Make the queries; each has at least one relevant product."""
    words = vocabulary()
    searches: list[Search] = []
    for kind in words.kinds:
        everything = {row: LISTED for row, product in enumerate(products) if product.kind is kind}
        if everything:
            searches.extend(_both(kind, kind.noun, kind.zh, "kind", everything, rng))
            searches.append(Search(kind.synonym, kind.synonym, "en", False, "synonym", everything))
    for row in rng.permutation(len(products))[:_PER_FORM]:
        product, kind = products[row], products[row].kind
        found = _by_colour(products, kind, product.colour)
        texts = f"{product.colour.name} {kind.noun}", f"{product.colour.zh}{kind.zh}"
        searches.extend(_both(kind, *texts, "colour", found, rng))
    for row in rng.permutation(len(products))[:_PER_FORM]:
        product, kind = products[row], products[row].kind
        found = _by_material(products, kind, product.material)
        texts = f"{product.material} {kind.noun}", f"{words.materials[product.material]}{kind.zh}"
        searches.extend(_both(kind, *texts, "material", found, rng))
    for row in rng.permutation(len(products))[:_PER_FORM]:
        brand, kind = products[row].brand, products[row].kind
        found = {other: LISTED for other, one in enumerate(products) if one.kind is kind and one.brand == brand}
        searches.extend(_both(kind, f"{brand} {kind.noun}", f"{brand} {kind.zh}", "brand", found, rng))
    for kind in words.kinds:
        found = _waterproof(products, kind)
        if found and len(kind.attributes.get("waterproof", ())) > 1:
            searches.extend(_both(kind, f"waterproof {kind.noun}", f"防水{kind.zh}", "waterproof", found, rng))
    unique = {(search.query, search.language): search for search in searches}
    return list(unique.values())
