"""Polarity learnt from labelled mentions, on top of the clause model: positive, negative, neutral, conflict.

A softmax regression over what stands around the mention: words and pairs of words of its clause, words by side and
distance, the words of the mention, what the clause model says of the clause, of its neighbours and of the sentence, and
whether the opinions of the sentence belong to this mention or to another. Linear models of such features led the task
that the classes come from (M. Pontiki et al., "SemEval-2014 Task 4", 2014; S. Kiritchenko et al., "NRC-Canada-2014:
Detecting Aspects and Sentiment in Customer Reviews", 2014).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from kg.errors import InputError
from linking.sentiment.around import around
from linking.sentiment.bulk import Asked
from linking.sentiment.features import Features
from linking.sentiment.grammar import grammar, guess_language
from linking.sentiment.model import SentimentModel
from linking.sentiment.reading import Reading, Spot
from linking.sentiment.weights import matrix

POLARITIES: tuple[str, ...] = ("positive", "negative", "neutral", "conflict")
_LEAST = 2
_STRENGTHS = (0.02, 0.04, 0.08, 0.16)
_FOLDS = 5
_FEW = 40
"""With fewer labels than this, the strength of the penalty is not chosen but the strongest taken."""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text whose mentions have a polarity: one of ``POLARITIES`` for each spot."""

    text: str
    spots: tuple[Spot, ...]
    polarities: tuple[str, ...]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class PolarityWeights:
    """The polarity model of one language.

    Attributes:
        classes: in order.
        weights: what each feature adds to each class's log-odds.
        bias: log-odds of each class beforehand.
    """

    classes: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]
    bias: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PolarityModel:
    """Gives mentions their polarity; languages without labels go by the clause model.

    Attributes:
        weak: the clause model below.
        languages: polarity models.
    """

    weak: SentimentModel
    languages: Mapping[str, PolarityWeights]

    def score(self, text: str, start: int, end: int, language: str | None = None, *, node: str = "") -> float:
        """Give what the text says of one mention: the probability of positive less that of negative, -1 to 1."""
        return self.score_many(text, (Spot(start, end, node),), language)[0]

    def score_many(self, text: str, mentions: Sequence[Spot], language: str | None = None) -> list[float]:
        """Give what the text says of each mention, in order, as ``score`` does."""
        code = grammar(language or guess_language(text)).language
        if code not in self.languages:
            return self.weak.score_many(text, mentions, language)
        return [
            found.get("positive", 0.0) - found.get("negative", 0.0)
            for found in self.probabilities(text, mentions, language)
        ]

    def score_batch(self, asked: Sequence[Asked]) -> list[list[float]]:
        """Give what each text says of each of its mentions, in order, as ``score`` does."""
        return [self.score_many(*one) if one.spots else [] for one in asked]

    def probabilities(self, text: str, mentions: Sequence[Spot], language: str | None = None) -> list[dict[str, float]]:
        """Give the probability of each class, for each mention.

        Raises:
            InputError: no labels of this language were learnt from.
        """
        reading = Reading(text, language)
        model = self.languages.get(reading.words.language)
        if model is None:
            known = ", ".join(sorted(self.languages))
            raise InputError(f'Polarities of "{reading.words.language}" were not learnt; only those of: {known}.')
        return [_softmax(model, features) for features in around(reading, mentions, self.weak)]

    def save(self, folder: Path) -> None:
        """Write the model into a folder, replacing a model that is there; ``load_sentiment`` reads it."""
        from linking.sentiment.files import save_sentiment

        save_sentiment(self, folder)


def train_polarity(
    labelled: Iterable[LabelledText], *, weak: SentimentModel | None = None, seed: int = 0
) -> PolarityModel:
    """Learn from labelled mentions.

    Args:
        labelled: texts with the polarity of each spot.
        weak: the clause model to build on, best one taught by reviews of the same shop; None for the seed lexicons.
        seed: parts the labels into the folds on which the strength of the penalty is chosen.

    Raises:
        InputError: there are no labels, a label is unknown, or a text has not one label for each spot.
    """
    below = weak if weak is not None else SentimentModel()
    by_language: dict[str, list[LabelledText]] = {}
    for row in labelled:
        if len(row.spots) != len(row.polarities):
            raise InputError(f"{len(row.spots)} spots came with {len(row.polarities)} polarities: {row.text[:60]!r}")
        for label in row.polarities:
            if label not in POLARITIES:
                raise InputError(f'There is no polarity "{label}". Polarities: {", ".join(POLARITIES)}.')
        code = grammar(row.language or guess_language(row.text)).language
        by_language.setdefault(code, []).append(row)
    if not any(row.spots for rows in by_language.values() for row in rows):
        raise InputError("There are no labelled mentions to learn polarity from; give at least one text with a spot.")
    # One thread: the matrices are small, and several threads only wait for each other.
    with threadpool_limits(limits=1):
        return PolarityModel(
            below, {code: _learn(by_language[code], code, below, seed) for code in sorted(by_language)}
        )


def _learn(rows: list[LabelledText], code: str, weak: SentimentModel, seed: int) -> PolarityWeights:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    features: list[Features] = []
    labels: list[str] = []
    texts: list[int] = []
    for number, row in enumerate(rows):
        features += around(Reading(row.text, code), row.spots, weak)
        labels += row.polarities
        texts += [number] * len(row.spots)
    seen = Counter(name for names, _ in features for name in set(names))
    names = sorted(name for name, count in seen.items() if count >= _LEAST)
    X = matrix(features, {name: column for column, name in enumerate(names)})
    classes = tuple(label for label in POLARITIES if label in labels)
    y = np.array([classes.index(label) for label in labels])
    if len(classes) == 1 or not names:
        # Nothing tells one label from another: the classes are as likely as they are frequent.
        shares = np.bincount(y) / len(y)
        return PolarityWeights(classes, {}, tuple(round(math.log(share), 5) for share in shares.tolist()))
    strength = _STRENGTHS[0]
    if len(y) >= _FEW and len(set(texts)) >= _FOLDS:
        folds = GroupKFold(_FOLDS, shuffle=True, random_state=seed)
        hits = []
        for candidate in _STRENGTHS:
            model = LogisticRegression(C=candidate, max_iter=300)
            hits.append(int((cross_val_predict(model, X, y, groups=texts, cv=folds) == y).sum()))
        strength = _STRENGTHS[int(np.argmax(hits))]
    fitted = LogisticRegression(C=strength, max_iter=500).fit(X, y)
    coefficients, bias = fitted.coef_, fitted.intercept_
    if len(classes) == 2:
        coefficients, bias = np.vstack([-coefficients / 2, coefficients / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    weights = {
        name: tuple(round(float(value), 5) for value in column)
        for name, column in zip(names, coefficients.T, strict=True)
    }
    return PolarityWeights(classes, weights, tuple(round(float(value), 5) for value in bias))


def _softmax(model: PolarityWeights, features: Features) -> dict[str, float]:
    totals = list(model.bias)
    weights = model.weights
    for name, value in zip(*features, strict=True):
        row = weights.get(name)
        if row is not None:
            totals = [total + weight * value for total, weight in zip(totals, row, strict=True)]
    highest = max(totals)
    powers = [math.exp(total - highest) for total in totals]
    whole = sum(powers)
    return {name: power / whole for name, power in zip(model.classes, powers, strict=True)}
