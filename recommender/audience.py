"""Who would want this: the customers for whom a product, or any of a category, stands highest in their own lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from recommender.artefact import Artefact
from recommender.chances import places
from recommender.ranking import hide
from recommender.scoring import HistoryScorer

WITHIN = (5, 10, 20, 50, 100)
"""Lengths of a customer's list at which sizes are counted."""
_BLOCK_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Member:
    """A customer of an audience.

    Attributes:
        user: id of the customer.
        product: id of the product that stands highest of those asked about.
        rank: of that product among all that the customer has not bought, from 1.
        score: the model's.
        chance: that the customer's next purchase is one of those asked about; None where the model has no chances.
    """

    user: str
    product: str
    rank: int
    score: float
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Customers, the surest first.

    Attributes:
        members: by rank, then by score.
        sizes: how many customers have one of the products within so many places of their list.
        customers: that the model knows something of.
        expected: how many of ``sizes`` would buy one of the products if each of them bought one more thing; None where
            the model has no chances.
    """

    members: tuple[Member, ...]
    sizes: Mapping[int, int]
    customers: int
    expected: Mapping[int, float] | None = None


def audience(
    artefact: Artefact,
    scorer: HistoryScorer,
    items: IntArray,
    *,
    allowed: BoolArray,
    within: Sequence[int] = WITHIN,
) -> Audience:
    """Rank customers by the place that products have in their own lists.

    Scores of different customers cannot be compared, places can: a campaign to all who have the product within their
    first ten reaches whom the recommender would show it to anyhow. Who bought a product already is not counted for it.

    Args:
        artefact: the model, with the histories of its customers.
        scorer: its scorer.
        items: rows of the products.
        allowed: products that may stand in a list, ``(n_items,)``.
        within: places to count sizes at; the largest bounds the members.
    """
    if not len(items):
        expected = None if artefact.chances is None else dict.fromkeys(sorted(within), 0.0)
        return Audience((), dict.fromkeys(sorted(within), 0), 0, expected)
    n_users, n_items = artefact.histories.shape
    size = max(1, _BLOCK_BYTES // (4 * n_items))
    table = artefact.chances
    found: list[tuple[IntArray, IntArray, IntArray, FloatArray]] = []
    chances: list[float] = []
    known = 0
    for start in range(0, n_users, size):
        part = slice(start, min(start + size, n_users))
        histories = artefact.histories[part]
        scores = np.asarray(scorer.block(histories), dtype=np.float32)
        told = (np.diff(histories.indptr) > 0) & (scores.max(axis=1, initial=0.0) > 0)
        known += int(told.sum())
        hide(scores, artefact.seen[part])
        scores[:, ~allowed] = -np.inf
        own = scores[:, items]
        best = own.argmax(axis=1)
        highest: FloatArray = own[np.arange(len(own)), best]
        wanted = np.flatnonzero(told & (highest > 0))
        ranks = (scores[wanted] > highest[wanted, None]).sum(axis=1) + 1
        near = ranks <= max(within)
        rows = wanted[near]
        found.append((start + rows, items[best[rows]], ranks[near], highest[rows]))
        if table is not None:
            unseen = own > -np.inf
            chances += [float(table.chances(places(scores[row], items[unseen[row]])).sum()) for row in rows]
    users, products, ranks = (np.concatenate([one[column] for one in found]) for column in range(3))
    scored: DoubleArray = np.concatenate([one[3] for one in found]).astype(np.float64)
    order = np.lexsort((users, -scored, ranks))
    who, what = artefact.users.to_pylist(), artefact.items["id"].to_pylist()
    likely = [None] * len(order) if table is None else [min(chance, 1.0) for chance in chances]
    members = tuple(
        Member(who[users[at]], what[products[at]], int(ranks[at]), float(scored[at]), likely[at]) for at in order
    )
    sizes = {most: int((ranks <= most).sum()) for most in sorted(within)}
    expected = {most: float(sum(one.chance or 0.0 for one in members if one.rank <= most)) for most in sizes}
    return Audience(members, sizes, known, None if table is None else expected)
