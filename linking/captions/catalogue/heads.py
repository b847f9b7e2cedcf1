"""One head for each thing a caption can say: which values there are, how it is told, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar

from linking.captions.catalogue.kernel import Array
from linking.mentions import NodeRef

_FEWEST = 2
"""Photos below which a value is not learned."""
_BETA = 2.0
_GAIN = 0.3
"""Share of the majority's errors that a head has to do away with to be kept."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How scores become probabilities: a softmax with a temperature, then a logistic curve on the best one's log-odds.

    The first is Guo et al., "On calibration of modern neural networks", ICML 2017; the second is Platt's, and makes up
    for values that were too rare to learn.
    """

    sharpness: float
    slope: float
    offset: float

    def probabilities(self, scores: Array) -> Array:
        """Give the probability of each value, ``(n, n_values)``, from scores of the same shape."""
        logits = self.sharpness * scores
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def confidence(self, probability: Array) -> Array:
        """Give how likely a value of this probability is right, any shape."""
        return np.asarray(1 / (1 + np.exp(-self.slope * _log_odds(probability) - self.offset)))


@dataclass(frozen=True, slots=True)
class Head:
    """One thing to say.

    Attributes:
        name: category step or attribute.
        nodes: the values, in order.
        words: of each value.
        mix: features it goes by.
        ridge: of its regression.
        calibration: of its scores.
        threshold: confidence below which nothing is said.
        kinds: rows of the kinds of product it is said of; None for all.
        weight: of a category step's say in which path of the catalogue a photo shows; see ``Paths``.
    """

    name: str
    nodes: tuple[NodeRef, ...]
    words: tuple[str, ...]
    mix: str
    ridge: float
    calibration: Calibration
    threshold: float
    kinds: tuple[int, ...] | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Labels:
    """What the shop says for one head.

    Attributes:
        nodes, words: the values that are frequent enough to learn.
        rows: photos the shop says something of, ``(m,)``.
        value: position in ``nodes`` of each of them; -1 for a value too rare, ``(m,)``.
    """

    nodes: tuple[NodeRef, ...]
    words: tuple[str, ...]
    rows: npt.NDArray[np.int64]
    value: npt.NDArray[np.int64]

    @property
    def targets(self) -> Array:
        """1 where a photo has a value, ``(m, n_values)``; a photo of a rare value has none."""
        return np.asarray((self.value[:, None] == np.arange(len(self.nodes))), dtype=np.float64)

    @property
    def majority(self) -> float:
        """Share of the most frequent value."""
        return float((self.value == np.bincount(self.value[self.value >= 0]).argmax()).mean())


def labels_of(given: Sequence[tuple[NodeRef, str] | None]) -> Labels | None:
    """Collect what is said of each photo; None where there are not two values to tell apart."""
    rows = np.array([row for row, one in enumerate(given) if one is not None], dtype=np.int64)
    said = [one for one in given if one is not None]
    words: dict[NodeRef, str] = {}
    count: dict[NodeRef, int] = {}
    for node, word in said:
        words.setdefault(node, word)
        count[node] = count.get(node, 0) + 1
    nodes = tuple(sorted(node for node, n in count.items() if n >= _FEWEST))
    if len(nodes) < 2:
        return None
    place = {node: position for position, node in enumerate(nodes)}
    value = np.array([place.get(node, -1) for node, _ in said], dtype=np.int64)
    return Labels(nodes, tuple(words[node] for node in nodes), rows, value)


def calibrate(scores: Array, value: npt.NDArray[np.int64]) -> Calibration:
    """Fit the calibration to scores of products left out.

    Args:
        scores: ``(n, n_values)``.
        value: the right one; -1 for one that is not among them, ``(n,)``.
    """
    known = value >= 0

    def cost(log_sharpness: float) -> float:
        p = Calibration(float(np.exp(log_sharpness)), 1, 0).probabilities(scores[known])
        return float(-np.log(p[np.arange(len(p)), value[known]] + 1e-12).mean())

    sharpness = float(np.exp(minimize_scalar(cost, bounds=(0.0, 4.5), method="bounded").x))
    best = Calibration(sharpness, 1, 0).probabilities(scores)
    slope, offset = logistic(_log_odds(best.max(axis=1)), best.argmax(axis=1) == value)
    return Calibration(sharpness, slope, offset)


def logistic(x: Array, right: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Fit ``P(right) = 1 / (1 + exp(-slope x - offset))``, slightly drawn to slope 1 and offset 0; give both."""

    def cost(at: Array) -> float:
        z = at[0] * x + at[1]
        return float((np.logaddexp(0, z) - right * z).sum() + 0.5 * ((at[0] - 1) ** 2 + at[1] ** 2))

    found = minimize(cost, np.array([1.0, 0.0]), method="BFGS").x
    return float(max(found[0], 1e-3)), float(found[1])


def threshold(confidence: Array, right: npt.NDArray[np.bool_]) -> float:
    """Give the confidence below which saying nothing is better: the best F2 over 5.

    That is where the F measure with ``beta`` = 2 is highest (after Lipton, Elkan and Naryanaswamy, ECML 2014). What
    is not said cannot be won back, while every word that is said carries its confidence, so recall counts for more.
    """
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    said = np.arange(1, len(order) + 1)
    weight = _BETA**2
    return float(((1 + weight) * hits / (said + weight * len(order))).max() / (1 + weight))


def can_be_seen(accuracy: float, majority: float, photos: int) -> bool:
    """Tell whether a head beats its majority clearly: by a good part of the errors, and beyond chance."""
    error = np.sqrt(accuracy * (1 - accuracy) / photos)
    return accuracy - majority >= max(_GAIN * (1 - majority), 2 * error) and majority < 1


def _log_odds(probability: Array) -> Array:
    p = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(p / (1 - p)))
