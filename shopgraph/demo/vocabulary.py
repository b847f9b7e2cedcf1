"""The words of the demo shop: kinds of products, brands, colours, materials and occasions.

They stand in ``data/catalogue.toml``; this module gives them typed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

FINISHES: tuple[str, ...] = ("plain", "striped", "dotted", "checked", "two-tone")
OUTLINES: tuple[str, ...] = ("round", "angular")


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour: its names, its red, green and blue (0 to 255), and the family it looks like."""

    name: str
    zh: str
    rgb: tuple[int, int, int]
    family: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A sub-category and what is true of all its products.

    Attributes:
        name, zh: of the sub-category.
        category, category_zh: the category it is part of.
        noun, synonym: what one (or a pair) is called in a sentence.
        zh_typo: the Chinese name as it is often mistyped.
        plural: the noun is a plural.
        drawing: name of the drawing in ``shopgraph.demo.drawing``.
        price: lowest and highest price.
        colour_listed: the shop fills in the colour of these products.
        materials: what they are made of.
        aspects: what its reviews talk about, beside price, delivery and the like.
        attributes: further attribute columns and their values.
        details, details_zh: sentences for the descriptions.
    """

    name: str
    zh: str
    category: str
    category_zh: str
    noun: str
    synonym: str
    zh_typo: str
    plural: bool
    drawing: str
    price: tuple[float, float]
    colour_listed: bool
    materials: tuple[str, ...]
    aspects: tuple[str, ...]
    attributes: Mapping[str, tuple[str, ...]]
    details: tuple[str, ...]
    details_zh: tuple[str, ...]

    @property
    def path(self) -> str:
        """Path of the category, as in the column ``categories``."""
        return f"{self.category} > {self.name}"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of the catalogue; ``materials``, ``patterns`` and ``occasions`` map the English name to the Chinese."""

    brands: tuple[str, ...]
    models: tuple[str, ...]
    colours: tuple[Colour, ...]
    materials: Mapping[str, str]
    patterns: Mapping[str, str]
    occasions: Mapping[str, str]
    kinds: tuple[Kind, ...]

    @property
    def categories(self) -> tuple[str, ...]:
        """Names of the categories, in order."""
        return tuple(dict.fromkeys(kind.category for kind in self.kinds))


def read_data(name: str) -> dict[str, Any]:
    """Read one of the TOML files in ``data/``."""
    return tomllib.loads((resources.files("shopgraph.demo") / "data" / name).read_text(encoding="utf-8"))


def _kind(row: Mapping[str, Any], category: Mapping[str, Any]) -> Kind:
    return Kind(
        name=row["name"],
        zh=row["zh"],
        category=category["name"],
        category_zh=category["zh"],
        noun=row["noun"],
        synonym=row["synonym"],
        zh_typo=row["zh_typo"],
        plural=row["plural"],
        drawing=row["drawing"],
        price=(float(row["price"][0]), float(row["price"][1])),
        colour_listed=row["colour_listed"],
        materials=tuple(row["materials"]),
        aspects=tuple(row["aspects"]),
        attributes={name: tuple(values) for name, values in row["attributes"].items()},
        details=tuple(row["details"]),
        details_zh=tuple(row["details_zh"]),
    )


@cache
def vocabulary() -> Vocabulary:
    """Give the vocabulary of the catalogue."""
    data = read_data("catalogue.toml")
    return Vocabulary(
        brands=tuple(data["brands"]),
        models=tuple(data["models"]),
        colours=tuple(
            Colour(row["name"], row["zh"], (row["rgb"][0], row["rgb"][1], row["rgb"][2]), row["family"])
            for row in data["colours"]
        ),
        materials=data["materials"],
        patterns=data["patterns"],
        occasions=data["occasions"],
        kinds=tuple(_kind(row, category) for category in data["categories"] for row in category["kinds"]),
    )
