"""Kernel ridge regression: leaving out in closed form is leaving out; calibration and thresholds do what they say."""

from __future__ import annotations

import numpy as np
import pytest

from linking.captions.catalogue.heads import calibrate, can_be_seen, logistic, threshold
from linking.captions.catalogue.kernel import fit, left_out


@pytest.mark.parametrize("size", [1, 4])
def test_leaving_groups_out_in_closed_form_is_fitting_without_them(size: int) -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(24, 3))
    kernel = (1 + np.exp(-((points[:, None] - points) ** 2).sum(-1))).astype(np.float32)
    targets = rng.normal(size=(24, 2))
    groups = rng.permutation(np.arange(24) // size)
    coefficients, inverse = fit(kernel, targets, 0.1)
    quick = left_out(coefficients, inverse, targets, groups)
    for group in np.unique(groups):
        out, rest = groups == group, groups != group
        alone, _ = fit(kernel[np.ix_(rest, rest)], targets[rest], 0.1)
        np.testing.assert_allclose(quick[out], kernel[np.ix_(out, rest)] @ alone, rtol=1e-4, atol=1e-5)


def test_confidence_is_how_often_it_is_right() -> None:
    rng = np.random.default_rng(0)
    value = rng.integers(0, 5, 4000)
    scores = 0.2 * rng.normal(size=(4000, 5))
    scores[np.arange(4000), value] += 0.3
    unknown = rng.random(4000) < 0.1
    value[unknown] = -1
    calibration = calibrate(scores[:2000], value[:2000])
    shares = calibration.probabilities(scores[2000:])
    confidence = calibration.confidence(shares.max(axis=1))
    right = shares.argmax(axis=1) == value[2000:]
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 1.0)):
        within = (confidence >= low) & (confidence < high)
        assert within.sum() > 50
        assert abs(confidence[within].mean() - right[within].mean()) < 0.06


def test_the_logistic_curve_is_found() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=20_000)
    right = rng.random(20_000) < 1 / (1 + np.exp(-2 * x + 1))
    assert logistic(x, right) == pytest.approx((2.0, -1.0), abs=0.1)


def test_the_threshold_gives_the_best_f2() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.random(3000) ** 3
    right = rng.random(3000) < confidence

    def f2(at: float) -> float:
        said = confidence >= at
        return float(5 * (right & said).sum() / (said.sum() + 4 * len(right)))

    best = threshold(confidence, right)
    assert f2(best) >= max(f2(at) for at in np.linspace(0, 1, 50)) - 0.01
    assert f2(best) > f2(0.0) + 0.005


def test_beating_the_majority_takes_more_than_luck() -> None:
    assert can_be_seen(0.8, 0.5, 500)
    assert not can_be_seen(0.55, 0.5, 500)
    assert not can_be_seen(0.8, 0.65, 10)
    assert not can_be_seen(1.0, 1.0, 500)
