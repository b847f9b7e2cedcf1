"""Caps: how many products of an answer may belong to one group, such as a category, a brand or the bestsellers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from recommender.arrays import BoolArray, IntArray

_ROUNDING = 1e-9
"""Three tenths of ten are three, whatever the floating point says."""


class Cap(NamedTuple):
    """One cap; a product may belong to several of its groups.

    Attributes:
        indptr: where the groups of each product begin in ``groups``, ``(n_products + 1,)``.
        groups: numbers of groups.
        share: of the products asked for, that one group may take.
        least: products that one group may take whatever the share.
    """

    indptr: IntArray
    groups: IntArray
    share: float
    least: int

    @classmethod
    def of(cls, group: IntArray, *, share: float, least: int) -> Cap:
        """Make a cap of products that belong to one group each, or to none (-1), ``(n_products,)``."""
        own = group >= 0
        return cls(np.concatenate([[0], np.cumsum(own)]).astype(np.int64), group[own], share, least)

    def limit(self, k: int) -> int:
        """Give how many of k products one group may take."""
        return max(self.least, math.floor(self.share * k + _ROUNDING))


class Caps:
    """Counts what an answer holds of each group.

    Args:
        caps: what to keep to.
        k: products asked for.
    """

    def __init__(self, caps: Sequence[Cap], k: int) -> None:
        self._caps = caps
        self._limits = [cap.limit(k) for cap in caps]
        self._counts = [np.zeros(int(cap.groups.max(initial=-1)) + 1, dtype=np.int64) for cap in caps]

    def admit(self, item: int) -> bool:
        """Take a product into the answer if every cap has room for it; say whether it was taken."""
        own = [cap.groups[cap.indptr[item] : cap.indptr[item + 1]] for cap in self._caps]
        for groups, counts, limit in zip(own, self._counts, self._limits, strict=True):
            if (counts[groups] >= limit).any():
                return False
        for groups, counts in zip(own, self._counts, strict=True):
            counts[groups] += 1  # a product names each of its groups once
        return True

    def room(self, items: IntArray) -> BoolArray:
        """Say of each of some products whether it would be taken now, ``(n,)``."""
        free = np.ones(len(items), dtype=np.bool_)
        for cap, counts, limit in zip(self._caps, self._counts, self._limits, strict=True):
            full = np.concatenate([[0], np.cumsum(counts[cap.groups] >= limit)])
            free &= full[cap.indptr[items + 1]] == full[cap.indptr[items]]
        return free
