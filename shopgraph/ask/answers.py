"""What a question is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shopgraph.discovery import Correction, Understood


@dataclass(frozen=True, slots=True)
class AskedProduct:
    """A product of an answer, with what is said of it: its price, and a number that the question asked about."""

    id: str
    name: str
    price: float | None = None
    in_stock: bool | None = None
    figure: float | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a review: characters ``start`` to ``end`` of its text; the sentiment is from -1 to 1."""

    review: str
    product: str
    text: str
    start: int
    end: int
    aspect: str
    sentiment: float


@dataclass(frozen=True, slots=True)
class Ran:
    """A Cypher query that was run, and its parameters."""

    cypher: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AskAnswer:
    """The answer to one question.

    Attributes:
        text: in words.
        intent: what was asked for; ``unknown`` where that was not understood.
        products: best first.
        count: how many there are, where that was asked, or where not all may be named.
        value: a price, whether it is in stock ("yes" or "no"), whether reviewers complain or praise.
        names: of brands or categories, where those were asked for.
        quotes: from reviews.
        ran: queries that were run, with their parameters.
        understood: what the words mean.
        corrections: misspellings that were forgiven.
        unread: words of the question that the answer does not heed, for nothing is known of them.
        nearest: questions like this one that can be answered, where it cannot or nothing is known.
        language: "en" or "zh".
    """

    text: str
    intent: str
    language: str
    products: tuple[AskedProduct, ...] = ()
    count: int | None = None
    value: str | float | None = None
    names: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    ran: tuple[Ran, ...] = ()
    understood: tuple[Understood, ...] = ()
    corrections: tuple[Correction, ...] = ()
    nearest: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
