"""Scores of a history: the one place where a model's parts are asked what they think of every product.

A part of a model scores a history by itself, and the scores of all parts add up. Whatever comes after (filters, rules,
diversity, reasons) works on the dense array that comes out and does not ask how it was made.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from recommender.arrays import Csr, DoubleArray, FloatArray, IntArray

if TYPE_CHECKING:
    from recommender.artefact import Artefact
    from recommender.network.part import VectorPart


Number = TypeVar("Number", np.float32, np.float64)
_HIGHEST = 30.0
"""Standard deviations above the mean from which on a logarithmic score rises no further."""
_ROUNDING = 1e-6
"""Spread of scores, relative to the largest, that is rounding."""


class History(NamedTuple):
    """What somebody did, as rows of items, each once.

    Attributes:
        items: rows of the items, ``(n,)``.
        weights: how much each counts, ``(n,)``.
    """

    items: IntArray
    weights: DoubleArray

    @classmethod
    def of(cls, histories: Csr, user: int) -> History:
        """Give the history in a row of a user-by-item matrix, without what weighs nothing."""
        span = slice(int(histories.indptr[user]), int(histories.indptr[user + 1]))
        items, weights = histories.indices[span], histories.data[span]
        return cls(items[weights != 0].astype(np.int64), weights[weights != 0].astype(np.float64))

    def joined(self, other: History) -> History:
        """Add another history; where both have an item, the other's weight counts."""
        kept = ~np.isin(self.items, other.items)
        return History(
            np.concatenate([self.items[kept], other.items]), np.concatenate([self.weights[kept], other.weights])
        )


class HistoryScorer(Protocol):
    """A part of a model: from a history to a score of every item. It is not changed by use."""

    def scores(self, history: History) -> DoubleArray:
        """Give the score of each item, ``(n_items,)``, as an array of the caller's own."""
        ...

    def block(self, histories: Csr) -> FloatArray:
        """Give the scores of several histories, ``(n_users, n_items)``, as an array of the caller's own.

        Args:
            histories: user-by-item weights, ``(n_users, n_items)``.
        """
        ...


class LinearScorer:
    """Scores ``h @ B`` of item weights B.

    Args:
        weights: B, ``(n_items, n_items)``.
    """

    def __init__(self, weights: Csr) -> None:
        self._weights = weights

    def scores(self, history: History) -> DoubleArray:
        """Add up the rows of B that the history speaks for, in double precision and in the history's order."""
        weights = self._weights
        spans = [slice(weights.indptr[item], weights.indptr[item + 1]) for item in history.items.tolist()]
        if not spans:
            return np.zeros(weights.shape[1])
        columns = np.concatenate([weights.indices[span] for span in spans])
        values = np.concatenate(
            [weights.data[span] * weight for span, weight in zip(spans, history.weights, strict=True)]
        )
        return np.asarray(np.bincount(columns, values, minlength=weights.shape[1]), dtype=np.float64)

    def block(self, histories: Csr) -> FloatArray:
        """Multiply the sparse matrices, in single precision; other threads work on meanwhile."""
        found: FloatArray = (histories @ self._weights).astype(np.float32, copy=False).toarray()
        return found


class VectorScorer:
    """Scores of item vectors: ``strength * (sum_j h_j P_j / sum_j h_j) @ Q'``.

    Args:
        inputs: P, what an item of the history says, ``(n_items, dim)``.
        outputs: Q, what an item is recommended by, ``(n_items, dim)``.
        strength: of this part against the others.
    """

    def __init__(self, inputs: FloatArray, outputs: FloatArray, *, strength: float = 1.0) -> None:
        self._inputs, self._outputs = inputs, np.ascontiguousarray(outputs)
        self._strength = np.float32(strength)

    def query(self, history: History) -> FloatArray:
        """Give the vector of a history, ``(dim,)``; zeros where it is empty."""
        total = float(history.weights.sum())
        if total == 0:
            return np.zeros(self._inputs.shape[1], dtype=np.float32)
        return np.asarray((history.weights / total) @ self._inputs[history.items], dtype=np.float32) * self._strength

    def scores(self, history: History) -> DoubleArray:
        """Multiply the history's vector with every item's."""
        return np.asarray(self._outputs @ self.query(history), dtype=np.float64)

    def block(self, histories: Csr) -> FloatArray:
        """Multiply all histories' vectors with every item's in one product."""
        totals = np.asarray(histories.sum(axis=1), dtype=np.float32).ravel()
        scale = np.divide(self._strength, totals, out=np.zeros_like(totals), where=totals != 0)
        queries = np.asarray(histories @ self._inputs, dtype=np.float32) * scale[:, None]
        return np.asarray(queries @ self._outputs.T, dtype=np.float32)


class Added(NamedTuple):
    """What a part adds to a joined score.

    Attributes:
        scores: of each item, ``(n_items,)``.
        factor: by which the part's own scores were multiplied; 0 for vectors, whose scores are raised to a power.
    """

    scores: DoubleArray
    factor: float


class JoinedScorer:
    """A weighted sum of scores whose scales have nothing to do with each other.

    The item weights of the closed form are regressions on what was bought, so their scores are like chances; vectors
    give the logarithm of a chance. So the latter's scores are standardised over the items and raised to the power of e
    first. Then each part's scores are divided by their standard deviation over the items, weighed and added. A part
    that says the same of every item takes no part.

    Args:
        parts: with their weights; at least one.
    """

    def __init__(self, parts: Sequence[tuple[HistoryScorer, float]]) -> None:
        self.parts = tuple(parts)
        self._last = threading.local()

    def scores(self, history: History) -> DoubleArray:
        """Add up the parts' scores."""
        first, *others = self.added(history)
        total = first.scores.copy()
        for own in others:
            total += own.scores
        return total

    def added(self, history: History) -> tuple[Added, ...]:
        """Give what each part adds to the sum; nothing of it may be written to.

        Reasons ask for it right after the scores: each thread keeps that of its last history.
        """
        last: tuple[History, tuple[Added, ...]] | None = getattr(self._last, "added", None)
        if last is None or last[0] is not history:
            last = self._last.added = history, tuple(self._added(history))
        return last[1]

    def _added(self, history: History) -> Iterator[Added]:
        for part, weight in self.parts:
            own = part.scores(history)
            logarithmic = isinstance(part, VectorScorer)
            spread = 0.0 if logarithmic else float(own.std())
            scores = on_one_scale(own[None, :], logarithmic=logarithmic)[0]
            scores *= weight
            yield Added(scores, weight / spread if spread > 0 else 0.0)

    def block(self, histories: Csr) -> FloatArray:
        """Add up the parts' scores of several histories."""
        total = np.zeros((0, 0), dtype=np.float32)
        for part, weight in self.parts:
            own = on_one_scale(part.block(histories), logarithmic=isinstance(part, VectorScorer))
            own *= np.float32(weight)
            total = total + own if total.size else own
        return total


def on_one_scale(scores: NDArray[Number], *, logarithmic: bool) -> NDArray[Number]:
    """Divide each row by its standard deviation, in place; rows that say the same of every item become zeros.

    Args:
        scores: ``(n_rows, n_items)``.
        logarithmic: they are logarithms of chances: each row is standardised and raised to the power of e first.
    """
    if logarithmic:
        scores -= scores.mean(axis=1, keepdims=True)
        _divide(scores)
        varied = scores.any(axis=1, keepdims=True)
        np.exp(np.minimum(scores, _HIGHEST, out=scores), out=scores)
        scores *= varied
    _divide(scores)
    return scores


def _divide(scores: NDArray[Number]) -> None:
    spread = scores.std(axis=1, keepdims=True)
    small = _ROUNDING * np.abs(scores).max(axis=1, keepdims=True, initial=0.0)
    scores *= np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > small)


def scorer_of(artefact: Artefact) -> HistoryScorer:
    """Give the scorer of a model: the closed form's item weights, and its vectors where it has any."""
    return joined_scorer(artefact.weights, artefact.weight, artefact.parts)


def joined_scorer(weights: Csr, weight: float, parts: Sequence[VectorPart]) -> HistoryScorer:
    """Give the scorer of item weights, ``(n_items, n_items)``, their own weight in the sum, and item vectors."""
    closed = LinearScorer(weights)
    if not parts:
        return closed
    first: list[tuple[HistoryScorer, float]] = [(closed, weight)] if weight else []
    return JoinedScorer([*first, *((VectorScorer(part.inputs, part.whole), part.weight) for part in parts)])
