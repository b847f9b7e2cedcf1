"""Scores of a history: the one place where a model's parts are asked what they think of every product.

A part of a model scores a history by itself, and the scores of all parts add up. Whatever comes after (filters, rules,
diversity, reasons) works on the dense array that comes out and does not ask how it was made.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import scipy.sparse as sp

from recommender.arrays import Csr, DoubleArray, FloatArray, IntArray

if TYPE_CHECKING:
    from recommender.artefact import Artefact
    from recommender.network.part import VectorPart


_HIGHEST = 30.0
"""Standard deviations above the mean from which on a score of vectors rises no further."""
_ROUNDING = 1e-6
"""Spread of scores, relative to their size, that is rounding."""
_ROWS = 16_384
"""Vectors that are brought to double precision at once."""
_ENTRIES = 2**21
"""Entries of item weights that are copied at once."""
_PIECE_BYTES = 2**20
"""Size of the scores that are brought on one scale at once: they stay in a processor's own cache."""


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
        """Add up the rows of B that each history speaks for, in single precision; other threads work on meanwhile."""
        weights, n_users = self._weights, histories.shape[0]
        found: FloatArray = np.zeros((n_users, weights.shape[1]), dtype=np.float32)
        sizes = np.diff(weights.indptr)[histories.indices]
        before = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])[histories.indptr]
        start = 0
        while start < n_users:
            stop = max(start + 1, int(np.searchsorted(before, before[start] + _ENTRIES, side="right")) - 1)
            part = histories[start:stop]
            if before[stop] - before[start] > _ENTRIES:  # one customer's, of very many products
                found[start:stop] = (part @ weights).toarray()
            else:
                rows = weights[part.indices]
                values = rows.data * np.repeat(part.data, np.diff(rows.indptr))
                # a row for each customer in which a product may stand several times: it is added up when spread out
                joined = (values.astype(np.float32, copy=False), rows.indices, rows.indptr[part.indptr])
                sp.csr_array(joined, shape=(stop - start, weights.shape[1])).toarray(out=found[start:stop])
            start = stop
        return found


class VectorScorer:
    """Scores of item vectors, which give the logarithm of a chance: ``exp(z)``, z being standardised products.

    The products are ``sum_j h_j P_j . Q_i``; over the items i they are brought to mean 0 and standard deviation 1. Both
    are known before any product is made, from the mean of Q and from a root of its covariance, so that only the vector
    of the history has to be scaled. From 30 deviations on a score rises no further. Where all products are the same,
    all scores are 0.

    Args:
        inputs: P, what an item of the history says, ``(n_items, dim)``.
        outputs: Q, what an item is recommended by, ``(n_items, dim)``.
    """

    def __init__(self, inputs: FloatArray, outputs: FloatArray) -> None:
        self._inputs = inputs
        self._outputs: FloatArray = np.ascontiguousarray(
            outputs - outputs.mean(axis=0, dtype=np.float64).astype(np.float32)
        )
        self._root = _root_of_covariance(self._outputs)
        self._length = float(np.sqrt(np.mean(np.einsum("ij,ij->i", outputs, outputs)))) if len(outputs) else 0.0

    def scores(self, history: History) -> DoubleArray:
        """Multiply the history's vector with every item's."""
        query = np.asarray(history.weights @ self._inputs[history.items], dtype=np.float32)
        spread = math.sqrt(float(np.square(self._root @ query).sum()))
        if not spread > _ROUNDING * self._length * math.sqrt(float(query @ query)):
            return np.zeros(len(self._outputs))
        return _chances(self._outputs @ (query / np.float32(spread))).astype(np.float64)

    def block(self, histories: Csr) -> FloatArray:
        """Multiply all histories' vectors with every item's in one product."""
        queries = np.asarray(histories @ self._inputs, dtype=np.float32)
        spread = np.linalg.norm(queries @ self._root.T, axis=1, keepdims=True)
        varied = spread > _ROUNDING * self._length * np.linalg.norm(queries, axis=1, keepdims=True)
        scores = _chances(np.divide(queries, spread, out=np.zeros_like(queries), where=varied) @ self._outputs.T)
        if not varied.all():
            scores *= varied
        return scores


def _root_of_covariance(centred: FloatArray) -> FloatArray:
    """Give R, ``(dim, dim)``, for which R'R is the covariance of centred vectors, ``(n, dim)``."""
    covariance = np.zeros((centred.shape[1], centred.shape[1]))
    for start in range(0, len(centred), _ROWS):
        part = centred[start : start + _ROWS].astype(np.float64)
        covariance += part.T @ part
    values, vectors = np.linalg.eigh(covariance / max(len(centred), 1))
    return np.asarray(np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T, dtype=np.float32)


def _chances(scores: FloatArray) -> FloatArray:
    return np.exp(np.minimum(scores, _HIGHEST, out=scores), out=scores)


class Added(NamedTuple):
    """What a part adds to a joined score.

    Attributes:
        scores: of each item, ``(n_items,)``.
        factor: by which the part's own scores were multiplied.
    """

    scores: DoubleArray
    factor: float


class JoinedScorer:
    """A weighted sum of scores whose scales have nothing to do with each other.

    Each part's scores are divided by their standard deviation over the items, weighed and added. A part that says the
    same of every item takes no part.

    Args:
        parts: with their weights; at least one.
    """

    def __init__(self, parts: Sequence[tuple[HistoryScorer, float]]) -> None:
        self.parts = tuple(parts)
        self._last = threading.local()

    def scores(self, history: History) -> DoubleArray:
        """Add up the parts' scores."""
        first, *others = self.added(history)
        if not others:
            return first.scores.copy()
        total = first.scores + others[0].scores
        for own in others[1:]:
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
            scores = part.scores(history)
            factor = weight * _per_spread(scores)
            scores *= factor
            yield Added(scores, factor)

    def block(self, histories: Csr) -> FloatArray:
        """Add up the parts' scores of several histories."""
        (part, weight), *others = self.parts
        total = on_one_scale(part.block(histories), weight=weight)
        for part, weight in others:
            total += on_one_scale(part.block(histories), weight=weight)
        return total


def on_one_scale(scores: FloatArray, *, weight: float = 1.0) -> FloatArray:
    """Divide each row by its standard deviation, in place; rows that say the same of every item become zeros.

    Args:
        scores: ``(n_rows, n_items)``.
        weight: what the rows are multiplied by in the end.
    """
    at_once = max(1, _PIECE_BYTES // max(scores.itemsize * scores.shape[1], 1))
    for start in range(0, len(scores), at_once):
        piece = scores[start : start + at_once]
        mean = piece.mean(axis=1, keepdims=True)
        centred = piece - mean
        spread = np.sqrt(np.matmul(centred[:, None, :], centred[:, :, None])[:, 0] / max(piece.shape[1], 1))
        piece *= np.divide(weight, spread, out=np.zeros_like(spread), where=spread > _ROUNDING * np.abs(mean))
    return scores


def _per_spread(scores: DoubleArray) -> float:
    """Give one over the standard deviation, 0 where all differences are rounding; double precision has room for it."""
    mean = float(scores.mean()) if len(scores) else 0.0
    spread = math.sqrt(max(float(scores @ scores) / max(len(scores), 1) - mean * mean, 0.0))
    return 1.0 / spread if spread > _ROUNDING * abs(mean) else 0.0


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
