"""How far the reading is: whoever watches opens ``counting``, and the byte source adds to its counter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class ByteCounter:
    """Bytes read from disk so far, before unpacking."""

    done: int = 0


_COUNTER: ContextVar[ByteCounter | None] = ContextVar("bytes_read", default=None)


@contextmanager
def counting() -> Iterator[ByteCounter]:
    """Give a counter to which every byte read inside the ``with`` is added."""
    counter = ByteCounter()
    token = _COUNTER.set(counter)
    try:
        yield counter
    finally:
        _COUNTER.reset(token)


def count_bytes(size: int) -> None:
    """Add ``size`` bytes to the counter, if anybody watches."""
    counter = _COUNTER.get()
    if counter is not None:
        counter.done += size
