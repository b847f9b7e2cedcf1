"""The one form of an error over HTTP, and which error of shopgraph has which status.

{"error": {"code": "unknown_id", "message": "...", "hint": "...", "where": "body.user", "request_id": "..."}}
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from cypher import UnknownQueryError
from kg.errors import (
    ConfigurationError,
    GraphStoreError,
    InputError,
    MissingExtraError,
    ModelError,
    QueryError,
    ShopgraphError,
    UnknownIdError,
)
from shopgraph.feedback.journal import JournalError
from shopgraph.project import ProjectError

log = logging.getLogger("shopgraph.service")
_PROBLEMS = 5
"""Faults of one request that its answer names."""
_STATUS: tuple[tuple[type[ShopgraphError], int, str], ...] = (
    (UnknownIdError, 404, "unknown_id"),
    (UnknownQueryError, 404, "unknown_query"),
    (QueryError, 400, "query"),
    (GraphStoreError, 503, "graph"),
    (JournalError, 503, "journal"),
    (InputError, 400, "input"),
    (ConfigurationError, 422, "invalid_request"),
    (MissingExtraError, 501, "missing_extra"),
    (ModelError, 503, "model"),
    (ProjectError, 503, "project"),
)
_CODES: Mapping[int, str] = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_request",
    429: "too_many_requests",
    500: "internal",
    503: "unavailable",
    504: "timeout",
}


class ServiceError(ShopgraphError):
    """What a request is refused for.

    Args:
        status: of the answer.
        message: what is wrong.
        code: a word for programs; by default that of the status.
        hint: what to do.
        where: the place in the request, such as ``body.k``.
        headers: to send with the answer.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        hint: str | None = None,
        where: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.hint, self.where = status, message, hint, where
        self.code = code or _CODES.get(status, "error")
        self.headers = dict(headers or {})

    def body(self, request_id: str) -> bytes:
        """Give the answer's body."""
        return error_body(self.code, self.message, hint=self.hint, where=self.where, request_id=request_id)


def error_body(code: str, message: str, *, hint: str | None, where: str | None, request_id: str) -> bytes:
    """Give an error in its form, as JSON."""
    content = {"code": code, "message": message, "hint": hint, "where": where, "request_id": request_id}
    return orjson.dumps({"error": content})


def as_service_error(error: Exception, request_id: str = "") -> ServiceError:
    """Give any exception the form of a refused request; what nobody foresaw says nothing of the inside.

    Args:
        error: that a request ended with.
        request_id: by which the log tells it.
    """
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        detail = error.detail if isinstance(error.detail, str) else "The request cannot be answered."
        headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
        return ServiceError(error.status_code, _MESSAGES.get(error.status_code, detail), headers=headers)
    for kind, status, code in _STATUS:
        if isinstance(error, kind):
            return ServiceError(status, str(error), code=code)
    if isinstance(error, ShopgraphError):
        return ServiceError(400, str(error), code="refused")
    log.error("a request failed", exc_info=error, extra={"fields": {"request_id": request_id}})
    return ServiceError(
        500, "The request could not be answered; this is an error of shopgraph.", hint="The service's log has it."
    )


_MESSAGES = {
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    400: "The body cannot be read as JSON.",
}


def _invalid(error: RequestValidationError) -> ServiceError:
    problems = error.errors()
    places = [".".join(str(step) for step in problem["loc"]) for problem in problems]
    told = [f"{place}: {problem['msg']}" for place, problem in zip(places, problems, strict=True)]
    more = f" (and {len(told) - _PROBLEMS} more)" if len(told) > _PROBLEMS else ""
    return ServiceError(
        422,
        "; ".join(told[:_PROBLEMS]) + more,
        where=places[0] if places else None,
        hint="The fields and their bounds stand in /openapi.json.",
    )


def respond(error: Exception, request_id: str) -> Response:
    """Give the answer to a request that failed."""
    told = as_service_error(error, request_id)
    return Response(told.body(request_id), told.status, told.headers, "application/json")


def add_error_handlers(app: FastAPI) -> None:
    """Answer every failure in the one form."""

    async def handle(request: Request, error: Exception) -> Response:
        return respond(error, request.scope.get("request_id", ""))

    kinds: tuple[Any, ...] = (ShopgraphError, RequestValidationError, HTTPException, Exception)
    for kind in kinds:
        app.add_exception_handler(kind, handle)
