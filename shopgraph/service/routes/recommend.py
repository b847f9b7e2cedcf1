"""``POST /api/v1/recommend``."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from shopgraph.chance import known_chances
from shopgraph.service.answers import answer_response, filters_of
from shopgraph.service.context import Service, service_of
from shopgraph.service.naming import Naming, naming, plain_names
from shopgraph.service.schemas.answers import AnswerReply, RecommendRequest
from shopgraph.service.state import Loaded

router = APIRouter(prefix="/api/v1", tags=["recommend"])


@router.post("/recommend", response_model=AnswerReply, summary="Products for a customer")
async def recommend(request: Request, body: RecommendRequest) -> Response:
    """Recommend products to a customer, to whoever has a history, or by words alone.

    With neither, the answer is what is popular. `source` says which way it was found.
    """
    service = service_of(request)
    loaded = service.models.current
    names = await naming(loaded, body.language) if body.reasons else plain_names
    return await service.work(lambda: _answer(service, loaded, names, body))


def _answer(service: Service, loaded: Loaded, names: Naming, body: RecommendRequest) -> Response:
    filters = filters_of(body.filters)
    changes = loaded.changes(service.journal, body.user)
    answer = loaded.recommender.recommend(
        user=body.user,
        history=body.history or None,
        words=body.words,
        k=body.k,
        filters=filters,
        rules=loaded.rules,
        reasons=body.reasons,
        exclude_seen=body.exclude_seen,
        changes=changes,
    )
    chances = None
    if body.chances:
        listed = [item.product.id for item in answer.items]
        chances = known_chances(
            loaded.recommender, listed, user=body.user, history=body.history or None, changes=changes
        )
    return answer_response(loaded, answer, body.language, names, filters=filters, chances=chances)
