"""``POST /api/v1/explain``."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from shopgraph.chance import known_chances
from shopgraph.service.answers import item_dict, reply
from shopgraph.service.context import Service, service_of
from shopgraph.service.naming import Naming, naming
from shopgraph.service.schemas.answers import ExplainReply, ExplainRequest
from shopgraph.service.schemas.common import Language
from shopgraph.service.state import Loaded

router = APIRouter(prefix="/api/v1", tags=["recommend"])


@router.post("/explain", response_model=ExplainReply, summary="Why a product is recommended")
async def explain(request: Request, body: ExplainRequest) -> Response:
    """Give a product's rank, score and chance for a customer or a history, and all the reasons of the score."""
    service = service_of(request)
    loaded = service.models.current
    names = await naming(loaded, body.language)
    return await service.work(lambda: _answer(service, loaded, names, body))


def _answer(service: Service, loaded: Loaded, names: Naming, body: ExplainRequest) -> Response:
    changes = loaded.changes(service.journal, body.user)
    item = loaded.recommender.explain(
        product=body.product, user=body.user, history=body.history or None, changes=changes
    )
    chances = known_chances(
        loaded.recommender, [body.product], user=body.user, history=body.history or None, changes=changes
    )
    card = loaded.cards.card(item.product.id, chinese=body.language is Language.ZH)
    told = item_dict(item, card, names, body.language, chances=chances)
    return reply(loaded, "explain", {"item": told, "notes": []})
