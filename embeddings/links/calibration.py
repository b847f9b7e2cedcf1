"""From what is known of a candidate to the probability that the link is true, learned on links that were hidden.

A logistic regression over piecewise linear functions of each feature (an additive model, Hastie and Tibshirani 1990) is
made a probability by isotonic regression (Zadrozny and Elkan 2002), fitted to what the regression says of heads that it
was not fitted on. It is a handful of numbers, kept as JSON.

What "true" means. Nobody knows which links a graph lacks. A link that was hidden is surely true. A candidate that was
neither hidden nor known need not be false: it may be one of those that the graph has always lacked. Where a head can
have but one tail this is no matter, for the hidden tail is the one. Where it may have several, links that the graph lacks look like
wrong candidates, and the more alike they are to hidden ones, the more the fit is misled. Elkan and Noto 2008, "Learning
classifiers from only positive and unlabeled data", put it right: with ``a`` of all true links hidden and ``m`` lacking,
both at random, a candidate that is hidden with probability ``p`` is true with ``f = p (a + m) / a``; and once hidden links
are known again, what is still unknown is true with ``f m / (a + m) / (1 - f a / (a + m))``. ``m`` is an assumption,
``LinkSettings.missing_share``; with ``m = a`` and f near 1 the two agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from embeddings.links.candidates import FeatureArray
from embeddings.links.constraints import BoolArray
from kg.errors import ConfigurationError, ModelError
from kg.ids import IntArray

_KNOTS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
_KNOTS_TRUE = (0.05, 0.25, 0.5, 0.75, 0.95)
_FOLDS = 3
_BIN = 50
"""Candidates that share one observed frequency: fewer would give certainty by luck."""
_LEAST_TRUE = 20
"""Hidden links among the candidates without which nothing can be learned."""
_RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Gives candidates their probability.

    Attributes:
        features: their names, in order.
        knots: of each feature, ascending.
        weights: of each feature at each knot but the first.
        intercept: of the regression.
        logits: ascending, ``(n,)``.
        observed: share of hidden links at each of these logits, ``(n,)``.
        hidden: share of all true links that were hidden.
        missing: share of all true links that are lacking.
    """

    features: tuple[str, ...]
    knots: tuple[tuple[float, ...], ...]
    weights: tuple[tuple[float, ...], ...]
    intercept: float
    logits: tuple[float, ...]
    observed: tuple[float, ...]
    hidden: float
    missing: float

    def found(self, features: FeatureArray) -> FeatureArray:
        """Give the probability that each candidate is one of the hidden links, ``(n,)``."""
        logits = self.intercept + np.zeros(len(features))
        for column, knots, weights in zip(features.T, self.knots, self.weights, strict=True):
            if weights:
                logits += np.interp(column, knots, (0.0, *weights))
        return np.interp(logits, self.logits, self.observed)

    def confidence(self, features: FeatureArray, *, single: BoolArray) -> FeatureArray:
        """Give the probability that each candidate is true although it is not known, ``(n,)``.

        Args:
            features: ``(n, n_features)``.
            single: whether the head can have but one such tail, ``(n,)``.
        """
        found = self.found(features)
        return np.where(single, found, corrected(found, hidden=self.hidden, missing=self.missing))

    def as_json(self) -> dict[str, Any]:
        """Give all of it as JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Calibration:
        """Make it again.

        Raises:
            ModelError: the values are not of a calibration.
        """
        try:
            return cls(
                tuple(str(name) for name in values["features"]),
                tuple(tuple(float(knot) for knot in knots) for knots in values["knots"]),
                tuple(tuple(float(weight) for weight in weights) for weights in values["weights"]),
                float(values["intercept"]),
                tuple(float(value) for value in values["logits"]),
                tuple(float(value) for value in values["observed"]),
                float(values["hidden"]),
                float(values["missing"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"These are not the numbers of a calibration ({error!r}). Propose the links again."
            ) from error


def corrected(found: FeatureArray | float, *, hidden: float, missing: float) -> FeatureArray:
    """Give the probability that an unknown link is true, for the probability that it is one of the hidden.

    It is for heads that may have several tails; where there is one, the two are the same.

    Args:
        found: probabilities, ``(n,)``.
        hidden: share of all true links that were hidden.
        missing: share of all true links that the graph lacks.
    """
    given = np.asarray(found, dtype=np.float64)
    true = np.minimum(given * (hidden + missing) / hidden, 1.0)
    known = true * hidden / (hidden + missing)
    return np.divide(true - known, 1 - known, out=np.ones_like(known), where=known < 1)


def fit_calibration(
    features: FeatureArray,
    hidden: BoolArray,
    heads: IntArray,
    *,
    names: tuple[str, ...],
    hidden_share: float,
    missing_share: float,
) -> Calibration:
    """Learn to tell hidden links from other candidates.

    Args:
        features: of candidates, ``(n, n_features)``.
        hidden: which of them are hidden links, ``(n,)``.
        heads: of each; candidates of one head stay together when folds are made, ``(n,)``.
        names: of the features.
        hidden_share: of all true links, the share that was hidden.
        missing_share: of all true links, the share that is lacking.

    Raises:
        ConfigurationError: there are too few hidden links among the candidates.
    """
    if hidden.sum() < _LEAST_TRUE or hidden.all() or len(np.unique(heads)) < _FOLDS:
        raise ConfigurationError(
            f"Only {int(hidden.sum())} hidden links are among {len(hidden)} candidates; {_LEAST_TRUE} are needed to learn how "
            "sure a proposal is. Hide a larger share, or propose nothing of this relation."
        )
    knots = [_knots(column, hidden) for column in features.T]
    basis = _basis(features, knots)
    logits = np.empty(len(hidden))
    for fitted, left in GroupKFold(_FOLDS).split(basis, hidden, heads):
        logits[left] = _regression(basis[fitted], hidden[fitted]).decision_function(basis[left])
    values, observed = _isotonic(logits, hidden)
    whole = _regression(basis, hidden)
    weights, start = [], 0
    for place in knots:
        weights.append(tuple(float(w) for w in whole.coef_[0, start : start + max(len(place) - 1, 0)]))
        start += max(len(place) - 1, 0)
    return Calibration(
        names,
        tuple(tuple(float(knot) for knot in place) for place in knots),
        tuple(weights),
        float(whole.intercept_[0]),
        values,
        observed,
        hidden_share,
        missing_share,
    )


def _knots(column: FeatureArray, hidden: BoolArray) -> FeatureArray:
    """Place knots where candidates are, and where the few true ones are."""
    found = np.concatenate([np.quantile(column, _KNOTS), np.quantile(column[hidden], _KNOTS_TRUE)])
    return np.unique(found)


def _basis(features: FeatureArray, knots: list[FeatureArray]) -> FeatureArray:
    """Give the hat functions of each feature, ``(n, n_functions)``; between knots they are interpolated."""
    columns = []
    for column, place in zip(features.T, knots, strict=True):
        hats = np.eye(len(place))[1:]
        columns += [np.interp(column, place, hat) for hat in hats]
    return np.column_stack(columns)


def _regression(basis: FeatureArray, hidden: BoolArray) -> LogisticRegression:
    return LogisticRegression(C=_RIDGE, max_iter=500).fit(basis, hidden)


def _isotonic(logits: FeatureArray, hidden: BoolArray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Fit rising shares to bins of candidates, each share drawn a little to a half (Laplace's rule of succession)."""
    order = np.argsort(-logits, kind="stable")
    starts = np.arange(0, len(order), _BIN)
    sizes = np.diff(np.append(starts, len(order)))
    place = np.add.reduceat(logits[order], starts) / sizes
    true = np.add.reduceat(hidden[order].astype(np.float64), starts)
    rising = IsotonicRegression(y_min=0.0, y_max=1.0).fit(place, true / sizes, sample_weight=sizes)
    values = rising.predict(place)
    # Bins of one level are pooled before the rule is applied, so that it weighs on small levels alone.
    levels, number = np.unique(values, return_inverse=True)
    pooled, total = np.bincount(number, weights=true), np.bincount(number, weights=sizes)
    smooth = np.maximum.accumulate((pooled + levels.mean()) / (total + 1))[number]
    ascending = np.argsort(place, kind="stable")
    return tuple(float(v) for v in place[ascending]), tuple(float(v) for v in smooth[ascending])
