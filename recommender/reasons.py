"""Reasons: a linear score taken apart exactly into history product, relation and path.

The score of product i for a history h is ``sum_j h_j B[j, i]``. Of each ``B[j, i]`` the filter's part is known
relation by relation. The rest comes from the regression: EASE explains away a common share of all evidence that j and
i have in common, so it is divided over the relations in proportion to that evidence, ``w_r (F_r F_r')[j, i]``. Where
two products have no basket in common the weight comes through others and is called indirect. All parts add up to the
score. The numbers of all recommendations of an answer are worked out together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np

from recommender.answers import Node, Reason, Step
from recommender.arrays import DoubleArray, IntArray
from recommender.artefact import Artefact
from recommender.evidence import Evidence, Shared
from recommender.paths import INDIRECT, Paths
from recommender.scoring import History

_ROUNDING = 1e-6
"""Share of a weight that is the rounding of its parts, and no way of its own."""


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


class Way(NamedTuple):
    """A path between two products, and how many nodes lie between them that lead there as well as its own."""

    path: tuple[Step, ...]
    nodes: int


class Told(NamedTuple):
    """Reasons of one recommendation.

    Attributes:
        reasons: strongest first.
        behaviour: what all reasons by interactions come to, those not given among them, and of indirect ones the share
            that interactions have in the evidence of the two products.
        graph: what all others come to.
        way: gives the path through what the product at a position of the history and the recommended one have in
            common, of the kind that counts most in the closed form; None where they have nothing.
    """

    reasons: tuple[Reason, ...]
    behaviour: float
    graph: float
    way: Callable[[int], Way | None] = lambda position: None


class Explainer:
    """Takes scores of one model apart. Its evidence is made ready when the first reason is asked for.

    Args:
        artefact: the model.
    """

    def __init__(self, artefact: Artefact) -> None:
        self._artefact = artefact
        self._paths = Paths(artefact)

    def node(self, item: int) -> Node:
        """Give the product's node."""
        return self._paths.node(item)

    def reasons(self, history: History, items: Sequence[int], *, most: int | None = None) -> list[tuple[Reason, ...]]:
        """Give the reasons for each recommendation, strongest first; all parts of one add up to its score.

        Args:
            history: what the score was made of.
            items: rows of the recommended products, each once.
            most: reasons given for each; None for all.
        """
        return [told.reasons for told in self.told(history, items, most=most)]

    def told(self, history: History, items: Sequence[int], *, most: int | None = None) -> list[Told]:
        """Give the same, with what all reasons of a kind come to."""
        if not len(items) or not len(history.items):
            return [Told((), 0.0, 0.0) for _ in items]
        right = np.asarray(items, dtype=np.int64)
        weights = self._weights(history.items, right)
        shared = self._evidence.shared(history.items, right)
        parts = _parts(history, weights, shared, self._evidence.weights)
        totals = (history.weights @ weights).tolist()
        bounds = np.searchsorted(parts.right, np.arange(len(items) + 1)).tolist()
        did = self._did(parts, shared, history.items, right)
        behaviour = np.bincount(parts.right, parts.score * did, minlength=len(items)).tolist()
        graph = np.bincount(parts.right, parts.score * (1 - did), minlength=len(items)).tolist()
        found = []
        for position, total in enumerate(totals):
            start, stop = bounds[position : position + 2]
            chosen = slice(start, stop if most is None else min(stop, start + most))
            own = self._named(parts, chosen, total, history.items, items[position], shared)
            way = partial(self._way, shared, position, history.items, items[position])
            found.append(Told(own, behaviour[position], graph[position], way))
        return found

    def _did(self, parts: _Parts, shared: Shared, left: IntArray, right: IntArray) -> DoubleArray:
        """Give how much of each part is behaviour, from 0 to 1, ``(n,)``; the rest is graph.

        The way of an indirect weight is not known, but how it begins and how it ends: what its two products have in
        common with others is by interactions as far as their evidence is.
        """
        did = (self._evidence.did[left[parts.left]] + self._evidence.did[right[parts.right]]) / 2
        direct = parts.place >= 0
        did[direct] = shared.kind[parts.place[direct]] == 0
        return did

    def _named(
        self, parts: _Parts, chosen: slice, total: float, left: IntArray, item: int, shared: Shared
    ) -> tuple[Reason, ...]:
        place = parts.place[chosen]
        columns = (shared.kind, shared.best, shared.baskets, shared.left_wanted, shared.right_wanted)
        if len(shared.kind):
            rows = zip(*(column[place].tolist() for column in columns), strict=True)
        else:
            rows = zip(*([0] * len(place) for _ in columns), strict=True)
        kinds, reasons = self._artefact.kinds, []
        for j, score, where, (kind, best, count, did, does) in zip(
            left[parts.left[chosen]].tolist(), parts.score[chosen].tolist(), place.tolist(), rows, strict=True
        ):
            if where < 0:
                name, path, count = INDIRECT, self._paths.indirect(item), 0
            else:
                name, path = kinds[kind].name, self._path(kind, best, count, j, item, did=did, does=does)
            reasons.append(Reason(self._paths.node(j), name, score, score / total if total else 0.0, path, count))
        return tuple(reasons)

    def _path(
        self, kind: int, basket: int, count: int, j: int, item: int, *, did: bool, does: bool
    ) -> tuple[Step, ...]:
        if kind == 0:
            return self._paths.customers(count, item, did=did, does=does)
        return self._paths.basket(kind, basket, j, item)

    def _way(self, shared: Shared, right: int, history: IntArray, item: int, left: int) -> Way | None:
        entries = np.flatnonzero((shared.left == left) & (shared.right == right))
        if not len(entries):
            return None
        strength = shared.evidence[entries] * self._evidence.weights[shared.kind[entries]]
        best = int(entries[np.argmax(strength)])
        kind, basket, count = (int(own[best]) for own in (shared.kind, shared.best, shared.baskets))
        did, does = bool(shared.left_wanted[best]), bool(shared.right_wanted[best])
        return Way(self._path(kind, basket, count, int(history[left]), item, did=did, does=does), count)

    def _weights(self, left: IntArray, right: IntArray) -> DoubleArray:
        """Give the item weights from ``left`` to ``right``, ``(n_left, n_right)``."""
        weights = self._artefact.weights
        slot = np.full(weights.shape[1], -1, dtype=np.int64)
        slot[right] = np.arange(len(right))
        found = np.zeros((len(left), len(right)))
        for position, item in enumerate(left.tolist()):
            span = slice(weights.indptr[item], weights.indptr[item + 1])
            at = slot[weights.indices[span]]
            hit = at >= 0
            found[position, at[hit]] = weights.data[span][hit]
        return found

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self._artefact)


def _parts(history: History, weights: DoubleArray, shared: Shared, kind_weights: DoubleArray) -> _Parts:
    """Divide the weights over the kinds of baskets; what is left over is indirect."""
    n_right = weights.shape[1]
    pair = shared.left * n_right + shared.right
    whole = weights.ravel()
    strength = shared.evidence * kind_weights[shared.kind]
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
