"""From the journal to what the next recommendation heeds."""

from __future__ import annotations

from recommender.changes import Changes
from recommender.data import KIND_WEIGHTS
from shopgraph.feedback.events import KINDS
from shopgraph.feedback.journal import Journal

PURCHASED = "PURCHASED"


def changes_of(journal: Journal, user: str) -> Changes | None:
    """Give what has become known of a customer beside the model; None where nothing has.

    Of what a customer said of a product, the last word counts: a like takes a dislike back, and the other way round.
    """
    events, taken = journal.events(user), journal.taken_back(user)
    forgotten = journal.is_forgotten(user)
    if not (events or taken or forgotten):
        return None
    added: dict[str, float] = {}
    bought: dict[str, None] = {}
    disliked: dict[str, None] = {}
    for event in events:
        meaning = KINDS[event.kind]
        if meaning.disliked:
            disliked[event.product] = None
            added.pop(event.product, None)
            continue
        if event.kind in ("like", "purchase"):
            disliked.pop(event.product, None)
        added[event.product] = max(added.get(event.product, 0.0), meaning.weight)
        if meaning.bought:
            bought[event.product] = None
    left = dict.fromkeys(disliked, 0.0)  # what was liked before it was disliked speaks for it no more
    left |= {event.product: event.left for event in taken}
    return Changes(
        added={product: weight for product, weight in added.items() if product not in disliked},
        left=left,
        bought=tuple(bought),
        unbought=tuple(event.product for event in taken if not event.bought and event.product not in bought),
        disliked=tuple(disliked),
        forgotten=forgotten,
    )


def weight_of(edge: str) -> float:
    """Give the weight of an imported event by its relationship type."""
    return KIND_WEIGHTS.get(edge, 0.0)
