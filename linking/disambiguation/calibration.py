"""Calibration: of the links given confidence .9, nine in ten should be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

_EDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over the logit of a score (Platt 1999): ``sigmoid(slope * logit(score) + shift)``.

    The default leaves scores as they are.
    """

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, score: float) -> float:
        """Give the probability that a candidate of this score is right."""
        if self.slope == 1.0 and self.shift == 0.0:
            return score
        return 1.0 / (1.0 + exp(-(self.slope * _logit(score) + self.shift)))


def fit_calibration(scores: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Fit the curve to scores that turned out right or wrong, with Platt's targets against over-confidence.

    Without both right and wrong ones there is nothing to fit, and scores are left as they are.
    """
    from scipy.optimize import minimize  # for training alone; processes that link start without it

    truth = np.asarray(right, dtype=np.float64)
    n_right, n_wrong = float(truth.sum()), float((1 - truth).sum())
    if not n_right or not n_wrong:
        return Calibration()
    target = np.where(truth > 0, (n_right + 1) / (n_right + 2), 1 / (n_wrong + 2))
    logits = np.array([_logit(score) for score in scores])

    def loss(parameters: np.ndarray) -> float:
        margin = parameters[0] * logits + parameters[1]
        return float(np.sum(np.logaddexp(0.0, margin) - target * margin) + 0.01 * (parameters[0] - 1) ** 2)

    best = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.05, 10.0), (-10.0, 10.0)])
    return Calibration(round(float(best.x[0]), 6), round(float(best.x[1]), 6))


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> float:
    """Give the mean distance of confidence and share of right ones over bins of confidence (Guo et al. 2017)."""
    sure, truth = np.asarray(confidences, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if not len(sure):
        return 0.0
    place = np.minimum((sure * bins).astype(np.int64), bins - 1)
    error = 0.0
    for number in range(bins):
        own = place == number
        if own.any():
            error += own.mean() * abs(sure[own].mean() - truth[own].mean())
    return float(error)


def _logit(score: float) -> float:
    clipped = min(max(score, _EDGE), 1 - _EDGE)
    return log(clipped / (1 - clipped))
