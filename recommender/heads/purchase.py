"""Learns the chance of a purchase from customers whose purchases were kept apart.

The scores of a model that was trained without these purchases are turned into chances by isotonic regression
(Zadrozny & Elkan, "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002): of all
that never fall while the score rises, the chances that fit best. What they go by is chosen on one half of the customers
after learning on the other: the place in the customer's list, or the height of the score over the list's best. Then it
is learned on all.

Where several purchases of a customer were kept apart, each is the next one with the same chance. In the end the table
is moved by what the model gains from knowing all of train (``recommender.heads.growth``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from recommender.arrays import BoolArray, Csr, DoubleArray, FloatArray, IntArray
from recommender.artefact import Artefact
from recommender.baskets import all_baskets
from recommender.chances import WAYS, ChanceTable, Places, places, position
from recommender.data import TrainingData
from recommender.heads.growth import ENOUGH, Part, grown
from recommender.models import Resources, model
from recommender.models.popularity import Popularity
from recommender.ranking import hide
from recommender.scoring import HistoryScorer, JoinedScorer, LinearScorer

_HEAD = 200
"""Places of a list that are all looked at; of what comes after, as many are drawn and stand for the rest."""
_PURCHASES = 12.0
"""That a knot of the table rests on at least."""
_KNOTS = 60
_FEWEST = 50
"""Customers below which nothing is learned."""
_MOST = 6_000
_BLOCK = 256


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Pairs of customers and products.

    Attributes:
        places: of the products in their customers' lists, ``(n,)``.
        bought: share of the customer's purchases that were this one, ``(n,)``.
        weights: how many pairs each stands for, ``(n,)``.
        customers: number of each one's customer, ``(n,)``.
    """

    places: Places
    bought: DoubleArray
    weights: DoubleArray
    customers: IntArray

    def only(self, kept: BoolArray) -> Examples:
        """Give some of the pairs, ``(n,)``."""
        own = Places(self.places.ranks[kept], self.places.heights[kept])
        return Examples(own, self.bought[kept], self.weights[kept], self.customers[kept])


def with_chances(
    artefact: Artefact,
    judged: HistoryScorer | None,
    rest: TrainingData,
    held: Csr,
    *,
    part: Part,
    resources: Resources,
    seed: int,
) -> Artefact:
    """Give the model with its table of chances, where enough customers can judge.

    What the model gains by knowing all of train is seen on item weights alone, also for a model with vectors: training
    its network once more would take as long as all the rest.

    Args:
        artefact: the model.
        judged: scorer of the same model, trained on ``rest``; None for item weights alone, which are fitted here.
        rest: train without what was kept apart.
        held: what was kept apart, ``(n_users, n_items)``.
        part: takes a further part from ``rest``, as ``held`` was taken from train.
        resources: for fitting.
        seed: of what is drawn.
    """
    users = _judges(rest.interactions, held)
    if len(users) < _FEWEST or artefact.model == Popularity.name or (judged is None and artefact.parts):
        return artefact

    def fitted(data: TrainingData) -> LinearScorer:
        return LinearScorer(model(artefact.model).fit(all_baskets(data), artefact.parameters, resources))

    closed = _closed(judged) or fitted(rest)
    table, surprises = learn_chances(judged or closed, rest.interactions, rest.seen, held, seed=seed)
    less, further = part(rest)
    if min(len(users), len(_judges(less.interactions, further))) >= ENOUGH:
        ways, own = (table.way,), rest.interactions
        more = table if judged is None else learn_chances(closed, own, rest.seen, held, seed=seed, ways=ways)[0]
        before = learn_chances(fitted(less), less.interactions, less.seen, further, seed=seed, ways=ways)[0]
        table = grown(table, before, more)
    told = {"way": table.way, **{f"surprise by {way}": own for way, own in surprises.items()}}
    return replace(artefact, chances=table, metrics={**artefact.metrics, "chances": told})


def learn_chances(
    scorer: HistoryScorer, histories: Csr, seen: Csr, held: Csr, *, seed: int = 0, ways: Sequence[str] = WAYS
) -> tuple[ChanceTable, dict[str, float]]:
    """Learn the table.

    Args:
        scorer: of a model that knows nothing of ``held``.
        histories: of customers, without what was kept apart, ``(n_users, n_items)``.
        seen: what is not recommended again, ``(n_users, n_items)``.
        held: what was kept apart, ``(n_users, n_items)``.
        seed: of what is drawn.
        ways: to choose from.

    Returns:
        The table, and each way's surprise at half of the customers (see ``surprise``).
    """
    rng = np.random.default_rng(seed)
    users = _judges(histories, held)
    if len(users) > _MOST:
        users = np.sort(rng.choice(users, _MOST, replace=False))
    found = examples(scorer, histories[users], seen[users], held[users], rng)
    first = rng.random(len(users))[found.customers] < 0.5
    one, other = found.only(first), found.only(~first)
    surprises = {way: surprise(_table(way, one), other) for way in ways}
    return _table(min(ways, key=lambda way: surprises[way]), found), surprises


def examples(scorer: HistoryScorer, histories: Csr, seen: Csr, held: Csr, rng: np.random.Generator) -> Examples:
    """Look at the head of each list, at what was bought, and at as many of the rest, which stand for all of it."""
    parts: list[tuple[DoubleArray, ...]] = []
    for start in range(0, histories.shape[0], _BLOCK):
        block = slice(start, start + _BLOCK)
        scores = np.asarray(scorer.block(histories[block]), dtype=np.float32)
        hide(scores, seen[block])
        for customer, row in enumerate(scores, start=start):
            own = held.indices[held.indptr[customer] : held.indptr[customer + 1]].astype(np.int64)
            ranks, heights, bought, weights = _pairs(row, own, rng)
            parts.append((ranks, heights, bought, weights, np.full(len(ranks), float(customer))))
    ranks, heights, bought, weights, customers = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Examples(Places(ranks, heights), bought, weights, customers.astype(np.int64))


def surprise(table: ChanceTable, found: Examples) -> float:
    """Give the log loss over all of a customer's products, nats, mean over customers."""
    chance = np.clip(table.chances(found.places), 1e-12, 1 - 1e-12)
    loss = found.bought * np.log(chance) + (1 - found.bought) * np.log1p(-chance)
    return float(-(found.weights * loss).sum() / max(len(np.unique(found.customers)), 1))


def isotonic(at: DoubleArray, bought: DoubleArray, weights: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Give knots and the chances at them, both ascending, ``(n_knots,)``.

    In the order of ``at``, pairs are put together until each group rests on enough purchases; then groups are joined
    whose chance would fall.
    """
    from scipy.optimize import isotonic_regression

    order = np.argsort(at, kind="stable")
    at, weights, hits = at[order], weights[order], (bought * weights)[order]
    total = np.cumsum(hits)
    groups = max(1.0, min(float(_KNOTS), np.floor(total[-1] / _PURCHASES)))
    group = np.minimum(np.floor(total / total[-1] * groups + 1e-9), groups - 1).astype(np.int64)
    starts = np.append(True, at[1:] != at[:-1])
    group = np.maximum.accumulate(np.where(starts, group, 0))  # what stands equally high stays together
    _, group = np.unique(group, return_inverse=True)
    count = np.bincount(group, weights)
    chance = isotonic_regression(np.bincount(group, hits) / count, weights=count).x
    return np.bincount(group, at * weights) / count, np.maximum(chance, 0.5 / weights.sum())  # nothing is impossible


def _table(way: str, found: Examples) -> ChanceTable:
    knots, values = isotonic(position(way, found.places), found.bought, found.weights)
    return ChanceTable(way, knots, values, len(np.unique(found.customers)))


def _closed(judged: HistoryScorer | None) -> LinearScorer | None:
    """Give the item weights among what was judged, where there are any."""
    parts = [part for part, _ in judged.parts] if isinstance(judged, JoinedScorer) else [judged]
    return next((part for part in parts if isinstance(part, LinearScorer)), None)


def _judges(histories: Csr, held: Csr) -> IntArray:
    return np.flatnonzero((np.diff(held.indptr) > 0) & (np.diff(histories.indptr) > 0)).astype(np.int64)


def _pairs(scores: FloatArray, held: IntArray, rng: np.random.Generator) -> tuple[DoubleArray, ...]:
    """Give ranks, heights, shares bought and weights of one customer's pairs."""
    there = np.flatnonzero(scores > -np.inf)
    chosen = np.zeros(len(scores), dtype=np.bool_)
    head = min(_HEAD, len(there))
    chosen[np.argpartition(-scores, head - 1)[:head]] = True
    chosen[held] = True
    rest = there[~chosen[there]]
    drawn = rest if len(rest) <= _HEAD else rng.choice(rest, _HEAD, replace=False)
    first = np.flatnonzero(chosen & (scores > -np.inf))
    items = np.concatenate([first, drawn])
    weights = np.repeat([1.0, len(rest) / max(len(drawn), 1)], [len(first), len(drawn)])
    own = places(scores, items)
    return own.ranks, own.heights, np.isin(items, held) / len(held), weights
