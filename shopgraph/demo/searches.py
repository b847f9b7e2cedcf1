"""Search queries for the demo shop, English and Chinese, spelt well and badly, with the products that answer them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from shopgraph.demo.catalogue import Product
from shopgraph.demo.chance import pick
from shopgraph.demo.photos import Photo, plan_photos
from shopgraph.demo.vocabulary import Colour, Kind, Vocabulary, vocabulary

LISTED, SEEN = 2, 1
"""Grades: the table says so; only the photo or the owner could say so."""

_PER_FORM = 14
_PHOTOS = 48


@dataclass(frozen=True, slots=True)
class Search:
    """One query.

    Attributes:
        query: as typed.
        meant: as it should have been typed.
        language: "en" or "zh".
        misspelt: the query is not what was meant.
        form: what it is made of: kind, synonym, colour, material, brand, waterproof; price, not a colour, pattern,
            quality, brand and colour, title, category, occasion or sentence.
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
    searches.extend(_harder(products, rng))
    unique = {(search.query, search.language): search for search in searches}
    return list(unique.values())


_QUALITIES = {
    "weight": ("light", "轻便的"), "comfort": ("comfortable", "舒服的"), "noise": ("quiet", "安静的"),
    "warmth": ("warm", "保暖的"), "brightness": ("bright", "亮的"), "sound": ("good sound", "音质好的"),
}  # fmt: skip
"""What customers call the qualities that only owners know."""


def _harder(products: Sequence[Product], rng: np.random.Generator) -> list[Search]:
    """Make the queries that ask for more than a kind and one thing that is listed."""
    words = vocabulary()
    searches: list[Search] = []
    for form in ("price", "not a colour", "pattern", "quality", "brand and colour", "title", "occasion", "sentence"):
        for row in rng.permutation(len(products))[:_PER_FORM]:
            product = products[row]
            made = _harder_one(products, product, form, words, rng)
            if made is not None and made[2]:
                searches.extend(_both(product.kind, made[0], made[1], form, made[2], rng))
    for category in words.categories:
        kinds = [kind for kind in words.kinds if kind.category == category]
        found = {row: LISTED for row, product in enumerate(products) if product.kind.category == category}
        if found:
            searches.extend(_both(kinds[0], category.lower(), kinds[0].category_zh, "category", found, rng))
    return searches


def _harder_one(
    products: Sequence[Product], product: Product, form: str, words: Vocabulary, rng: np.random.Generator
) -> tuple[str, str, dict[int, int]] | None:
    """Give a query in both languages with what is relevant; None where it cannot be asked of this product's kind."""
    kind, colour = product.kind, product.colour
    own = [(row, one) for row, one in enumerate(products) if one.kind is kind]
    material, material_zh = product.material, words.materials[product.material]
    match form:
        case "price":
            limit = int(np.median([one.price for _, one in own]) // 5 * 5)
            found = {row: LISTED for row, one in own if one.price <= limit}
            return f"{kind.noun} under {limit}", f"{limit}元以下的{kind.zh}", found
        case "not a colour" if kind.colour_listed:
            found = {row: LISTED if one.colour_listed else SEEN for row, one in own if one.colour is not colour}
            return f"{kind.noun} but not {colour.name}", f"不要{colour.zh}的{kind.zh}", found
        case "pattern":
            found = {row: LISTED if one.finish_listed else SEEN for row, one in own if one.finish == product.finish}
            return f"{product.finish} {kind.noun}", f"{words.patterns[product.finish]}{kind.zh}", found
        case "quality":
            known = [aspect for aspect in kind.aspects if aspect in _QUALITIES]
            if not known:
                return None
            aspect = pick(known, rng)
            english, chinese = _QUALITIES[aspect]
            return (
                f"{english} {kind.noun}",
                f"{chinese}{kind.zh}",
                {row: SEEN for row, one in own if aspect in one.qualities},
            )
        case "brand and colour":
            found = {
                row: LISTED if one.colour_listed and one.brand_listed else SEEN
                for row, one in own
                if one.brand == product.brand and one.colour is colour
            }
            return f"{colour.name} {product.brand} {kind.noun}", f"{product.brand}{colour.zh}{kind.zh}", found
        case "title":
            found = {row: LISTED for row, one in own if one is product}
            return product.wording.title.lower(), product.wording.title_zh, found
        case "occasion" if product.occasions:
            occasion = product.occasions[0]
            found = {row: LISTED for row, one in own if occasion in one.occasions}
            name = occasion.rpartition(" > ")[2].lower()
            return f"{kind.noun} for {name}", f"{words.occasions[occasion]}用的{kind.zh}", found
        case "sentence":
            found = {
                row: LISTED if one.colour_listed and one.material_listed else SEEN
                for row, one in own
                if one.colour is colour and one.material == material
            }
            return (
                f"hi, do you have any {colour.name} {material} {kind.noun} please",
                f"请问有没有{colour.zh}的{material_zh}{kind.zh}",
                found,
            )
    return None


@dataclass(frozen=True, slots=True)
class PhotoSearch:
    """A query by photo.

    Attributes:
        photo: of a product, none of those in the catalogue; its id is that of the query.
        words: in English, that are searched for beside it; empty for the photo alone.
        words_zh: the same in Chinese.
        relevant: row of a product to its grade. Of the photo alone, ``LISTED`` is the very product, ``SEEN`` are
            those of its kind and colour; with words, those of its kind and the other colour that the words name.
    """

    photo: Photo
    words: str
    words_zh: str
    relevant: dict[int, int]


def make_photo_searches(products: Sequence[Product], *, rng: np.random.Generator) -> list[PhotoSearch]:
    """Make queries by photos of some of the products, taken anew; every third has words that name another colour."""
    chosen = [products[row] for row in rng.permutation(len(products))[:_PHOTOS]]
    row_of = {product.id: row for row, product in enumerate(products)}
    searches = []
    for number, (product, taken) in enumerate(zip(chosen, _fronts(chosen, rng), strict=True), start=1):
        photo = replace(taken, id=f"Q{number:03d}", product=row_of[product.id])
        colour = pick([one.colour for one in products if one.kind is product.kind], rng)
        if number % 3 == 0 and colour is not product.colour:
            found = _by_colour(products, product.kind, colour)
            searches.append(PhotoSearch(photo, colour.name, colour.zh, found))
        else:
            found = dict.fromkeys(_by_colour(products, product.kind, product.colour), SEEN)
            searches.append(PhotoSearch(photo, "", "", {**found, photo.product: LISTED}))
    return searches


def _fronts(products: Sequence[Product], rng: np.random.Generator) -> list[Photo]:
    return [photo for photo in plan_photos(products, rng=rng) if photo.view == "front"]
