"""From what is known of a candidate to the probability that the link is true, learned on links that were hidden.

A logistic regression over piecewise linear functions of each feature (an additive model, Hastie and Tibshirani 1990) is
made a probability by isotonic regression (Zadrozny and Elkan 2002), fitted to what the regression says of heads that it
was not fitted on. It is a handful of numbers, kept as JSON.

What "true" means. Nobody knows which links a graph lacks. A link that was hidden is surely true. A candidate that was
neither hidden nor known need not be false: it may be one of those that the graph has always lacked. Where a head can
have but one tail this is no matter, for the hidden tail is the one. Where it may have several, links that the graph
lacks look like wrong candidates, and the more alike they are to hidden ones, the more the fit is misled. Elkan and
Noto 2008, "Learning classifiers from only positive and unlabeled data", put it right: with ``a`` of all true links
hidden and ``m`` lacking, both at random, a candidate that is hidden with probability ``p`` is true with
``f = p (a + m) / a``; and once hidden links are known again, what is still unknown is true with
``f m / (a + m) / (1 - f a / (a + m))``. ``m`` is an assumption, ``LinkSettings.missing_share``: no graph tells how much
it lacks. With 0, nothing that is not known can be true, and nothing is proposed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import beta
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
_QUANTILES = 41
"""Of the Beta distribution, over which the mean is taken."""
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
        corrected: the same, corrected for what the graph lacks, for heads that may have several tails, ``(n,)``.
        hidden: share of all true links that were hidden.
        missing: share of all true links that are lacking.
    """

    features: tuple[str, ...]
    knots: tuple[tuple[float, ...], ...]
    weights: tuple[tuple[float, ...], ...]
    intercept: float
    logits: tuple[float, ...]
    observed: tuple[float, ...]
    corrected: tuple[float, ...]
    hidden: float
    missing: float

    def confidence(self, features: FeatureArray, *, single: BoolArray) -> FeatureArray:
        """Give the probability that each candidate is true although it is not known, ``(n,)``.

        Args:
            features: ``(n, n_features)``.
            single: whether the head can have but one such tail, ``(n,)``.
        """
        logits = self.intercept + np.zeros(len(features))
        for column, knots, weights in zip(features.T, self.knots, self.weights, strict=True):
            if weights:
                logits += np.interp(column, knots, (0.0, *weights))
        one, several = (np.interp(logits, self.logits, levels) for levels in (self.observed, self.corrected))
        return np.where(single, one, several)

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
                tuple(float(value) for value in values["corrected"]),
                float(values["hidden"]),
                float(values["missing"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"These are not the numbers of a calibration ({error!r}). Propose the links again."
            ) from error


def true_share(right: FeatureArray, total: FeatureArray, *, hidden: float, missing: float) -> FeatureArray:
    """Give the probability that an unknown link is true, where some of the candidates like it are hidden links.

    It is for heads that may have several tails. The probability of being hidden is known but roughly, by a Beta
    distribution; what follows from it bends near the largest that is possible, hence the mean over the distribution.

    Args:
        right: candidates that are hidden links, ``(n,)``.
        total: candidates, ``(n,)``.
        hidden: share of all true links that were hidden.
        missing: share of all true links that the graph lacks.
    """
    number, of = np.asarray(right, dtype=np.float64)[..., None], np.asarray(total, dtype=np.float64)[..., None]
    found = beta.ppf((np.arange(_QUANTILES) + 0.5) / _QUANTILES, number + 0.5, of - number + 0.5)
    true = np.minimum(found * (hidden + missing) / hidden, 1.0)
    known = true * hidden / (hidden + missing)
    share: FeatureArray = np.divide(true - known, 1 - known, out=np.ones_like(known), where=known < 1).mean(axis=-1)
    return share


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
            f"Only {int(hidden.sum())} hidden links are among {len(hidden)} candidates; {_LEAST_TRUE} are needed to "
            "learn how sure a proposal is. Hide a larger share, or propose nothing of this relation."
        )
    knots = [_knots(column, hidden) for column in features.T]
    basis = _basis(features, knots)
    logits = np.empty(len(hidden))
    for fitted, left in GroupKFold(_FOLDS).split(basis, hidden, heads):
        logits[left] = _regression(basis[fitted], hidden[fitted]).decision_function(basis[left])
    place, right, total = _isotonic(logits, hidden)
    whole = _regression(basis, hidden)
    weights, start = [], 0
    for own in knots:
        weights.append(_numbers(whole.coef_[0, start : start + len(own) - 1]))
        start += len(own) - 1
    return Calibration(
        names,
        tuple(_numbers(own) for own in knots),
        tuple(weights),
        float(whole.intercept_[0]),
        _numbers(place),
        _rising((right + 0.5) / (total + 1)),
        _rising(true_share(right, total, hidden=hidden_share, missing=missing_share)),
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


def _isotonic(logits: FeatureArray, hidden: BoolArray) -> tuple[FeatureArray, FeatureArray, FeatureArray]:
    """Pool candidates into levels of rising share; give logit, hidden links and candidates of each bin's level."""
    order = np.argsort(logits, kind="stable")
    # The bins are counted from the surest down, so that the rest that fills no bin is among the least sure.
    edges = np.append(0, np.arange(len(order) % _BIN or _BIN, len(order), _BIN))
    sizes = np.diff(np.append(edges, len(order)))
    place = np.add.reduceat(logits[order], edges) / sizes
    true = np.add.reduceat(hidden[order].astype(np.float64), edges)
    rising = IsotonicRegression(y_min=0.0, y_max=1.0).fit_transform(place, true / sizes, sample_weight=sizes)
    number = np.cumsum(np.append(0, np.diff(rising) > 1e-12))
    return place, np.bincount(number, weights=true)[number], np.bincount(number, weights=sizes)[number]


def _rising(array: FeatureArray) -> tuple[float, ...]:
    """Undo the falls that small levels bring, of which less is sure."""
    return _numbers(np.maximum.accumulate(array))


def _numbers(array: FeatureArray) -> tuple[float, ...]:
    return tuple(array.tolist())
