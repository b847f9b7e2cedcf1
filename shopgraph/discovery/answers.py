"""What a search answers: products, what was understood, corrections, facets and notes."""

from __future__ import annotations

from dataclasses import dataclass, field

from linking.mentions import NodeRef
from recommender.answers import Node
from shopgraph.discovery.spelling import Correction


@dataclass(frozen=True, slots=True)
class Understood:
    """Words of a query that mean nodes of the graph, or a bound.

    Attributes:
        start, end: first character in the corrected query, and the one after the last.
        surface: the words.
        nodes: what they may mean, likeliest first; empty for a price or a wish for something cheap.
        name: of the likeliest, in the language of the answer; for a price, the bound in words.
        negated: products of it are left out.
        hard: products that are not of it are left out, or stand behind the others; else it counts in the ranking alone.
    """

    start: int
    end: int
    surface: str
    nodes: tuple[NodeRef, ...]
    name: str
    negated: bool = False
    hard: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """A product found.

    Attributes:
        rank: from 1, over all pages.
        product: the product, its name in the language of the answer.
        score: higher is better; comparable within one answer only.
        price, brand, in_stock, image: as the catalogue has them; None where it does not.
        missing: names of what was asked for and this product is not, or is not known to be; empty where it is all that.
    """

    rank: int
    product: Node
    score: float
    price: float | None = None
    brand: str | None = None
    in_stock: bool | None = None
    image: str | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet.

    Attributes:
        value: to filter by: a brand, the id of a category or an attribute, or a band of prices as "25-50".
        name: shown to people.
        count: products of the result set that have it.
    """

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the result down: ``brand``, ``category``, ``price`` or ``attribute:NAME``."""

    id: str
    name: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The answer to one search.

    Attributes:
        items: of the page asked for, best first.
        total: products of the result set: those that are all that was asked for. Products behind them that miss
            something follow in ``items``, and are not counted.
        facets: over the whole result set.
        query: the words after correction.
        corrections: misspellings that were forgiven.
        understood: what the words mean.
        notes: what the caller should know.
        language: of names and notes, "en" or "zh".
        source: the ways that took part: ``words``, ``vectors``, ``photo``, ``taste``.
        model: name and fingerprint of the model.
    """

    items: tuple[Hit, ...]
    total: int
    facets: tuple[Facet, ...]
    query: str
    corrections: tuple[Correction, ...]
    understood: tuple[Understood, ...]
    notes: tuple[str, ...]
    language: str
    source: tuple[str, ...]
    model: str = field(default="")
