"""Counting in bounded memory: rows of counters by key, the rarest dropped when there are too many."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class LossyCounts(Generic[Key]):
    """Several counters for each key, of the keys that come often.

    Lossy counting (Manku & Motwani, VLDB 2002): when more than ``most`` keys are held, those seen least are dropped
    until half the room is free again. A key that comes regularly is counted too low by at most what had been dropped.

    Args:
        most: keys held at most.
        width: counters of a key; the first is what pruning goes by.
    """

    def __init__(self, *, most: int, width: int = 1) -> None:
        self._most = most
        self._width = width
        self._rows: dict[Key, list[int]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._rows)

    def row(self, key: Key) -> list[int]:
        """Give the counters of a key to add to; those of a new key are zero."""
        row = self._rows.get(key)
        if row is None:
            if len(self._rows) >= self._most:
                self._prune()
            row = self._rows[key] = [0] * self._width
        return row

    def get(self, key: Key, counter: int = 0) -> int:
        """Give one counter, 0 for a key that is not held."""
        row = self._rows.get(key)
        return row[counter] if row is not None else 0

    def items(self) -> Iterator[tuple[Key, list[int]]]:
        """Give all keys with their counters, in the order they were first seen."""
        return iter(self._rows.items())

    def _prune(self) -> None:
        counts = sorted(row[0] for row in self._rows.values())
        least = counts[len(counts) // 2]
        self._rows = {key: row for key, row in self._rows.items() if row[0] > least}
