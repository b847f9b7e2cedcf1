"""How well a space serves nodes that it was not learned from: the figure that everything is chosen by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from embeddings.shared.canonical import Covariances, covariances, place
from embeddings.shared.retrieval import mean_reciprocal_rank, precision_at, ranks, recall_at
from embeddings.shared.settings import SharedSettings
from embeddings.shared.views import Joined
from embeddings.shared.words import Queries
from embeddings.vectors import VectorArray
from kg.errors import InputError
from kg.ids import IntArray

_FIRST = 10
"""Photos looked at for a short query."""
_FEWEST = 5
"""Right answers that a short query must have among the validation nodes to be asked."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Score:
    """What was measured on validation.

    Attributes:
        rank: mean reciprocal rank of a node in one view asked for by its other view, mean over all pairs of views.
        recall: share of them among the first 10.
        words: precision of the first 10 for short queries; None where none can be asked.
    """

    rank: float
    recall: float
    words: float | None

    @property
    def whole(self) -> float:
        """What is to be greatest."""
        return self.rank if self.words is None else (self.rank + self.words) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Short queries of one view, asked of the validation nodes.

    Attributes:
        view: position of the view.
        coordinates: ``(n_queries, n_axes)``.
        relevant: ``(n_queries, n_held)``.
    """

    view: int
    coordinates: VectorArray
    relevant: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """One part of the nodes kept for validation, and what the others teach.

    Attributes:
        known: covariances of the others.
        fitted: nodes learned from, ``(n_fitted,)``.
        held: coordinates of the validation nodes in each view, zeros where it is missing, ``(n_held, n_axes)``.
        there: which validation nodes each view knows, ``(n_held,)``.
        asked: short queries.
    """

    known: Covariances
    fitted: IntArray
    held: tuple[VectorArray, ...]
    there: tuple[Bools, ...]
    asked: tuple[Asked, ...]

    def score(self, placed: Sequence[VectorArray], queries: Sequence[VectorArray]) -> Score:
        """Judge a space.

        Args:
            placed: of each view, the validation nodes' places, ``(n_held, dim)``.
            queries: places of each ``asked``, ``(n_queries, dim)``.
        """
        unit = [_unit(one) for one in placed]
        found, recalls = [], []
        for one, other in permutations(range(len(unit)), 2):
            both = self.there[one] & self.there[other]
            if both.any():
                rank = ranks(unit[one][both], unit[other][both])
                found.append(mean_reciprocal_rank(rank))
                recalls.append(recall_at(rank, _FIRST))
        words = [
            share for asked, given in zip(self.asked, queries, strict=True) for share in self._words(asked, given, unit)
        ]
        return Score(float(np.mean(found)), float(np.mean(recalls)), float(np.mean(words)) if words else None)

    def _words(self, asked: Asked, given: VectorArray, unit: Sequence[VectorArray]) -> list[float]:
        shares: list[float] = []
        for other in range(len(unit)):
            if other == asked.view:
                continue
            relevant = asked.relevant[:, self.there[other]]
            enough = relevant.sum(1) >= _FEWEST
            if enough.any():
                gallery = unit[other][self.there[other]]
                right = precision_at(_unit(given[enough]), gallery, relevant[enough], _FIRST)
                # A query with seven right answers has found all where seven of ten are right.
                shares += (right * _FIRST / np.minimum(relevant[enough].sum(1), _FIRST)).tolist()
        return shares


def folds(joined: Joined, queries: Sequence[Queries], settings: SharedSettings) -> list[Fold]:
    """Part the nodes, and learn from each but one part what canonical correlation needs.

    Raises:
        InputError: there are too few nodes.
    """
    if len(joined) < 2 * settings.folds:
        raise InputError(
            f"The views share {len(joined)} nodes; a shared space needs at least {2 * settings.folds}. "
            "Do their ids mean the same nodes?"
        )
    order = np.random.default_rng(settings.seed).permutation(len(joined))
    parts = np.array_split(order, settings.folds)
    return [_fold(joined, queries, settings, number, parts) for number in range(settings.folds)]


def mean_score(scores: Sequence[Score]) -> Score:
    """Give the mean over folds."""
    words = [score.words for score in scores if score.words is not None]
    return Score(
        float(np.mean([score.rank for score in scores])),
        float(np.mean([score.recall for score in scores])),
        float(np.mean(words)) if words else None,
    )


def _fold(
    joined: Joined, queries: Sequence[Queries], settings: SharedSettings, number: int, parts: Sequence[IntArray]
) -> Fold:
    kept = np.sort(parts[number][: settings.validation])
    fitted = np.sort(np.concatenate([part for other, part in enumerate(parts) if other != number]))
    known = covariances(joined, fitted, most=settings.components, seed=settings.seed)
    held = place(joined, known.components, kept)
    names = [view.name for view in joined.views]
    asked = []
    for one in queries:
        view = names.index(one.view)
        relevant = np.array([[joined.ids[node] in wanted for node in kept] for wanted in one.wanted])
        asked.append(Asked(view, known.components[view].of(one.matrix), relevant.reshape(-1, len(kept))))
    return Fold(known, fitted, tuple(rows for rows, _ in held), tuple(there for _, there in held), tuple(asked))


def _unit(matrix: VectorArray) -> VectorArray:
    scaled: VectorArray = matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return scaled
