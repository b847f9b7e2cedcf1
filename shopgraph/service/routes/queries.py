"""The analysts' query library, and free queries: ``/api/v1/queries`` and ``/api/v1/cypher``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from cypher import QueryAnswer, QueryLibrary, run_free
from cypher.formats import to_csv
from kg.store.protocol import GraphStore
from shopgraph.service.answers import reply
from shopgraph.service.context import service_of
from shopgraph.service.schemas.common import Id
from shopgraph.service.schemas.queries import (
    AnswerFormat,
    CypherRequest,
    QueriesReply,
    QueryReply,
    RowsReply,
    RunRequest,
)

router = APIRouter(prefix="/api/v1", tags=["queries"])
Name = Annotated[Id, Path(examples=["best-sellers"])]
_ROWS: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "Rows, as JSON or as CSV."}}


@router.get("/queries", response_model=QueriesReply, summary="The query library")
async def queries(request: Request) -> Response:
    """Give every query: its question, its parameters, its columns, its Cypher."""
    loaded = service_of(request).models.current
    return reply(loaded, "library", {"queries": [query.as_dict() for query in QueryLibrary.own()]})


@router.get("/queries/{name}", response_model=QueryReply, summary="One query")
async def query(request: Request, name: Name) -> Response:
    """Give one query of the library."""
    loaded = service_of(request).models.current
    return reply(loaded, "library", {"query": QueryLibrary.own().get(name).as_dict()})


@router.post("/queries/{name}/run", response_model=RowsReply, responses=_ROWS, summary="Run a query")
async def run(request: Request, name: Name, body: RunRequest) -> Response:
    """Run a query of the library on the graph."""
    return await _ask(request, body.format, lambda store: QueryLibrary.own().run(store, name, body.params))


@router.post("/cypher", response_model=RowsReply, responses=_ROWS, summary="Run a query of one's own")
async def free(request: Request, body: CypherRequest) -> Response:
    """Run Cypher that only reads, within limits of time and rows."""
    return await _ask(request, body.format, lambda store: run_free(store, body.query, body.params))


async def _ask(request: Request, form: AnswerFormat, run: Callable[[GraphStore], QueryAnswer]) -> Response:
    service = service_of(request)

    def look() -> Response:
        loaded = service.models.current
        answer = run(service.graph.store())
        if form is AnswerFormat.CSV:
            return Response(to_csv(answer), media_type="text/csv; charset=utf-8")
        return reply(loaded, "graph", answer.as_dict())

    return await service.work(look)
