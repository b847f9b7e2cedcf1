"""How often somebody may ask: a bucket of tokens for each API key, or for each address where there are no keys."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

_KEPT = 10_000
"""Askers whose buckets are kept; those who have not asked for longest give way, and begin with a full one."""


class TokenBuckets:
    """Each asker's bucket holds ``burst`` tokens and gains ``rate`` a second; a request takes one.

    Args:
        rate: tokens a second; 0 for no limit.
        burst: tokens of a full bucket.
        clock: gives seconds.
    """

    def __init__(self, rate: float, burst: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, float(burst), clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, asker: str) -> float:
        """Take a token; give 0, or the seconds until there is one."""
        if self._rate <= 0:
            return 0.0
        now = self._clock()
        tokens, last = self._buckets.pop(asker, (self._burst, now))
        tokens = min(self._burst, tokens + (now - last) * self._rate)
        enough = tokens >= 1
        self._buckets[asker] = (tokens - 1 if enough else tokens, now)
        if len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
        return 0.0 if enough else (1 - tokens) / self._rate
