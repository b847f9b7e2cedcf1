"""``/api/v1/users/{user}``: what is believed of a customer, from which events, and taking it back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from kg.errors import UnknownIdError
from kg.store.protocol import GraphStore
from recommender.profile import likings
from shopgraph.feedback.history import KnownEvent, known_events, take_back
from shopgraph.forget import forget
from shopgraph.service.answers import node_dict, reply
from shopgraph.service.context import Service, service_of
from shopgraph.service.naming import Naming, naming, plain_names
from shopgraph.service.schemas.common import Id, Language
from shopgraph.service.schemas.users import EventsReply, ForgottenReply, ProfileReply, RemovedReply
from shopgraph.service.state import Loaded

router = APIRouter(prefix="/api/v1/users", tags=["profile"])
UserId = Annotated[Id, Path(examples=["U00001"])]
_INTERESTS = ("Brand", "Category", "Attribute", "Aspect", "Product")


@router.get("/{user}/profile", response_model=ProfileReply, summary="What a customer seems to like")
async def profile(request: Request, user: UserId, language: Language = Language.EN) -> Response:
    """Give brands, categories, attributes and aspects with weights, and the products that say so."""
    service = service_of(request)
    loaded = service.models.current
    names = await naming(loaded, language)
    return await service.work(lambda: _profile(service, loaded, names, user))


@router.get("/{user}/events", response_model=EventsReply, summary="What a customer did")
async def events(request: Request, user: UserId, language: Language = Language.EN) -> Response:
    """Give the events that all that rests on, with their ids, the newest first."""
    service = service_of(request)
    loaded = service.models.current
    names = await naming(loaded, language)

    def look() -> Response:
        found = _events(service, user)
        return reply(loaded, "graph", {"user": user, "events": [_event(event, names) for event in found]})

    return await service.work(look)


@router.delete("/{user}/events/{event}", response_model=RemovedReply, summary="Take one event back")
async def remove_event(request: Request, user: UserId, event: Annotated[Id, Path(examples=["e-1"])]) -> Response:
    """Take an event back: it counts for no recommendation and no training any more, and leaves the graph."""
    service = service_of(request)

    def look() -> Response:
        gone = take_back(service.graph.store(), service.journal, user, event)
        service.graph.flush()
        return reply(service.models.current, "journal", {"removed": _event(gone)})

    return await service.work(look)


@router.delete("/{user}", response_model=ForgottenReply, summary="Forget a customer")
async def remove_user(request: Request, user: UserId) -> Response:
    """Remove every trace of a customer from graph, tables, model, journal and what was made of them.

    Where the shop's own files name the customer, they are left out of every later import. The file of an embedded graph
    is written anew, so that no freed page keeps the id, when the service stops or starts next.
    """
    service = service_of(request)

    def look() -> Response:
        loaded = service.models.current
        _events(service, user)
        removed = forget(service.project, user, store=service.graph.store(), journal=service.journal)
        # the watcher may have taken the lesser model already
        loaded = service.models.reload() if service.models.is_newer() else service.models.current
        return reply(loaded, "forget", {"removed": removed})

    return await service.work(look)


def _events(service: Service, user: str) -> list[KnownEvent]:
    """Give a customer's events.

    Raises:
        UnknownIdError: nobody knows the customer.
    """
    store = service.graph.store()
    found = known_events(store, service.journal, user)
    if not found and not store.query("MATCH (u:User {id: $id}) RETURN u.id", {"id": user}).num_rows:
        raise UnknownIdError(f'There is no customer "{user}".')
    return found


def _profile(service: Service, loaded: Loaded, names: Naming, user: str) -> Response:
    found = _events(service, user)
    changes = loaded.changes(service.journal, user)
    recommender = loaded.recommender
    known = recommender.knows(user) or changes is not None
    likes = likings(recommender.artefact, recommender.weights(user, changes=changes)) if known else []
    content = {
        "user": user,
        "likes": [
            {
                "node": node_dict(liking.node, names),
                "relation": liking.relation,
                "weight": liking.weight,
                "usual": liking.usual,
                "products": list(liking.products),
            }
            for liking in likes
        ],
        "interests": _interests(service.graph.store(), user, names),
        "disliked": list(changes.disliked) if changes is not None else [],
        "events": len(found),
    }
    return reply(loaded, "history", content)


def _interests(store: GraphStore, user: str, names: Naming) -> list[dict[str, object]]:
    found = []
    for label in _INTERESTS:
        rows = store.query(
            f"MATCH (u:User {{id: $id}})-[r:INTERESTED_IN]->(n:`{label}`) "
            "RETURN n.id AS id, n.name AS name, r.score AS score, r.model AS model ORDER BY id",
            {"id": user},
        ).to_pylist()
        for row in rows:
            node = {"label": label, "id": row["id"], "name": names(label, row["id"], row["name"] or row["id"])}
            found.append({"node": node, "score": row["score"], "model": row["model"]})
    return found


def _event(event: KnownEvent, names: Naming = plain_names) -> dict[str, object]:
    at = None if event.at is None else datetime.fromtimestamp(event.at / 1000, UTC).isoformat()
    product = {"label": "Product", "id": event.product, "name": names("Product", event.product, event.name)}
    return {"id": event.id, "product": product, "kind": event.edge, "at": at, "imported": event.imported}
