"""All that is known to have happened between a customer and products: imported events and those of the journal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from kg.errors import UnknownIdError
from kg.schema import INTERACTION_KINDS
from kg.store.protocol import GraphStore
from shopgraph.feedback.events import KINDS, Event
from shopgraph.feedback.journal import Journal, TakenBack


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """One event of a customer.

    Attributes:
        id: of the journal's event, or made from what an imported one says.
        product, name: about what.
        edge: relationship type.
        at: milliseconds since 1970; None where it has no time.
        imported: it came with the shop's files.
    """

    id: str
    product: str
    name: str
    edge: str
    at: int | None
    imported: bool


def known_events(store: GraphStore, journal: Journal, user: str) -> list[KnownEvent]:
    """Give a customer's events, the newest first; what was taken back is not among them."""
    own: dict[tuple[str, str, int | None], Event] = {
        (KINDS[event.kind].edge, event.product, event.at): event for event in journal.events(user)
    }
    gone = {(event.edge, event.product, event.at) for event in journal.taken_back(user)}
    found, seen = list[KnownEvent](), set[tuple[str, str, int | None]]()
    for edge in INTERACTION_KINDS:
        rows = store.query(
            f"MATCH (u:User {{id: $id}})-[r:`{edge}`]->(p:Product) RETURN p.id AS id, p.name AS name, r.at AS at",
            {"id": user},
        ).to_pylist()
        for row in rows:
            at = None if row["at"] is None else _ms(row["at"])
            key = (edge, row["id"], at)
            if key in gone:
                continue
            seen.add(key)
            event = own.get(key)
            name = row["name"] or row["id"]
            found.append(
                KnownEvent(
                    _made_id(user, *key) if event is None else event.id, row["id"], name, edge, at, event is None
                )
            )
    for key, event in own.items():
        if key not in seen:  # the graph has yet to be told
            found.append(KnownEvent(event.id, event.product, event.product, key[0], event.at, False))
    return sorted(found, key=lambda event: (-(event.at or 0), event.product, event.edge))


def take_back(store: GraphStore, journal: Journal, user: str, event_id: str) -> KnownEvent:
    """Take one event back: from the journal, the graph, the next recommendations and the next training.

    Raises:
        UnknownIdError: the customer has no such event.
    """
    events = known_events(store, journal, user)
    chosen = next((event for event in events if event.id == event_id), None)
    if chosen is None:
        raise UnknownIdError(f'The customer has no event "{event_id}". See: GET /api/v1/users/USER/events')
    rest = [event for event in events if event.imported and event.product == chosen.product and event is not chosen]
    left = frozenset(event.edge for event in rest)  # what else the journal holds of the product is heeded anyway
    journal.take_back(
        user, TakenBack(chosen.product, chosen.edge, chosen.at, left), own=None if chosen.imported else chosen.id
    )
    return chosen


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _made_id(user: str, edge: str, product: str, at: int | None) -> str:
    return "g-" + hashlib.sha256(f"{user}\0{edge}\0{product}\0{at}".encode()).hexdigest()[:24]
