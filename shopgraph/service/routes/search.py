"""``POST /api/v1/search``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.pictures.opening import PictureError
from shopgraph.service.answers import filters_of, reply
from shopgraph.service.context import Service, service_of
from shopgraph.service.errors import ServiceError
from shopgraph.service.schemas.common import Language
from shopgraph.service.schemas.search import SearchReply, SearchRequest
from shopgraph.service.state import Loaded
from shopgraph.service.uploads import asked_with_photo, described

if TYPE_CHECKING:
    from shopgraph.discovery import ProductSearch

router = APIRouter(prefix="/api/v1", tags=["search"])


@router.post(
    "/search",
    response_model=SearchReply,
    openapi_extra=described(SearchRequest),
    summary="Products by words, by a photo, or by both",
)
async def search(request: Request) -> Response:
    """Find products; names, prices and what is not wanted are understood, misspellings forgiven.

    A photo comes as base64 in JSON, or as a file of a form.
    """
    service = service_of(request)
    body, photo = await asked_with_photo(request, SearchRequest)
    if body.words is None and photo is None:
        raise ServiceError(422, "Give words, or a photo.", where="body.words")
    loaded = service.models.current
    opened = await loaded.searching.search()
    return await service.work(lambda: _answer(service, loaded, opened, body, photo))


def _answer(
    service: Service, loaded: Loaded, opened: ProductSearch, body: SearchRequest, photo: bytes | None
) -> Response:
    try:
        answer = opened.search(
            body.words,
            photo=photo,
            user=body.user,
            history=body.history or None,
            changes=loaded.changes(service.journal, body.user),
            filters=filters_of(body.filters),
            rules=loaded.rules,
            k=body.k,
            offset=body.offset,
            language=None if body.language is None else body.language.value,
        )
    except PictureError as error:
        raise ServiceError(422, str(error), code="picture", where="body.photo") from error
    chinese = answer.language == Language.ZH.value
    content = {
        "items": [
            {
                "rank": hit.rank,
                "product": loaded.cards.card(hit.product.id, chinese=chinese),
                "score": hit.score,
                "missing": list(hit.missing),
            }
            for hit in answer.items
        ],
        "total": answer.total,
        "facets": [asdict(facet) for facet in answer.facets],
        "query": answer.query,
        "corrections": [asdict(correction) for correction in answer.corrections],
        "understood": [asdict(one) for one in answer.understood],
        "notes": list(answer.notes),
        "language": answer.language,
    }
    return reply(loaded, "+".join(answer.source) or "words", content)
