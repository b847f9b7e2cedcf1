"""Kinds of feedback, and what each means for the graph and for the next recommendation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


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
    """What a kind of feedback does; how much it counts is the model's to say.

    Attributes:
        edge: relationship type in the graph.
        bought: the product is not recommended again.
        disliked: neither is it, and what is like it is lowered.
    """

    edge: str
    bought: bool = False
    disliked: bool = False


KINDS: Mapping[Kind, Meaning] = {
    Kind.VIEW: Meaning("VIEWED"),
    Kind.CLICK: Meaning("CLICKED"),
    Kind.CART: Meaning("CARTED"),
    Kind.PURCHASE: Meaning("PURCHASED", bought=True),
    Kind.LIKE: Meaning("LIKED"),
    Kind.DISLIKE: Meaning("DISLIKED", disliked=True),
    Kind.NOT_INTERESTED: Meaning("DISMISSED", disliked=True),
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
