"""``POST /api/v1/new-products``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.pictures.opening import PictureError
from recommender.newcomers import NewProduct
from shopgraph.chance import known_chances
from shopgraph.new_products import Arrival
from shopgraph.service.answers import item_dict, reply
from shopgraph.service.context import Service, service_of
from shopgraph.service.errors import ServiceError
from shopgraph.service.naming import Naming, naming
from shopgraph.service.routes.audience import members_of, sizes_of
from shopgraph.service.schemas.common import Language
from shopgraph.service.schemas.new_products import NewProductReply, NewProductRequest
from shopgraph.service.state import Loaded
from shopgraph.service.uploads import asked_with_photo, described

router = APIRouter(prefix="/api/v1", tags=["products"])


@router.post(
    "/new-products",
    response_model=NewProductReply,
    openapi_extra=described(NewProductRequest),
    summary="Where a new product would stand",
)
async def new_product(request: Request) -> Response:
    """Look at a product that came after training as if it were in the catalogue, by links, text and photo at once.

    The answer names the products it is like, the customers to whom it would be recommended, and its place for one
    customer or history. A photo comes as base64 in JSON, or as a file of a form. Nothing is stored.
    """
    service = service_of(request)
    body, photo = await asked_with_photo(request, NewProductRequest)
    loaded = service.models.current
    names = await naming(loaded, body.language)
    return await service.work(lambda: _answer(service, loaded, names, body, photo))


def _answer(service: Service, loaded: Loaded, names: Naming, body: NewProductRequest, photo: bytes | None) -> Response:
    arrival = Arrival(_product(body), () if photo is None else (photo,))
    try:
        joined = replace(loaded, recommender=loaded.joining.joined([arrival]))
    except PictureError as error:
        raise ServiceError(422, str(error), code="picture", where="body.photo") from error
    cards, chinese = joined.cards, body.language is Language.ZH
    like = joined.recommender.similar(body.id, k=body.k)
    notes = [*loaded.joining.notes([arrival]), *like.notes]
    members: Sequence[dict[str, object]] = ()
    sizes: Sequence[dict[str, object]] = ()
    if body.limit:
        found = joined.recommender.audience(product=body.id)
        members = members_of(
            service, joined, found, names, body.language, within=body.within, most=body.limit, reasons=body.reasons
        )
        sizes = sizes_of(found)
    content = {
        "similar": [item_dict(own, cards.card(own.product.id, chinese=chinese), names) for own in like.items],
        "item": _for_one(service, joined, names, body),
        "members": members,
        "sizes": sizes,
        "notes": notes,
    }
    return reply(loaded, "newcomer", content)


def _for_one(service: Service, loaded: Loaded, names: Naming, body: NewProductRequest) -> dict[str, object] | None:
    """Give the product for the customer or history asked about."""
    if body.user is None and not body.history:
        return None
    changes = loaded.changes(service.journal, body.user)
    asked: dict[str, Any] = {"user": body.user, "history": body.history or None, "changes": changes}
    item = loaded.recommender.explain(product=body.id, **asked)
    chances = known_chances(loaded.recommender, [body.id], **asked)
    card = loaded.cards.card(body.id, chinese=body.language is Language.ZH)
    return item_dict(item, card, names, body.language, chances=chances)


def _product(body: NewProductRequest) -> NewProduct:
    return NewProduct(
        id=body.id,
        name=body.name,
        name_zh=body.name_zh,
        description=body.description,
        description_zh=body.description_zh,
        brand=body.brand,
        categories=tuple(body.categories),
        price=body.price,
        in_stock=body.in_stock,
        released=body.released,
        attributes=tuple(f"{name}={value}" for name, values in body.attributes.items() for value in values),
        links={relation.upper(): tuple(products) for relation, products in body.links.items()},
    )
