"""``POST /api/v1/similar``."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from shopgraph.service.answers import answer_response, filters_of
from shopgraph.service.context import Service, service_of
from shopgraph.service.naming import Naming, naming, plain_names
from shopgraph.service.schemas.answers import AnswerReply, SimilarRequest
from shopgraph.service.state import Loaded

router = APIRouter(prefix="/api/v1", tags=["recommend"])


@router.post("/similar", response_model=AnswerReply, summary="Products like a product")
async def similar(request: Request, body: SimilarRequest) -> Response:
    """Give products like one: by behaviour and relations, or by words where nothing else is known of it."""
    service = service_of(request)
    loaded = service.models.current
    names = await naming(loaded, body.language) if body.reasons else plain_names
    return await service.work(lambda: _answer(service, loaded, names, body))


def _answer(service: Service, loaded: Loaded, names: Naming, body: SimilarRequest) -> Response:
    filters = filters_of(body.filters)
    answer = loaded.recommender.similar(
        body.product, k=body.k, filters=filters, rules=loaded.rules, reasons=body.reasons
    )
    return answer_response(loaded, answer, body.language, names, filters=filters)
