"""From the journal to what the next recommendation heeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from recommender.changes import Changes
from recommender.data import KIND_WEIGHTS
from shopgraph.feedback.events import KINDS
from shopgraph.feedback.journal import Journal

if TYPE_CHECKING:
    from recommender import Recommender
    from shopgraph.project import Project

PURCHASED = "PURCHASED"


def changes_of(journal: Journal, user: str, *, kind_weights: Mapping[str, float] = KIND_WEIGHTS) -> Changes | None:
    """Give what has become known of a customer beside the model; None where nothing has.

    Of what a customer said of a product, the last word counts: a like takes a dislike back, and the other way round.

    Args:
        journal: of feedback.
        user: id of the customer.
        kind_weights: how much each kind of interaction counts in the model's histories, by relationship type.
    """
    events, taken = journal.events(user), journal.taken_back(user)
    forgotten = journal.is_forgotten(user)
    if not (events or taken or forgotten):
        return None
    added: dict[str, float] = {}
    at: dict[str, int] = {}
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
        if meaning.bought:
            bought[event.product] = None
        weight = kind_weights.get(meaning.edge, 0.0)
        if weight > 0:
            added[event.product] = max(added.get(event.product, 0.0), weight)
            at[event.product] = max(at.get(event.product, -1), event.at)
    left = {event.product: _strongest(event.left, kind_weights) for event in taken}
    left |= dict.fromkeys(disliked, 0.0)  # what was liked before it was disliked speaks for it no more
    bought_still = {event.product: PURCHASED in event.left for event in taken}
    return Changes(
        added={product: weight for product, weight in added.items() if product not in disliked},
        at=at,
        left=left,
        bought=tuple(bought),
        unbought=tuple(name for name, still in bought_still.items() if not still and name not in bought),
        disliked=tuple(disliked),
        forgotten=forgotten,
    )


def changes_since_training(project: Project, recommender: Recommender, user: str | None) -> Changes | None:
    """Give what a project's journal knows of a customer beside the model; None where nothing, or nobody is named.

    Raises:
        JournalError: the journal cannot be opened.
    """
    if user is None or not project.journal_file.is_file():
        return None
    with closing(Journal(project.journal_file)) as journal:
        return changes_of(journal, user, kind_weights=recommender.artefact.kind_weights)


def _strongest(edges: Iterable[str], kind_weights: Mapping[str, float]) -> float:
    return max((kind_weights.get(edge, 0.0) for edge in edges), default=0.0)
