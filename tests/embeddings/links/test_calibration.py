"""Confidence is what it says, also where the graph lacks links that nobody hid."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from embeddings.links.calibration import Calibration, fit_calibration, true_share
from kg.errors import ConfigurationError, ModelError

NAMES = ("evidence", "noise", "constant")
FloatArray = np.ndarray


def candidates(n: int, *, seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give features, whether each candidate is true, and heads; truth follows the evidence, not in a straight line."""
    rng = np.random.default_rng(seed)
    evidence, noise = rng.normal(size=n), rng.normal(size=n)
    chance = np.where(evidence > 0.5, 0.97, 1 / (1 + np.exp(-3 * (evidence - 1))))
    features = np.column_stack((evidence, noise, np.ones(n)))
    return features, rng.random(n) < chance, np.repeat(np.arange(n // 10), 10)


def fitted(features: FloatArray, hidden: FloatArray, heads: FloatArray) -> Calibration:
    return fit_calibration(features, hidden, heads, names=NAMES, hidden_share=0.09, missing_share=0.1)


def test_of_one_tail_the_frequency_is_as_said_on_others() -> None:
    calibration = fitted(*candidates(12_000, seed=0))
    features, true, _ = candidates(12_000, seed=1)
    confidence = calibration.confidence(features, single=np.ones(len(features), dtype=bool))
    for low, high in ((0, 0.1), (0.1, 0.5), (0.9, 1.01)):
        inside = (confidence >= low) & (confidence < high)
        assert inside.sum() > 300
        assert true[inside].mean() == pytest.approx(confidence[inside].mean(), abs=0.04)


def test_of_several_tails_it_allows_for_what_the_graph_lacks() -> None:
    def parted(seed: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Give candidates as they stand once 81 % of the true links are known: hidden .09, lacking .10."""
        features, true, heads = candidates(80_000, seed=seed)
        drawn = np.random.default_rng([seed, 1]).random(len(true))
        known = true & (drawn < 0.81)
        hidden, lacking = true & (drawn >= 0.81) & (drawn < 0.9), true & (drawn >= 0.9)
        return features[~known], hidden[~known], lacking[~known], heads[~known]

    features, hidden, _, heads = parted(0)
    calibration = fitted(features, hidden, heads)
    features, hidden, lacking, _ = parted(1)
    confidence = calibration.confidence(features, single=np.zeros(len(features), dtype=bool))
    unknown = ~hidden  # once what was hidden is known again
    sure = unknown & (confidence >= 0.6)
    assert sure.sum() > 500
    assert lacking[sure].mean() == pytest.approx(confidence[sure].mean(), abs=0.05)
    naive = calibration.confidence(features, single=np.ones(len(features), dtype=bool))
    assert naive.max() < 0.55  # what does not allow for it can never be sure


def test_true_share_by_hand() -> None:
    # With as much hidden as lacking and all candidates alike true, half of them are hidden: the rest is surely true.
    assert true_share(np.array(50_000), np.array(100_000), hidden=0.1, missing=0.1) == pytest.approx(1, abs=0.02)
    # A quarter hidden: half are true, so of the three quarters left a third is.
    assert true_share(np.array(25_000), np.array(100_000), hidden=0.1, missing=0.1) == pytest.approx(1 / 3, abs=0.01)
    assert true_share(np.array(25), np.array(100), hidden=0.1, missing=0.0) == 0
    few, many = (true_share(np.array(n // 2), np.array(n), hidden=0.1, missing=0.1) for n in (10, 10_000))
    assert few < many  # few observations make nothing sure


def test_more_logits_never_mean_less_confidence() -> None:
    calibration = fitted(*candidates(3_000, seed=2))
    assert (np.diff(calibration.observed) >= 0).all()
    assert (np.diff(calibration.corrected) >= 0).all()
    assert 0 < calibration.observed[0] < calibration.observed[-1] < 1


def test_kept_as_json() -> None:
    calibration = fitted(*candidates(3_000, seed=3))
    again = Calibration.from_json(json.loads(json.dumps(calibration.as_json())))
    assert again == calibration
    values = calibration.as_json()
    del values["knots"]
    with pytest.raises(ModelError, match="Propose the links again"):
        Calibration.from_json(values)
    with pytest.raises(ModelError, match="calibration"):
        Calibration.from_json({**calibration.as_json(), "hidden": "much"})
    assert replace(calibration, hidden=0.2) != again


def test_too_little_to_learn_from() -> None:
    features, true, heads = candidates(300, seed=4)
    with pytest.raises(ConfigurationError, match="Only 5 hidden links are among 300"):
        fitted(features, np.arange(300) < 5, heads)
    with pytest.raises(ConfigurationError, match="hidden links"):
        fitted(features, true, np.zeros(300, dtype=np.int64))
