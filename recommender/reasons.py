"""Reasons: a linear score taken apart exactly into history product, relation and path.

The score of product i for a history h is ``sum_j h_j B[j, i]``. Of each ``B[j, i]`` the filter's part is known
relation by relation. The rest comes from the regression: EASE explains away a common share of all evidence that j and
i have in common, so it is divided over the relations in proportion to that evidence, ``w_r (F_r F_r')[j, i]``. Where
two products have no basket in common the weight comes through others and is called indirect. All parts add up to the
score. The numbers of all recommendations of an answer are worked out together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from recommender.answers import Node, Reason, Step
from recommender.arrays import DoubleArray, IntArray
from recommender.artefact import Artefact
from recommender.evidence import Evidence, Shared
from recommender.paths import INDIRECT, Paths
from recommender.scoring import History

BEHAVIOUR, GRAPH = "behaviour", "graph"
_ROUNDING = 1e-6
"""Share of a weight that is the rounding of its parts, and no way of its own."""


class Explained(NamedTuple):
    """Why a product was recommended.

    Attributes:
        reasons: strongest first.
        shares: of the score, by source: ``behaviour``, ``graph``, or a modality's name; they add up to 1.
    """

    reasons: tuple[Reason, ...]
    shares: Mapping[str, float]


class Teller(Protocol):
    """Says what a part of the model adds to the recommendations of an answer."""

    def scores(self, position: int, most: int | None = None) -> Sequence[float]:
        """Give what each reason adds to the recommendation at a position, the ``most`` strongest at least."""
        ...

    def sources(self, position: int) -> Iterable[tuple[str, float]]:
        """Give what each source adds to it; a source may come twice."""
        ...

    def reason(self, position: int, number: int, score: float, share: float) -> Reason:
        """Name the reason at a place in ``scores``, with the score and share that it is to have."""
        ...


def explained_by(tellers: Sequence[tuple[Teller, float]], position: int, most: int | None) -> Explained:
    """Give reasons and shares of the recommendation at a position, from what each part of the model says of it.

    Args:
        tellers: each with the factor of what it adds.
        position: of the recommendation.
        most: reasons given; None for all.
    """
    sources: dict[str, float] = {}
    found = []
    for teller, factor in tellers:
        for name, value in teller.sources(position):
            sources[name] = sources.get(name, 0.0) + value * factor
        scores = teller.scores(position, most)
        found += [(score * factor, number, teller) for number, score in enumerate(scores) if score]
    found.sort(key=lambda entry: -abs(entry[0]))
    total = sum(sources.values())
    per = 1 / total if total else 0.0
    return Explained(
        tuple(teller.reason(position, number, score, score * per) for score, number, teller in found[:most]),
        {name: value * per for name, value in sources.items()},
    )


class _Parts(NamedTuple):
    """Parts of scores, one entry for each, those of one recommendation together and strongest first.

    Attributes:
        left: position of the product in the history, ``(n,)``.
        right: position of the recommended one, ``(n,)``.
        score: the part, ``(n,)``.
        place: entry of the evidence that it comes from; -1 where it is indirect, ``(n,)``.
    """

    left: IntArray
    right: IntArray
    score: DoubleArray
    place: IntArray


class Told:
    """What the closed form says of the recommendations of an answer; reasons are named when they are asked for.

    Args:
        paths: names nodes.
        kinds: names of the kinds of baskets.
        history: rows of its products.
        items: rows of the recommended products.
        parts: of their scores.
        shared: the evidence.
        strength: of each of its entries.
        did: how much of each part is behaviour, from 0 to 1; the rest is graph.
    """

    def __init__(
        self,
        *,
        paths: Paths,
        kinds: Sequence[str],
        history: IntArray,
        items: Sequence[int],
        parts: _Parts,
        shared: Shared,
        strength: DoubleArray,
        did: DoubleArray,
    ) -> None:
        self._paths, self._kinds, self._history, self._items = paths, kinds, history, items
        self._parts, self._shared, self._strength = parts, shared, strength
        self._pair = shared.left * len(items) + shared.right
        self._bounds: list[int] = np.searchsorted(parts.right, np.arange(len(items) + 1)).tolist()
        self._behaviour = np.bincount(parts.right, parts.score * did, minlength=len(items)).tolist()
        self._graph = np.bincount(parts.right, parts.score * (1 - did), minlength=len(items)).tolist()

    def scores(self, position: int, most: int | None = None) -> list[float]:
        """Give the parts of the score of the recommendation at a position, strongest first."""
        start, stop = self._bounds[position], self._bounds[position + 1]
        found: list[float] = self._parts.score[start : stop if most is None else min(stop, start + most)].tolist()
        return found

    def sources(self, position: int) -> tuple[tuple[str, float], ...]:
        """Give what reasons by interactions and what all others come to.

        Of an indirect reason interactions have the share that they have in the evidence of its two products.
        """
        found = (BEHAVIOUR, self._behaviour[position]), (GRAPH, self._graph[position])
        return tuple((name, value) for name, value in found if value)

    def reason(self, position: int, number: int, score: float, share: float) -> Reason:
        """Name the reason at a place in ``scores``, with the score and share that it is to have."""
        part = self._bounds[position] + number
        j, item, place = int(self._history[self._parts.left[part]]), self._items[position], int(self._parts.place[part])
        node = self._paths.node(j)
        if place < 0:
            return Reason(node, INDIRECT, score, share, self._paths.indirect(item), 0)
        kind, count = int(self._shared.kind[place]), int(self._shared.baskets[place])
        return Reason(node, self._kinds[kind], score, share, self._path(place, j, item), count)

    def way(self, position: int, left: int) -> tuple[tuple[Step, ...], int] | None:
        """Give the path through what a product of the history and a recommended one have in common, by positions.

        It is of the kind that counts most in the closed form, and comes with the number of nodes that lie between the
        two and lead there as well as its own; None where the two have nothing in common.
        """
        pair = left * len(self._items) + position
        start, stop = np.searchsorted(self._pair, (pair, pair + 1)).tolist()
        if start == stop:
            return None
        place = start + int(np.argmax(self._strength[start:stop]))
        return self._path(place, int(self._history[left]), self._items[position]), int(self._shared.baskets[place])

    def _path(self, place: int, j: int, item: int) -> tuple[Step, ...]:
        shared = self._shared
        kind, basket, count = (int(column[place]) for column in (shared.kind, shared.best, shared.baskets))
        if kind == 0:
            did, does = bool(shared.left_wanted[place]), bool(shared.right_wanted[place])
            return self._paths.customers(count, item, did=did, does=does)
        return self._paths.basket(kind, basket, j, item)


class Explainer:
    """Takes scores of one model apart. Its evidence is made ready when the first reason is asked for.

    Args:
        artefact: the model.
    """

    def __init__(self, artefact: Artefact) -> None:
        self._artefact = artefact
        self._paths = Paths(artefact)
        self._kinds = [kind.name for kind in artefact.kinds]

    def node(self, item: int) -> Node:
        """Give the product's node."""
        return self._paths.node(item)

    def explained(self, history: History, items: Sequence[int], *, most: int | None = None) -> list[Explained]:
        """Give reasons and shares of each recommendation; all reasons of one add up to its score.

        Args:
            history: what the score was made of.
            items: rows of the recommended products, each once.
            most: reasons given for each; None for all.
        """
        if not len(items) or not len(history.items):
            return [Explained((), {}) for _ in items]
        told = self.told(history, items)
        return [explained_by([(told, 1.0)], position, most) for position in range(len(items))]

    def told(self, history: History, items: Sequence[int]) -> Told:
        """Take the scores of the recommended products apart; there is at least one, and one in the history."""
        right = np.asarray(items, dtype=np.int64)
        weights = self._weights(history.items, right)
        shared = self._evidence.shared(history.items, right)
        strength = shared.evidence * self._evidence.weights[shared.kind]
        parts = _parts(history, weights, shared, strength)
        return Told(
            paths=self._paths,
            kinds=self._kinds,
            history=history.items,
            items=items,
            parts=parts,
            shared=shared,
            strength=strength,
            did=self._did(parts, shared, history.items, right),
        )

    def _did(self, parts: _Parts, shared: Shared, left: IntArray, right: IntArray) -> DoubleArray:
        """Give how much of each part is behaviour, from 0 to 1, ``(n,)``; the rest is graph.

        The way of an indirect weight is not known, but how it begins and how it ends: what its two products have in
        common with others is by interactions as far as their evidence is.
        """
        did = (self._evidence.did[left[parts.left]] + self._evidence.did[right[parts.right]]) / 2
        direct = parts.place >= 0
        did[direct] = shared.kind[parts.place[direct]] == 0
        return did

    def _weights(self, left: IntArray, right: IntArray) -> DoubleArray:
        """Give the item weights from ``left`` to ``right``, ``(n_left, n_right)``."""
        weights = self._artefact.weights
        slot = np.full(weights.shape[1], -1, dtype=np.int64)
        slot[right] = np.arange(len(right))
        starts, stops = weights.indptr[left].astype(np.int64), weights.indptr[left + 1].astype(np.int64)
        spans = zip(starts.tolist(), stops.tolist(), strict=True)
        at = slot[np.concatenate([weights.indices[start:stop] for start, stop in spans])]
        hit = np.flatnonzero(at >= 0)
        ends = np.cumsum(stops - starts)
        row = np.searchsorted(ends, hit, side="right")
        found = np.zeros((len(left), len(right)))
        found[row, at[hit]] = weights.data[stops[row] - ends[row] + hit]
        return found

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self._artefact)


def _parts(history: History, weights: DoubleArray, shared: Shared, strength: DoubleArray) -> _Parts:
    """Divide the weights over the kinds of baskets, by the strength of each; what is left over is indirect."""
    n_right = weights.shape[1]
    pair = shared.left * n_right + shared.right
    whole = weights.ravel()
    filtered = np.bincount(pair, shared.filtered, minlength=len(whole))
    total = np.bincount(pair, strength, minlength=len(whole))
    ratio = np.divide(whole - filtered, total, out=np.zeros(len(whole)), where=total > 0)
    score = (shared.filtered + ratio[pair] * strength) * (whole[pair] != 0)
    rest = whole - np.bincount(pair, score, minlength=len(whole))
    indirect = np.flatnonzero(np.abs(rest) > _ROUNDING * np.abs(whole))
    direct = np.flatnonzero(score)
    pairs = np.concatenate([pair[direct], indirect])
    place = np.concatenate([direct, np.full(len(indirect), -1)])
    left, right = np.divmod(pairs, n_right)
    scores = np.concatenate([score[direct], rest[indirect]]) * history.weights[left]
    order = np.lexsort((place < 0, left, -np.abs(scores), right))
    return _Parts(left[order], right[order], scores[order], place[order])
