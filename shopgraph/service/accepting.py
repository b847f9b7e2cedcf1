"""Taking new connections one at a time, so that the processes behind one socket share the clients."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from typing import Any

import uvloop

_PAUSE = 0.001
"""Seconds for which a process that took a connection leaves the next ones to the others."""
_RETRY = 1.0
"""Seconds until connections are taken again after the process or the machine had no means for one."""
_WITHOUT_MEANS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

ProtocolFactory = Callable[[], asyncio.BaseProtocol]


class SharingLoop(uvloop.Loop):
    """uvloop's event loop, whose servers on a given socket take one connection at a time.

    By itself a loop that wakes takes all the connections that wait. Of several processes on one socket, the first to
    wake then has all that a client opens at once, and a client that keeps them open is answered by it alone.
    """

    async def create_server(  # type: ignore[override]  # whose overloads differ by version of the types
        self, protocol_factory: ProtocolFactory, *args: Any, sock: socket.socket | None = None, **options: Any
    ) -> asyncio.AbstractServer:
        """Listen on a socket that other processes may share; anything else is left to uvloop."""
        if sock is None or options.get("ssl") is not None:
            return await super().create_server(protocol_factory, *args, sock=sock, **options)
        return OneByOne(self, sock, protocol_factory, backlog=options.get("backlog", 100))


class OneByOne(asyncio.AbstractServer):
    """Takes the connections of one socket, and after each waits a moment for other processes to take theirs.

    Args:
        loop: that runs.
        sock: bound already; listened on from now.
        protocol_factory: gives what answers one connection.
        backlog: connections that may wait.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, sock: socket.socket, protocol_factory: ProtocolFactory, *, backlog: int
    ) -> None:
        self._loop = loop
        self._sock = sock
        self._protocol_factory = protocol_factory
        self._beginning: set[asyncio.Task[None]] = set()
        self._open = True
        sock.setblocking(False)
        sock.listen(backlog)
        self._wait()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Give the loop."""
        return self._loop

    def is_serving(self) -> bool:
        """Tell whether connections are taken."""
        return self._open

    async def start_serving(self) -> None:
        """Do nothing: connections are taken from the beginning."""

    async def serve_forever(self) -> None:
        """Refuse: whoever runs the loop decides for how long."""
        raise NotImplementedError

    def close(self) -> None:
        """Take no more; those that were taken go on."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._sock)

    async def wait_closed(self) -> None:
        """Wait until the connections taken have begun."""
        await asyncio.gather(*self._beginning, return_exceptions=True)

    def _wait(self) -> None:
        if self._open:
            self._loop.add_reader(self._sock, self._take)

    def _take(self) -> None:
        pause = _PAUSE
        try:
            connection, _ = self._sock.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another process took it, or the client left
        except OSError as error:
            if error.errno not in _WITHOUT_MEANS:
                raise
            self._tell("a connection could not be taken; tried again in a second", error)
            pause = _RETRY
        else:
            task = self._loop.create_task(self._begin(connection))
            self._beginning.add(task)
            task.add_done_callback(self._beginning.discard)
        self._loop.remove_reader(self._sock)
        self._loop.call_later(pause, self._wait)

    async def _begin(self, connection: socket.socket) -> None:
        try:
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.connect_accepted_socket(self._protocol_factory, connection)
        except OSError as error:
            connection.close()
            self._tell("a connection ended as it began", error)

    def _tell(self, message: str, error: Exception) -> None:
        self._loop.call_exception_handler({"message": message, "exception": error})
