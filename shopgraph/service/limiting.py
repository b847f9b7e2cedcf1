"""How often somebody may ask: a bucket of tokens for each API key, or for each address where there are no keys."""

from __future__ import annotations

import hashlib
import mmap
import struct
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from shopgraph.file_lock import FileLock

_KEPT = 10_000
"""Askers whose buckets are kept; those who have not asked for longest give way, and begin with a full one."""
_SLOT = struct.Struct("=8sdd")
"""Whose bucket it is, its tokens, and when they were counted, seconds; all zero where it is nobody's."""
_SLOTS, _NEAR = 16_384, 8
"""Slots of the file that processes share, and how many of them an asker's bucket may lie in."""


class Buckets(Protocol):
    """Each asker's bucket holds some tokens and gains some a second; a request takes one."""

    def take(self, asker: str) -> float:
        """Take a token; give 0, or the seconds until there is one."""


class TokenBuckets:
    """Buckets of one process.

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
        left, wait = _taken(tokens, now - last, self._rate, self._burst)
        self._buckets[asker] = left, now
        if len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
        return wait


class SharedBuckets:
    """Buckets of all processes of a service, in one file that each has in its memory.

    So an asker has the same rate and burst whichever processes its connections lie on. A slot is found by the hash of
    the asker; where all slots near it are others', that of who has not asked for longest is taken.

    Args:
        path: of the file; made where it is not there.
        rate: tokens a second; 0 for no limit.
        burst: tokens of a full bucket.
        clock: gives seconds, the same to all processes.
    """

    def __init__(self, path: Path, rate: float, burst: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, float(burst), clock
        self._turn = FileLock(path.with_name(f"{path.name}.lock"))
        with self._turn, path.open("a+b") as file:
            file.truncate(_SLOTS * _SLOT.size)
            self._slots = mmap.mmap(file.fileno(), _SLOTS * _SLOT.size)

    def take(self, asker: str) -> float:
        """Take a token; give 0, or the seconds until there is one."""
        if self._rate <= 0:
            return 0.0
        name = hashlib.blake2b(asker.encode(), digest_size=8).digest()
        with self._turn:
            now = self._clock()
            place, tokens, last = self._find(name, now)
            left, wait = _taken(tokens, now - last, self._rate, self._burst)
            _SLOT.pack_into(self._slots, place, name, left, now)
        return wait

    def _find(self, name: bytes, now: float) -> tuple[int, float, float]:
        """Give the place of an asker's bucket, its tokens and when they were counted."""
        first = int.from_bytes(name, "little")
        places = [(first + step) % _SLOTS * _SLOT.size for step in range(_NEAR)]
        found = [(place, *_SLOT.unpack_from(self._slots, place)) for place in places]
        for place, owner, tokens, last in found:
            if owner == name:
                return place, tokens, last
        oldest = min(found, key=lambda slot: slot[3])  # one that is nobody's is older than all
        return oldest[0], self._burst, now


def _taken(tokens: float, seconds: float, rate: float, burst: float) -> tuple[float, float]:
    """Give what is left of a bucket's tokens after some seconds and a request, and the seconds to wait for it."""
    tokens = min(burst, tokens + seconds * rate)
    return (tokens - 1, 0.0) if tokens >= 1 else (tokens, (1 - tokens) / rate)
