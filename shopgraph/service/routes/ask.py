"""``POST /api/v1/ask``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from shopgraph.service.answers import reply
from shopgraph.service.context import Service, service_of
from shopgraph.service.schemas.ask import AskReply, AskRequest
from shopgraph.service.state import Loaded

if TYPE_CHECKING:
    from shopgraph.discovery import ProductSearch

router = APIRouter(prefix="/api/v1", tags=["ask"])


@router.post("/ask", response_model=AskReply, summary="A question in plain English or Chinese")
async def ask(request: Request, body: AskRequest) -> Response:
    """Answer from the graph: products, counts and quotes, with the Cypher that found them.

    What it cannot answer it says, with the nearest that it can.
    """
    service = service_of(request)
    loaded = service.models.current
    search = await loaded.searching.search()
    return await service.work(lambda: _answer(service, loaded, search, body))


def _answer(service: Service, loaded: Loaded, search: ProductSearch, body: AskRequest) -> Response:
    from shopgraph.ask import Asker

    language = None if body.language is None else body.language.value
    asker = Asker(search, service.graph.store())
    changes = loaded.changes(service.journal, body.user)
    answer = asker.ask(
        body.question,
        user=body.user,
        product=body.product,
        language=language,
        changes=changes,
        rules=loaded.rules,
    )
    known = loaded.recommender.catalogue.row_of
    content = {
        "text": answer.text,
        "intent": answer.intent,
        "language": answer.language,
        "items": [
            {"product": loaded.cards.card(one.id, chinese=answer.language == "zh"), "figure": one.figure}
            for one in answer.products
            if one.id in known
        ],
        "count": answer.count,
        "value": answer.value,
        "names": list(answer.names),
        "quotes": [
            asdict(quote) | {"name": loaded.cards.card(quote.product, chinese=answer.language == "zh")["name"]}
            for quote in answer.quotes
            if quote.product in known
        ],
        "cypher": [{"cypher": ran.cypher, "parameters": dict(ran.parameters)} for ran in answer.ran],
        "understood": [asdict(one) for one in answer.understood],
        "corrections": [asdict(one) for one in answer.corrections],
        "unread": list(answer.unread),
        "nearest": list(answer.nearest),
    }
    return reply(loaded, "graph", content)
