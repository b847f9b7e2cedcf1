"""Connections of one socket shared by several event loops, as by the processes of the service."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopgraph.service.accepting import OneByOne, SharingLoop


class Greeter(asyncio.Protocol):
    """Says the name of its server."""

    def __init__(self, name: bytes) -> None:
        self._name = name

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(self._name)  # type: ignore[attr-defined]  # uvloop's are no asyncio.WriteTransport


class Serving:
    """One loop in a thread, with a server on the socket."""

    def __init__(self, sock: socket.socket, name: bytes) -> None:
        self.told: list[str] = []
        self.loop = SharingLoop()
        self.loop.set_exception_handler(lambda _, context: self.told.append(str(context["message"])))
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        making = self.loop.create_server(lambda: Greeter(name), sock=sock, backlog=64)
        self.server = asyncio.run_coroutine_threadsafe(making, self.loop).result(10)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.server.close)
        asyncio.run_coroutine_threadsafe(self.server.wait_closed(), self.loop).result(10)

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


@pytest.fixture
def two(listening: socket.socket) -> Iterator[tuple[Serving, Serving]]:
    one, other = Serving(listening, b"a"), Serving(listening, b"b")
    yield one, other
    one.end()
    other.end()


def greeted(address: tuple[str, int], count: int) -> list[str]:
    """Open connections at once, and read who answers each."""
    clients = [socket.create_connection(address, timeout=10) for _ in range(count)]
    names = [client.recv(1).decode() for client in clients]
    for client in clients:
        client.close()
    return names


def test_connections_opened_at_once_are_shared(listening: socket.socket, two: tuple[Serving, Serving]) -> None:
    assert isinstance(two[0].server, OneByOne)
    names = [name for _ in range(10) for name in greeted(listening.getsockname(), 8)]
    assert 16 <= names.count("a") <= 64


def test_the_other_takes_all_when_one_is_closed(listening: socket.socket, two: tuple[Serving, Serving]) -> None:
    one, _ = two
    assert one.server.is_serving()
    one.close()
    assert not one.server.is_serving()
    assert greeted(listening.getsockname(), 8) == ["b"] * 8


def test_a_busy_one_leaves_them_to_the_other(listening: socket.socket, two: tuple[Serving, Serving]) -> None:
    one, _ = two
    one.loop.call_soon_threadsafe(time.sleep, 0.5)
    time.sleep(0.1)
    assert greeted(listening.getsockname(), 8) == ["b"] * 8


def test_without_means_for_a_connection_it_is_taken_a_little_later(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopgraph.service.accepting._RETRY", 0.05)
    poor = _Poor(listening)
    serving = Serving(poor, b"a")
    try:
        assert greeted(listening.getsockname(), 2) == ["a", "a"]
        assert serving.told == ["a connection could not be taken; tried again in a second"]
    finally:
        serving.end()
        poor.close()


class _Poor(socket.socket):
    """The same socket, which has no file number left at first."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(fileno=socket.dup(sock.fileno()))
        self._left = 1

    def accept(self) -> tuple[socket.socket, object]:
        if self._left:
            self._left -= 1
            raise OSError(errno.EMFILE, "too many open files")
        return super().accept()


def test_addresses_are_left_to_uvloop(tmp_path: Path) -> None:
    serving: list[asyncio.AbstractServer] = []

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        serving.append(await loop.create_server(lambda: Greeter(b"a"), "127.0.0.1", 0))
        serving.append(await loop.create_unix_server(lambda: Greeter(b"a"), tmp_path / "socket"))
        for server in serving:
            server.close()
            await server.wait_closed()

    def run() -> None:
        with asyncio.Runner(loop_factory=SharingLoop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run)  # a loop of its own, beside those that other tests keep
    thread.start()
    thread.join(10)
    assert len(serving) == 2
    assert not any(isinstance(server, OneByOne) for server in serving)
