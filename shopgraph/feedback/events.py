"""Kinds of feedback, and what each means for the graph and for the next recommendation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from recommender.data import KIND_WEIGHTS


class Kind(StrEnum):
    """What a customer did or said."""

    VIEW = "view"
    CLICK = "click"
    CART = "cart"
    PURCHASE = "purchase"
    LIKE = "like"
    DISLIKE = "dislike"
    NOT_INTERESTED = "not_interested"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a kind of feedback does.

    Attributes:
        edge: relationship type in the graph.
        weight: in the history of the next recommendation.
        bought: the product is not recommended again.
        disliked: neither is it, and what is like it is lowered.
    """

    edge: str
    weight: float
    bought: bool = False
    disliked: bool = False


KINDS: Mapping[Kind, Meaning] = {
    Kind.VIEW: Meaning("VIEWED", KIND_WEIGHTS["VIEWED"]),
    Kind.CLICK: Meaning("CLICKED", KIND_WEIGHTS["CLICKED"]),
    Kind.CART: Meaning("CARTED", KIND_WEIGHTS["CARTED"]),
    Kind.PURCHASE: Meaning("PURCHASED", KIND_WEIGHTS["PURCHASED"], bought=True),
    Kind.LIKE: Meaning("LIKED", KIND_WEIGHTS["LIKED"]),
    Kind.DISLIKE: Meaning("DISLIKED", 0.0, disliked=True),
    Kind.NOT_INTERESTED: Meaning("DISMISSED", 0.0, disliked=True),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a customer did or said.

    Attributes:
        id: of the event; the same id again is the same event.
        user: who.
        product: about what.
        kind: what happened.
        at: milliseconds since 1970.
    """

    id: str
    user: str
    product: str
    kind: Kind
    at: int
