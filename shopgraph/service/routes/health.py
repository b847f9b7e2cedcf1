"""Whether the service lives, whether it can answer, and its figures."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.errors import ShopgraphError
from shopgraph.service.answers import json_response, reply
from shopgraph.service.context import Service, service_of
from shopgraph.service.metrics import CONTENT_TYPE, exposition
from shopgraph.service.schemas.health import Live, Ready, Reloaded

router = APIRouter(tags=["health"])


@router.get("/health/live", response_model=Live, summary="Does the process live?")
async def live() -> Response:
    """Answer as long as the process does."""
    return json_response({"alive": True})


@router.get("/health/ready", response_model=Ready, responses={503: {"model": Ready}}, summary="Can it answer?")
async def ready(request: Request) -> Response:
    """Say whether a model is loaded and the graph answers; 503 where not. The search may still be on its way."""
    service = service_of(request)
    graph = await service.work(lambda: _graph(service))
    loaded = service.models.current if service.models.loaded else None
    fine = loaded is not None and graph is None
    content = {
        "ready": fine,
        "model": None if loaded is None else loaded.version,
        "graph": graph or "answers",
        "search": None if loaded is None else loaded.searching.told,
    }
    return Response(orjson.dumps(content), 200 if fine else 503, media_type="application/json")


@router.get("/metrics", response_class=Response, summary="Figures for Prometheus")
async def metrics() -> Response:
    """Give the figures of all worker processes in Prometheus's text format."""
    return Response(exposition(), media_type=CONTENT_TYPE)


@router.post("/api/v1/admin/reload", response_model=Reloaded, summary="Load the newest model now")
async def reload(request: Request) -> Response:
    """Load the model that the project holds now; the one in use answers until the new one is whole."""
    service = service_of(request)
    loaded = await service.work(lambda: service.models.reload(force=True))
    return reply(loaded, "reload", {})


def _graph(service: Service) -> str | None:
    """Say what is wrong with the graph; None where it answers."""
    if service.graph.elsewhere:
        there = service.graph.socket is not None and service.graph.socket.exists()
        return None if there else "The process that holds the graph is not there yet."
    try:
        service.graph.store().query("MATCH (n:Product) RETURN n.id LIMIT 1")
    except ShopgraphError as error:
        return str(error)
    return None
