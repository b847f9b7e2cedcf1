"""One question as it is being answered."""

from __future__ import annotations

from dataclasses import dataclass, field

from recommender.changes import Changes
from recommender.rules import Rules
from shopgraph.ask.answers import Ran
from shopgraph.ask.offers import Offers
from shopgraph.discovery.reading import ReadQuery


@dataclass
class Job:
    """What is known of the question, and what was run for it.

    Attributes:
        read: the question, read.
        language: of the answer.
        products: ids of the products that it is about.
        aspects: ids of the aspects that it is about.
        user: who asks.
        k: products in the answer.
        changes: what that customer did since the model was trained.
        rules: of the shop.
        offers: what may be offered by them.
        ran: queries so far.
    """

    read: ReadQuery
    language: str
    products: list[str]
    aspects: list[str]
    user: str | None
    k: int
    changes: Changes | None
    rules: Rules | None
    offers: Offers
    ran: list[Ran] = field(default_factory=list)
