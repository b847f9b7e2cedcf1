"""The products of the demo shop, with what the shop says of them and what it does not.

What the shop says goes into the table ``products``. The rest (the qualities that only owners know, the looks that
only the photo shows, the family that only the links show) is what the customers' tastes are about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from shopgraph.demo.chance import pick
from shopgraph.demo.vocabulary import FINISHES, OUTLINES, Colour, Kind, Vocabulary, vocabulary
from shopgraph.demo.wording import Wording, describe

DAY = 86_400_000
"""Milliseconds of a day."""
START = int(datetime(2024, 1, 8, tzinfo=UTC).timestamp() * 1000)
"""When the recorded behaviour begins, in milliseconds since 1970."""
END = int(datetime(2025, 7, 8, tzinfo=UTC).timestamp() * 1000)
"""When the recorded behaviour ends."""

FAMILY_SIZE = 10
"""Products of one family, on average; a family is known by the links between its products."""
_FINISH_SHARES = (0.38, 0.16, 0.16, 0.15, 0.15)
_QUALITY_SHARE = 0.36
_FINISH_LISTED_SHARE = 0.45
_COUNTRIES = ("Portugal", "Vietnam", "Poland", "Japan", "Turkey", "Denmark")


@dataclass(frozen=True, slots=True)
class Product:
    """One product.

    Attributes:
        id: external id.
        kind: its sub-category.
        brand, brand_listed: its brand; whether the cell of the table is filled.
        colour, colour_listed: its main colour, likewise; an unlisted colour stands in no text either.
        material, material_listed: likewise.
        attributes: further attributes, as listed.
        occasions: paths of further categories.
        price: in the shop's currency.
        in_stock: it can be bought now.
        released: milliseconds since 1970.
        wording: titles and descriptions.
        qualities: aspects that are good about it; of its other aspects, owners complain. Not in the table.
        finish, finish_listed: plain, striped, dotted, checked or two-tone; whether the table's cell ``pattern`` is
            filled. No text of the table speaks of it.
        accent: second colour of the finish. Not in the table.
        outline: round or angular. Not in the table.
        family: number of its family. Not in the table, but in the links.
        popularity: relative chance to be bought by somebody without taste; Zipf.
    """

    id: str
    kind: Kind
    brand: str
    brand_listed: bool
    colour: Colour
    colour_listed: bool
    material: str
    material_listed: bool
    attributes: Mapping[str, str]
    occasions: tuple[str, ...]
    price: float
    in_stock: bool
    released: int
    wording: Wording
    qualities: frozenset[str]
    finish: str
    finish_listed: bool
    accent: Colour
    outline: str
    family: int
    popularity: float


def _brands_of_categories(words: Vocabulary, rng: np.random.Generator) -> dict[str, list[str]]:
    """Give each brand two categories, evenly, so that a brand's products are of several kinds."""
    categories = words.categories
    brands: dict[str, list[str]] = {category: [] for category in categories}
    order = rng.permutation(len(words.brands))
    for position, row in enumerate(order):
        step = 1 + position // len(categories) % (len(categories) - 1)
        brands[categories[position % len(categories)]].append(words.brands[row])
        brands[categories[(position + step) % len(categories)]].append(words.brands[row])
    return brands


def _release(rng: np.random.Generator) -> int:
    """Draw a date: most before the recorded time, a third within it, an eighth in its last ten weeks."""
    draw = rng.random()
    if draw < 0.55:
        first, last = START - 700 * DAY, START - DAY
    elif draw < 0.87:
        first, last = START, END - 70 * DAY
    else:
        first, last = END - 70 * DAY, END - 6 * DAY
    return int(rng.integers(first // DAY, last // DAY)) * DAY + int(rng.integers(7, 12)) * DAY // 24


def _price(kind: Kind, rng: np.random.Generator) -> float:
    low, high = kind.price
    raw: float = low * (high / low) ** float(rng.beta(2.0, 2.6))
    return round(raw) - (0.01 if rng.random() < 0.6 else 0.5)


def _popularity(n: int, rng: np.random.Generator) -> np.ndarray:
    """Zipf's law with exponent 0.8 over a random order; one product in ten is nearly never found. Shape ``(n,)``."""
    ranks = rng.permutation(n) + 1.0
    weights = ranks**-0.8
    weights[rng.permutation(n)[: n // 10]] *= 0.03
    return np.asarray(weights / weights.sum())


def _attributes(kind: Kind, rng: np.random.Generator) -> dict[str, str]:
    values = {name: pick(choices, rng) for name, choices in kind.attributes.items()}
    values["made_in"] = pick(_COUNTRIES, rng)
    return {name: value for name, value in values.items() if rng.random() > 0.08}


def _occasions(words: Vocabulary, rng: np.random.Generator) -> tuple[str, ...]:
    if rng.random() > 0.24:
        return ()
    names = list(words.occasions)
    return (pick(names, rng),)


def _accent(colour: Colour, colours: Sequence[Colour], rng: np.random.Generator) -> Colour:
    """Draw a second colour that can be told from the first."""
    apart = [
        other
        for other in colours
        if other.family != colour.family and sum(abs(a - b) for a, b in zip(other.rgb, colour.rgb, strict=True)) > 190
    ]
    return pick(apart, rng)


def make_catalogue(n_products: int, *, rng: np.random.Generator, listing: np.random.Generator) -> list[Product]:
    """Make ``n_products`` products, evenly over the kinds.

    Args:
        n_products: how many.
        rng: source of chance.
        listing: source of chance for whose pattern the shop lists.

    """
    words = vocabulary()
    finish_listed = listing.random(n_products) < _FINISH_LISTED_SHARE
    brands = _brands_of_categories(words, rng)
    popularity = _popularity(n_products, rng)
    families = rng.permutation(n_products) // FAMILY_SIZE
    names: Counter[tuple[str, str]] = Counter()
    products = []
    for row in range(n_products):
        kind = words.kinds[row % len(words.kinds)]
        brand = pick(brands[kind.category], rng)
        model = pick(words.models, rng)
        names[brand, model] += 1
        if names[brand, model] > 1:
            model = f"{model} {names[brand, model]}"
        colour = pick(words.colours, rng)
        colour_listed = bool(kind.colour_listed and rng.random() > 0.08)
        material = pick(kind.materials, rng)
        material_listed = bool(rng.random() > 0.07)
        attributes = _attributes(kind, rng)
        wording = describe(
            kind=kind,
            brand=brand,
            model=model,
            colour=colour if colour_listed else None,
            material=material if material_listed else None,
            material_zh=words.materials[material],
            rng=rng,
        )
        products.append(
            Product(
                id=f"P{row + 1:04d}",
                kind=kind,
                brand=brand,
                brand_listed=bool(rng.random() > 0.04),
                colour=colour,
                colour_listed=colour_listed,
                material=material,
                material_listed=material_listed,
                attributes=attributes,
                occasions=_occasions(words, rng),
                price=_price(kind, rng),
                in_stock=bool(rng.random() > 0.07),
                released=_release(rng),
                wording=wording,
                qualities=frozenset(aspect for aspect in kind.aspects if rng.random() < _QUALITY_SHARE),
                finish=FINISHES[rng.choice(len(FINISHES), p=_FINISH_SHARES)],
                finish_listed=bool(finish_listed[row]),
                accent=_accent(colour, words.colours, rng),
                outline=pick(OUTLINES, rng),
                family=int(families[row]),
                popularity=float(popularity[row]),
            )
        )
    return products
