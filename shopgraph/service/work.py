"""Where answers are worked out: some threads beside the one that talks to the network, and a bound on what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from shopgraph.service.errors import ServiceError

Result = TypeVar("Result")
_THREADS = 4
QUERY_THREADS = 2
"""Queries of analysts that run at a time: a share of their own, for each may take as long as a request may."""


class Work:
    """Runs functions in threads.

    Args:
        waiting: calls that may wait or run; more are refused.
        threads: calls that run at a time.
    """

    def __init__(self, *, waiting: int, threads: int = _THREADS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="answer")
        self._most, self._now = waiting, 0

    async def __call__(self, do: Callable[[], Result]) -> Result:
        """Run ``do`` and give what it gives.

        A caller that is given up goes away at once; a call that runs then goes on to its end, one that waits does not
        begin.

        Raises:
            ServiceError: too much waits already.
        """
        if self._now >= self._most:
            raise ServiceError(
                503,
                "The service has more to do than it can.",
                code="busy",
                hint="Ask again in a second.",
                headers={"Retry-After": "1"},
            )
        loop = asyncio.get_running_loop()
        self._now += 1
        future = self._pool.submit(do)
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._done) if not loop.is_closed() else None)
        return await asyncio.wrap_future(future)

    def _done(self) -> None:
        self._now -= 1

    def close(self) -> None:
        """Let what runs finish, and begin nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)
