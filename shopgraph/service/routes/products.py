"""``GET /api/v1/products/{product}`` and its photo."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import FileResponse, Response

from shopgraph.service.answers import reply, told_beside
from shopgraph.service.context import Service, service_of
from shopgraph.service.errors import ServiceError
from shopgraph.service.photos import photo_file
from shopgraph.service.schemas.common import Id, Language
from shopgraph.service.schemas.products import ProductReply

router = APIRouter(prefix="/api/v1/products", tags=["products"])
ProductId = Annotated[Id, Path(examples=["P0001"])]


@router.get("/{product}", response_model=ProductReply, summary="One product")
async def product(request: Request, product: ProductId, language: Language = Language.EN) -> Response:
    """Give all that the catalogue says of a product."""
    service = service_of(request)
    return await service.work(lambda: _product(service, product, language))


@router.get(
    "/{product}/photo",
    response_class=Response,
    responses={200: {"content": {"image/*": {}}, "description": "The photo."}},
    summary="A product's photo",
)
async def photo(request: Request, product: ProductId) -> Response:
    """Give the photo as its file has it."""
    service = service_of(request)
    loaded = service.models.current
    found = await service.work(lambda: photo_file(service.project, loaded, product))
    if found is None:
        raise ServiceError(404, "This product has no photo here.", code="no_photo")
    file, kind = found
    headers = {"Cache-Control": "private, max-age=3600", **told_beside(loaded, "catalogue")}
    return FileResponse(file, media_type=kind, headers=headers)


def _product(service: Service, product: str, language: Language) -> Response:
    loaded = service.models.current
    card = loaded.cards.card(product, chinese=language is Language.ZH)
    return reply(loaded, "catalogue", {"product": card | loaded.cards.details(product)})
