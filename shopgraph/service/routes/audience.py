"""``POST /api/v1/audience``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.errors import UnknownIdError
from recommender.answers import Reason
from recommender.audience import WITHIN, Audience, Member
from recommender.changes import Changes
from recommender.filters import Filters
from recommender.nothing import why_nothing
from shopgraph.service.answers import reason_dict, reply
from shopgraph.service.context import Service, service_of
from shopgraph.service.errors import ServiceError
from shopgraph.service.schemas.audience import AudienceReply, AudienceRequest
from shopgraph.service.schemas.common import Language
from shopgraph.service.state import Loaded

router = APIRouter(prefix="/api/v1", tags=["audience"])
_MOST = max(WITHIN)
_HEEDED = (
    "Sizes, places, scores and chances are of what the model knew when it was trained.",
    "Reasons heed what came since, and so does who is named: left out is who has bought the product meanwhile, does "
    "not like it, took all back, or was forgotten.",
)


@router.post("/audience", response_model=AudienceReply, summary="Customers for a campaign")
async def audience(request: Request, body: AudienceRequest) -> Response:
    """Give the customers most likely to want a product, or anything of a category, with reasons and sizes."""
    service = service_of(request)
    return await service.work(lambda: _answer(service, body))


def _answer(service: Service, body: AudienceRequest) -> Response:
    if (body.product is None) == (body.category is None):
        raise ServiceError(422, "Give a product or a category, one of the two.", where="body.product")
    loaded = service.models.current
    filters = None if body.category is None else Filters(categories=(body.category,))
    if nothing := why_nothing(loaded.recommender.catalogue, filters):
        raise UnknownIdError(nothing[0])
    found = loaded.recommender.audience(product=body.product, filters=filters)
    notes: list[str] = []
    if body.within > _MOST:
        notes.append(f"Lists are looked at up to place {_MOST}.")
    if found.members:
        notes += _HEEDED
    willing = islice(_willing(service, loaded, found, body), body.limit)
    members = [_member(loaded, one, changes, body) for one, changes in willing]
    content = {
        "members": members,
        "sizes": [
            {"within": most, "customers": size, "expected": found.expected[most] if found.expected else None}
            for most, size in found.sizes.items()
        ],
        "customers": found.customers,
        "notes": notes,
    }
    return reply(loaded, "history", content)


def _willing(
    service: Service, loaded: Loaded, found: Audience, body: AudienceRequest
) -> Iterator[tuple[Member, Changes | None]]:
    """Leave out who was forgotten or took all back since training, has bought the product, or does not like it."""
    for member in found.members:
        if member.rank > body.within:
            return
        changes = loaded.changes(service.journal, member.user)
        unwilling = changes is not None and member.product in (*changes.bought, *changes.disliked)
        if unwilling or (changes is not None and _nothing_left(loaded, member.user, changes)):
            continue
        yield member, changes


def _nothing_left(loaded: Loaded, user: str, changes: Changes) -> bool:
    return changes.forgotten or not len(loaded.recommender.weights(user, changes=changes).items)


def _member(loaded: Loaded, member: Member, changes: Changes | None, body: AudienceRequest) -> dict[str, object]:
    reasons: tuple[Reason, ...] = ()
    if body.reasons:
        why = loaded.recommender.explain(user=member.user, product=member.product, changes=changes)
        reasons = why.reasons[: body.reasons]
    return {
        "user": member.user,
        "product": loaded.cards.card(member.product, chinese=body.language is Language.ZH),
        "rank": member.rank,
        "score": member.score,
        "chance": member.chance,
        "reasons": [reason_dict(reason) for reason in reasons],
    }
