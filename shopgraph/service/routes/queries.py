"""The analysts' query library, and free queries: ``/api/v1/queries`` and ``/api/v1/cypher``."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from cypher import QueryAnswer, QueryLibrary, run_free
from cypher.formats import to_csv
from kg.limits import limit
from kg.store.protocol import GraphStore, QueryLimits
from shopgraph.service.answers import MODEL, SOURCE, reply, table_reply
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
_SHARE = 0.9
"""Part of a request's time that its query may take, so that it is the query that says what took too long."""
_LEAST = 0.1
"""Seconds that a query has which waited long for its turn."""
_HEADERS = {
    MODEL: {"schema": {"type": "string"}, "description": "Version of the model, where the answer is CSV."},
    SOURCE: {"schema": {"type": "string"}, "description": "The way the answer was found, where it is CSV."},
}
_ROWS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "Rows, as JSON or as CSV.", "headers": _HEADERS}
}


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
    return await _ask(
        request, body.format, lambda store, most: QueryLibrary.own().run(store, name, body.params, limits=most)
    )


@router.post("/cypher", response_model=RowsReply, responses=_ROWS, summary="Run a query of one's own")
async def free(request: Request, body: CypherRequest) -> Response:
    """Run Cypher that only reads, within limits of time and rows."""
    return await _ask(request, body.format, lambda store, most: run_free(store, body.query, body.params, limits=most))


async def _ask(request: Request, form: AnswerFormat, run: Callable[[GraphStore, QueryLimits], QueryAnswer]) -> Response:
    service = service_of(request)
    end = time.monotonic() + _SHARE * service.settings.seconds

    def look() -> Response:
        loaded = service.models.current
        left = max(_LEAST, end - time.monotonic())
        most = replace(QueryLimits.usual(), seconds=min(left, limit("query_seconds")))
        answer = run(service.graph.store(), most)
        if form is AnswerFormat.CSV:
            return table_reply(loaded, "graph", to_csv(answer))
        return reply(loaded, "graph", answer.as_dict())

    return await service.queries(look)
