"""From scores to the list that the rules ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from recommender.ranking import best_items
from recommender.rules.caps import Cap, Caps

POOL = 200
"""Products among which diversity chooses; those after them follow in the order of their scores."""


@dataclass(frozen=True, slots=True)
class Order:
    """How to arrange a list.

    Attributes:
        pins: position from 1 -> row of the product to put there.
        caps: to keep to.
        relevance: of maximal marginal relevance; 1 leaves the order of the scores.
        similarity: from rows of products to how alike each two are, ``(n,)`` to ``(n, n)``.
    """

    pins: Mapping[int, int]
    caps: Sequence[Cap]
    relevance: float
    similarity: Callable[[IntArray], FloatArray]


def arrange(scores: DoubleArray, allowed: BoolArray, k: int, order: Order) -> list[int]:
    """Give rows of at most k products, best first.

    Every product is allowed, comes once, and no cap is broken. Pinned products are placed first, those of lower
    positions before others; the rest is filled greedily.

    Args:
        scores: of each product; equal ones rank by row, ``(n_products,)``.
        allowed: products that may be in the list, ``(n_products,)``.
        k: products wanted.
        order: what else to keep to.
    """
    caps = Caps(order.caps, k)
    pinned = {
        position: item
        for position, item in sorted(order.pins.items())
        if position <= k and allowed[item] and caps.admit(item)
    }
    scores = np.where(allowed, scores, -np.inf)
    scores[list(order.pins.values())] = -np.inf  # a pinned product stands at its place and nowhere else
    diverse = order.relevance < 1
    rest = _diverse(scores, list(pinned.values()), order, caps) if diverse else best_first(scores, caps)
    found: list[int] = []
    waiting = list(pinned.items())
    while len(found) < k:
        if waiting and waiting[0][0] == len(found) + 1:
            found.append(waiting.pop(0)[1])
            continue
        item = next(rest, None) if len(found) + len(waiting) < k else None
        if item is None:
            break
        found.append(item)
    return found + [item for _, item in waiting]


def best_first(scores: DoubleArray, caps: Caps) -> Iterator[int]:
    """Take products with a finite score that the caps have room for, best first; no more are sorted than are needed."""
    done, width = 0, 64
    while done < len(scores):
        rows = best_items(scores, width)
        part = rows[done:]
        if not len(part):
            return
        for item in part[caps.room(part)].tolist():
            if caps.admit(item):
                yield item
        done, width = len(rows), width * 8


def _diverse(scores: DoubleArray, chosen: list[int], order: Order, caps: Caps) -> Iterator[int]:
    """Give products by maximal marginal relevance among the best, then the others in the order of their scores."""
    pool = best_items(scores, POOL)
    if len(pool):
        own = scores[pool]
        spread = float(own[0] - own[-1])
        worth = order.relevance * ((own - own[-1]) / spread if spread > 0 else np.ones(len(pool)))
        alike = order.similarity(np.concatenate([pool, np.array(chosen, dtype=np.int64)]))
        nearest = alike[: len(pool), len(pool) :].max(axis=1, initial=0.0)
        for _ in range(len(pool)):
            best = int(np.argmax(worth - (1 - order.relevance) * nearest))
            if worth[best] == -np.inf:
                break
            worth[best] = -np.inf
            if caps.admit(int(pool[best])):
                nearest = np.maximum(nearest, alike[: len(pool), best])
                yield int(pool[best])
    left = scores.copy()
    left[pool] = -np.inf
    yield from best_first(left, caps)
