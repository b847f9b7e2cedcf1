"""How well products match a query: which are all that was asked for, and in what order they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender.arrays import BoolArray, DoubleArray, FloatArray
from shopgraph.discovery.evidence import Evidence
from shopgraph.discovery.reading import Name, ReadQuery
from shopgraph.discovery.text_index import TextIndex
from shopgraph.discovery.weights import Weights

_CERTAIN = 0.35
"""Strength from which a product is taken to be what is not wanted."""
_UNKNOWN = 0.5
"""Of one thing asked for, how much of a miss it is that nothing is known; a known other value is a whole one."""
HARD = frozenset({"Brand", "Category", "Attribute"})
"""Labels of the names that a product has to be of."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a query says of each product; arrays are ``(n_products,)``.

    Attributes:
        score: by names, words and a wish for a low price.
        missed: things asked for that a product is not; half of one where it is not known.
        allowed: products that nothing rules out: price and what is not wanted.
        found: products that match somehow.
    """

    score: DoubleArray
    missed: FloatArray
    allowed: BoolArray
    found: BoolArray


class Matcher:
    """Matches queries with the products of a model.

    Args:
        evidence: what is known of the products.
        index: of their texts.
        prices: of the products, NaN where unknown, ``(n_products,)``.
        in_stock: 1 and 0, NaN where unknown, ``(n_products,)``.
        weights: of the parts of a score.
    """

    def __init__(
        self, evidence: Evidence, index: TextIndex, *, prices: DoubleArray, in_stock: DoubleArray, weights: Weights
    ) -> None:
        self._evidence, self._index, self._weights = evidence, index, weights
        self._prices, self._in_stock = prices, in_stock

    def strength(self, name: Name) -> FloatArray:
        """Give how surely each product is what words may mean: the likeliest meaning that fits, ``(n_products,)``."""
        found = np.zeros(len(self._prices), dtype=np.float32)
        for sense in name.senses:
            found = np.maximum(found, self._evidence.of(sense.node) * np.float32(0.4 + 0.6 * sense.weight))
        return found

    def match(self, query: ReadQuery) -> Match:
        """Match a query with every product."""
        n = len(self._prices)
        allowed = self._within(query)
        missed = np.zeros(n, dtype=np.float32)
        score = np.zeros(n)
        total = 0.0
        wanted = [name for name in query.names if not name.negated]
        for name in query.names:
            if name.negated:
                likeliest = name.senses[0].node
                allowed &= self._evidence.of(likeliest) < _CERTAIN
        refused = bool(query.names) and not (wanted or query.rest)  # all but the red
        found = np.full(n, bool(wanted or query.bounds or query.cheap or refused))
        for name in wanted:
            strength = self.strength(name)
            weight = self._weights.names[name.label]
            total += weight
            score += weight * strength
            if name.label in HARD:
                known = self._evidence.other(name.senses[0].node)
                missed += np.where(strength > 0, 0.0, np.where(known, 1.0, _UNKNOWN)).astype(np.float32)
            elif not any(other.label in HARD for other in wanted) and not query.rest:
                found &= strength > 0
        if total:
            score /= max(total, 1.0)
        words = self._index.scores(query.text)
        highest = float(words.max(initial=0.0))
        if highest > 0:
            score += self._weights.words * words / highest
            if not any(name.label in HARD for name in wanted):
                found = (found & bool(wanted)) | self._having(query, words)
        if query.cheap:
            score += self._weights.cheap * self._lowness(allowed & found & (missed == 0))
        return Match(score, missed, allowed, found)

    def _having(self, query: ReadQuery, words: FloatArray) -> BoolArray:
        """Say which products have the words that nothing else was made of; half as well as the best, at least."""
        if not query.rest:
            anything = bool(query.names or query.bounds or query.cheap) and all(name.negated for name in query.names)
            return np.ones(len(words), dtype=np.bool_) if anything else words > 0
        own = self._index.scores(" ".join(query.rest))
        highest = float(own.max(initial=0.0))
        return own >= 0.5 * highest if highest > 0 else np.zeros(len(words), dtype=np.bool_)

    def _within(self, query: ReadQuery) -> BoolArray:
        allowed = np.ones(len(self._prices), dtype=np.bool_)
        if query.price is not None:
            with np.errstate(invalid="ignore"):
                if query.price.low is not None:
                    allowed &= self._prices >= query.price.low
                if query.price.high is not None:
                    allowed &= self._prices <= query.price.high
        if query.stock is not None:
            allowed &= self._in_stock == float(query.stock.wanted)
        return allowed

    def _lowness(self, among: BoolArray) -> DoubleArray:
        """Give 1 for the cheapest of some products down to 0 for the dearest, ``(n_products,)``."""
        lowness = np.zeros(len(self._prices))
        rows = np.flatnonzero(among & ~np.isnan(self._prices))
        if len(rows) > 1:
            order = np.argsort(np.argsort(self._prices[rows], kind="stable"), kind="stable")
            lowness[rows] = 1 - order / (len(rows) - 1)
        return lowness


def scaled(scores: FloatArray, among: BoolArray) -> FloatArray:
    """Stretch scores so that those of some products lie between 0 and 1, ``(n_products,)``."""
    own = scores[among]
    if not len(own):
        return np.zeros_like(scores)
    low, high = float(own.min()), float(own.max())
    return np.clip((scores - low) / (high - low), 0, 1) if high > low else np.zeros_like(scores)


def missing_of(matcher: Matcher, names: Sequence[Name], row: int) -> list[Name]:
    """Give the names that a product is not, or is not known to be."""
    return [name for name in names if name.label in HARD and not name.negated and matcher.strength(name)[row] == 0]
