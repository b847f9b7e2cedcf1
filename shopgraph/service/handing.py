"""Handing a request to the process that holds the embedded graph, and its answer back, over a socket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import h11
import uvicorn

from shopgraph.service.errors import ServiceError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROUTE = "x-shopgraph-route"
"""Header by which the leading process says which route answered."""
_NEEDING = ("/api/v1/graph/", "/api/v1/users/", "/api/v1/queries", "/api/v1/cypher", "/api/v1/ask", "/api/v1/report")
_READ = 65_536
_HOP = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"te", b"upgrade", b"host"})


def needs_graph(path: str) -> bool:
    """Tell whether requests to an address need the graph."""
    return path.startswith(_NEEDING)


async def hand_over(socket: Path, scope: Scope, receive: Receive, send: Send) -> None:
    """Have the leading process answer a request.

    Raises:
        ServiceError: there is none at the moment.
    """
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False) and message["type"] == "http.request"
    try:
        reader, writer = await asyncio.open_unix_connection(str(socket))
    except OSError as error:
        raise ServiceError(
            503, "The process that holds the graph is not there yet.", code="graph", headers={"Retry-After": "1"}
        ) from error
    try:
        connection = h11.Connection(h11.CLIENT)
        target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        headers = [(name, value) for name, value in scope["headers"] if name not in _HOP | {b"content-length"}]
        headers += [
            (b"host", b"graph"),
            (b"content-length", str(len(body)).encode()),
            (b"x-request-id", scope["request_id"].encode()),
            (b"connection", b"close"),
        ]
        request = h11.Request(method=scope["method"], target=target, headers=headers)
        for event in (request, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(connection.send(event) or b"")
        await writer.drain()
        await _hand_back(connection, reader, send)
    except (OSError, h11.ProtocolError) as error:
        raise ServiceError(503, "The process that holds the graph went away.", code="graph") from error
    finally:
        writer.close()


async def _hand_back(connection: h11.Connection, reader: asyncio.StreamReader, send: Send) -> None:
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_READ))
        elif isinstance(event, h11.Response):
            headers = [(name, value) for name, value in event.headers if name not in _HOP | {b"x-request-id", b"date"}]
            await send({"type": "http.response.start", "status": event.status_code, "headers": headers})
        elif isinstance(event, h11.Data):
            await send({"type": "http.response.body", "body": bytes(event.data), "more_body": True})
        elif isinstance(event, h11.EndOfMessage):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        elif isinstance(event, h11.ConnectionClosed):
            raise ServiceError(503, "The process that holds the graph went away.", code="graph")


class Inside:
    """The application for requests that another process of the service has let in already.

    Args:
        app: of the service.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer without asking for a key again, and say by which route."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", None) or "unmatched"
                message["headers"] = [*message["headers"], (ROUTE.encode(), route.encode())]
            await send(message)

        scope["admitted"] = True
        await self._app(scope, receive, answer)


class InsideServer(uvicorn.Server):
    """Answers on the socket; signals are for the server of the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def inside_server(app: ASGIApp, socket: Path, *, stop_seconds: int) -> InsideServer:
    """Give the server on the socket, to be run in the loop of the process that leads.

    Args:
        app: of the service.
        socket: where it answers.
        stop_seconds: that requests which run when it stops may still take.
    """
    socket.unlink(missing_ok=True)
    return InsideServer(
        uvicorn.Config(
            Inside(app),
            uds=str(socket),
            lifespan="off",
            log_config=None,
            access_log=False,
            workers=1,
            timeout_graceful_shutdown=stop_seconds,
        )
    )
