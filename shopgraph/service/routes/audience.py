"""``POST /api/v1/audience``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.errors import UnknownIdError
from recommender import Recommender
from recommender.answers import Reason
from recommender.audience import WITHIN, Audience, Member
from recommender.changes import Changes
from recommender.filters import Filters
from recommender.nothing import why_nothing
from shopgraph.service.answers import reason_dict, reply
from shopgraph.service.context import Service, service_of
from shopgraph.service.errors import ServiceError
from shopgraph.service.naming import Naming, naming, plain_names
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
    if (body.product is None) == (body.category is None):
        raise ServiceError(422, "Give a product or a category, one of the two.", where="body.product")
    loaded = service.models.current
    names = await naming(loaded, body.language) if body.reasons else plain_names
    return await service.work(lambda: _answer(service, loaded, names, body))


def _answer(service: Service, loaded: Loaded, names: Naming, body: AudienceRequest) -> Response:
    filters = None if body.category is None else Filters(categories=(body.category,))
    if nothing := why_nothing(loaded.recommender.catalogue, filters):
        raise UnknownIdError(nothing[0])
    found = loaded.recommender.audience(product=body.product, filters=filters)
    notes: list[str] = []
    if body.within > _MOST:
        notes.append(f"Lists are looked at up to place {_MOST}.")
    if found.members:
        notes += _HEEDED
    members = members_of(
        service,
        loaded,
        found,
        names,
        body.language,
        within=body.within,
        most=body.limit,
        reasons=body.reasons,
    )
    content = {"members": members, "sizes": sizes_of(found), "customers": found.customers, "notes": notes}
    return reply(loaded, "history", content)


def sizes_of(found: Audience) -> list[dict[str, object]]:
    """Give how many customers an audience reaches, and how many of them would buy."""
    return [
        {"within": most, "customers": size, "expected": found.expected[most] if found.expected else None}
        for most, size in found.sizes.items()
    ]


def members_of(
    service: Service,
    loaded: Loaded,
    found: Audience,
    names: Naming,
    language: Language,
    *,
    within: int,
    most: int,
    reasons: int,
) -> list[dict[str, object]]:
    """Name the customers of an audience, each with reasons in a language.

    Args:
        service: whose journal says what came since.
        loaded: the model that found the audience.
        found: the audience.
        names: of nodes.
        language: of names and sentences.
        within: only customers who have the product within so many places of their list.
        most: customers wanted.
        reasons: for each.
    """
    members = []
    for member, changes in islice(_willing(service, loaded, found, within), most):
        why: tuple[Reason, ...] = ()
        if reasons:
            told = loaded.recommender.explain(user=member.user, product=member.product, changes=changes)
            why = told.reasons[:reasons]
        members.append(
            {
                "user": member.user,
                "product": loaded.cards.card(member.product, chinese=language is Language.ZH),
                "rank": member.rank,
                "score": member.score,
                "chance": member.chance,
                "reasons": [reason_dict(reason, names, language) for reason in why],
            }
        )
    return members


def _willing(service: Service, loaded: Loaded, found: Audience, within: int) -> Iterator[tuple[Member, Changes | None]]:
    """Leave out who was forgotten or took all back since training, has bought the product, or does not like it."""
    for member in found.members:
        if member.rank > within:
            return
        changes = loaded.changes(service.journal, member.user)
        unwilling = changes is not None and member.product in (*changes.bought, *changes.disliked)
        if unwilling or (changes is not None and _nothing_left(loaded.recommender, member.user, changes)):
            continue
        yield member, changes


def _nothing_left(recommender: Recommender, user: str, changes: Changes) -> bool:
    return changes.forgotten or not len(recommender.weights(user, changes=changes).items)
