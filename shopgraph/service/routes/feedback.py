"""``POST /api/v1/feedback``."""

from __future__ import annotations

import secrets
import time

from fastapi import APIRouter, Request
from starlette.responses import Response

from shopgraph.feedback import KINDS, Event
from shopgraph.service.answers import reply
from shopgraph.service.context import Service, service_of
from shopgraph.service.metrics import FEEDBACK
from shopgraph.service.schemas.feedback import FeedbackReply, FeedbackRequest

router = APIRouter(prefix="/api/v1", tags=["feedback"])


@router.post(
    "/feedback",
    response_model=FeedbackReply,
    status_code=201,
    responses={200: {"model": FeedbackReply, "description": "The event was stored before."}},
    summary="What a customer did or said",
)
async def feedback(request: Request, body: FeedbackRequest) -> Response:
    """Store an event durably; the customer's next recommendation heeds it, and the graph has it within a second.

    201 is answered once the event is on disk. With an `id` of its own an event may be sent again: it counts once.
    """
    service = service_of(request)
    return await service.work(lambda: _store(service, body))


def _store(service: Service, body: FeedbackRequest) -> Response:
    loaded = service.models.current
    loaded.cards.card(body.product)  # raises where there is no such product
    at = int((body.at.timestamp() if body.at is not None else time.time()) * 1000)
    event = Event(body.id or f"e-{secrets.token_hex(12)}", body.user, body.product, body.kind, at)
    new = service.journal.add(event, KINDS[event.kind].edge)
    if new:
        FEEDBACK.labels(event.kind.value).inc()
    return reply(loaded, "journal", {"id": event.id, "stored": new}, status=201 if new else 200)
