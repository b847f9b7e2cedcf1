"""Requests that one process hands another, which holds the graph."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from shopgraph.service.app import _answer_inside
from shopgraph.service.handing import hand_over

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run in a thread of its own: a browser of other tests may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result(timeout=60)


@pytest.fixture
def socket() -> Iterator[Path]:
    """A place for a socket: its path may not be long."""
    with TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder) / "graph"


def test_what_was_handed_over_before_the_stop_is_answered(socket: Path) -> None:
    graph = SimpleNamespace(socket=socket, embedded=True, leadership=SimpleNamespace(held=True))
    service: Any = SimpleNamespace(graph=graph, settings=SimpleNamespace(whole_stop_seconds=5))

    async def stopped_meanwhile() -> list[Message]:
        began, finish, stopping = asyncio.Event(), asyncio.Event(), asyncio.Event()
        answered: list[Message] = []

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            began.set()
            await finish.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"all of it"})

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            answered.append(message)

        app: Any = slow
        answering = asyncio.create_task(_answer_inside(app, service, stopping))
        while not socket.exists() and not answering.done():
            await asyncio.sleep(0.01)
        asked: Scope = {"method": "GET", "raw_path": b"/x", "query_string": b"", "headers": [], "request_id": "r"}
        handing = asyncio.create_task(hand_over(socket, asked, receive, send))
        await began.wait()
        stopping.set()
        await asyncio.sleep(0.3)
        assert not answering.done()
        finish.set()
        await asyncio.wait_for(handing, 5)
        await asyncio.wait_for(answering, 5)
        return answered

    start, *rest = run(stopped_meanwhile())
    assert start["status"] == 200
    assert b"".join(message["body"] for message in rest) == b"all of it"


def test_one_that_never_led_stops_at_once(socket: Path) -> None:
    graph = SimpleNamespace(socket=socket, embedded=True, leadership=SimpleNamespace(held=False))
    service: Any = SimpleNamespace(graph=graph, settings=SimpleNamespace(whole_stop_seconds=5))

    async def stopped() -> None:
        stopping, app = asyncio.Event(), SimpleNamespace()
        answering = asyncio.create_task(_answer_inside(app, service, stopping))  # type: ignore[arg-type]
        await asyncio.sleep(0.05)
        stopping.set()
        await asyncio.wait_for(answering, 2)

    run(stopped())
