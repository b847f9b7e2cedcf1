"""What every request passes: its id, who asks and whether they may, bounds on body and time, figures and the log."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from shopgraph.service.errors import ServiceError, respond
from shopgraph.service.handing import ROUTE, hand_over, needs_graph
from shopgraph.service.keys import Key, Scope, needed_scope
from shopgraph.service.logs import request_id
from shopgraph.service.metrics import REQUESTS, SECONDS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Send
    from starlette.types import Scope as AsgiScope

    from shopgraph.service.context import Service

log = logging.getLogger("shopgraph.service")
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", "testserver"})
_UPLOADS = ("/api/v1/search", "/api/v1/new-products")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class RequestMiddleware:
    """Wraps the application.

    Args:
        app: what it wraps.
        service: whose settings and keys hold.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope.get("admitted"):
            scope["request_id"] = Headers(scope=scope).get("x-request-id", "")
            await self._inside(scope, receive, send)
            return
        started = time.perf_counter()
        headers = Headers(scope=scope)
        own_id = scope["request_id"] = request_id(headers.get("x-request-id"))
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                told = MutableHeaders(scope=message)
                if ROUTE in told:
                    scope["handed_to"] = told[ROUTE]
                    del told[ROUTE]
                told["X-Request-ID"] = own_id
                told["X-Content-Type-Options"] = "nosniff"
                if scope["path"].startswith("/api/") and "cache-control" not in told:
                    told["Cache-Control"] = "no-store"
            await send(message)

        try:
            self._admit(scope, headers)
            async with asyncio.timeout(self._service.settings.seconds):
                bounded, graph = self._bounded(scope, headers, receive), self._service.graph
                if graph.socket is not None and graph.elsewhere and needs_graph(scope["path"]):
                    await hand_over(graph.socket, scope, bounded, answer)
                else:
                    await self._app(scope, bounded, answer)
        except Exception as error:  # noqa: BLE001 - whatever it was, the asker gets an answer
            if isinstance(error, TimeoutError):
                error = ServiceError(
                    504,
                    f"The request took longer than {self._service.settings.seconds:g} s.",
                    hint="Ask for less, or raise [service] seconds.",
                )
            failed = respond(error, own_id)
            if not status:
                await failed(scope, receive, answer)
        finally:
            self._note(scope, status, time.perf_counter() - started)

    async def _inside(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer a request that another process has let in, counts and logs."""
        try:
            await self._app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - as outside
            await respond(error, scope["request_id"])(scope, receive, send)

    def _admit(self, scope: AsgiScope, headers: Headers) -> None:
        """Let the request in, or say why not.

        Raises:
            ServiceError: the key is missing, wrong or not enough, or it asks too often.
        """
        service, needed = self._service, needed_scope(scope["path"])
        key: Key | None = None
        if service.keys.all():
            given = _given_key(headers)
            if given is not None:
                key = service.keys.find(given)
                if key is None:
                    raise ServiceError(401, "The API key is not known.", headers={"WWW-Authenticate": "Bearer"})
            if needed is not None:
                _check_scope(key, needed)
        elif service.settings.open_to_others:
            if needed is not None:  # the last key was taken away from a service that others can reach
                _check_scope(None, needed)
        else:
            _check_local(scope, headers)
        asker = key.name if key is not None else (scope.get("client") or ("",))[0]
        wait = service.buckets.take(asker) if needed is not None else 0.0
        if wait > 0:
            raise ServiceError(
                429,
                "Too many requests.",
                hint=f"Ask again in {wait:.1f} s.",
                headers={"Retry-After": str(max(1, round(wait)))},
            )

    def _bounded(self, scope: AsgiScope, headers: Headers, receive: Receive) -> Receive:
        """Give the body, up to its bound."""
        settings = self._service.settings
        most = settings.upload_bytes if scope["path"].startswith(_UPLOADS) else settings.body_bytes
        told = headers.get("content-length", "")
        if told.isdecimal() and (len(told) > 18 or int(told) > most):
            raise _too_large(most)
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise _too_large(most)
            return message

        return bounded

    def _note(self, scope: AsgiScope, status: int, seconds: float) -> None:
        route = scope.get("handed_to") or getattr(scope.get("route"), "path", None) or "unmatched"
        REQUESTS.labels(scope["method"] if scope["method"] in _METHODS else "other", route, str(status)).inc()
        SECONDS.labels(route).observe(seconds)
        if log.isEnabledFor(logging.INFO):
            fields = {
                "request_id": scope["request_id"],
                "method": scope["method"],
                "route": route,
                "status": status,
                "ms": round(1000 * seconds, 2),
            }
            log.info("request", extra={"fields": fields})


_METHODS = _SAFE | {"POST", "PUT", "PATCH", "DELETE"}


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"The body is longer than {most:,} bytes; see [service] body_bytes and upload_bytes.")


def _given_key(headers: Headers) -> str | None:
    kind, _, word = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and word.strip():
        return word.strip()
    return headers.get("x-api-key")


def _check_scope(key: Key | None, needed: Scope) -> None:
    if key is None:
        raise ServiceError(
            401,
            "This needs an API key.",
            hint="Send it as: Authorization: Bearer KEY. Make one with: shopgraph keys add NAME --scope shop",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if Scope.of(key.scope) < needed:
        raise ServiceError(403, f"This needs a key of the scope {needed.name.lower()}; this one has {key.scope}.")


def _check_local(scope: AsgiScope, headers: Headers) -> None:
    """Without keys only this machine is served, and no page of another site by way of its browser."""
    host = headers.get("host", "")
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    origin = headers.get("origin")
    strange = name not in _LOCAL or (
        origin is not None and scope["method"] not in _SAFE and origin.partition("://")[2] != host
    )
    if strange:
        raise ServiceError(
            403,
            "Without API keys the service answers this machine alone.",
            hint="Ask by http://127.0.0.1, or make a key: shopgraph keys add NAME --scope shop",
        )
