"""The model that says what a clause says of its mentions, with the seed lexicons alone or taught by stars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from linking.sentiment.features import clause_features
from linking.sentiment.grammar import grammar
from linking.sentiment.reading import Reading, Sentence, Spot

_AROUND = 0.25
"""How much a neighbouring clause of the sentence says of a mention, beside its own."""
_AROUND_AT_MOST = 0.5
_SPEAKS = 0.8
"""Log-odds from which a clause speaks for itself, and its neighbours are not asked."""


class Scorer(Protocol):
    """What gives mentions their sentiment: ``SentimentModel``, or ``PolarityModel`` where polarities are labelled."""

    def score(self, text: str, start: int, end: int, language: str | None = None, *, node: str = "") -> float:
        """Give what the text says of one mention, -1 to 1."""
        ...

    def score_many(self, text: str, mentions: Sequence[Spot], language: str | None = None) -> list[float]:
        """Give what the text says of each mention, -1 to 1."""
        ...

    def save(self, folder: Path) -> None:
        """Write the model into a folder."""
        ...


@dataclass(frozen=True, slots=True)
class ClauseWeights:
    """The clause model of one language.

    Attributes:
        weights: what each feature adds to the log-odds that a clause is positive.
        nodes: ids of the nodes whose words count apart.
        slope: by which log-odds are multiplied, so that they are neither too sure nor too timid.
    """

    weights: Mapping[str, float]
    nodes: frozenset[str] = frozenset()
    slope: float = 1.0


@dataclass(frozen=True, slots=True)
class SentimentModel:
    """Gives mentions their sentiment by the clause that they stand in.

    Attributes:
        languages: clause models that were taught by reviews; other languages go by their seed lexicon.
        reviews: how many reviews each language's model was taught by.
    """

    languages: Mapping[str, ClauseWeights] = field(default_factory=dict)
    reviews: Mapping[str, int] = field(default_factory=dict)

    def weights_of(self, language: str) -> ClauseWeights:
        """Give the clause model of a language: taught, or else its seed lexicon."""
        found = self.languages.get(language)
        return found if found is not None else ClauseWeights(grammar(language).priors)

    def score(self, text: str, start: int, end: int, language: str | None = None, *, node: str = "") -> float:
        """Give what the clause of a mention says of it.

        Args:
            text: of the review.
            start, end: first character of the mention, and the one after the last.
            language: code such as ``en``; None to guess between English and Chinese.
            node: id of the node that the mention means, if known.

        Returns:
            -1 (bad) to 1 (good): the probability that the clause is positive, less that it is negative. 0 where
            nothing is said either way.
        """
        return self.score_many(text, (Spot(start, end, node),), language)[0]

    def score_many(self, text: str, mentions: Sequence[Spot], language: str | None = None) -> list[float]:
        """Give what the text says of each mention, in order, as ``score`` does; cheaper for several of one text."""
        if not mentions:
            return []
        reading = Reading(text, language)
        model = self.weights_of(reading.words.language)
        known: dict[tuple[int, int, str], float] = {}
        found = []
        for start, end, node in mentions:
            number, row = reading.find(start, end)
            own_words = node if node in model.nodes else ""
            log_odds = _log_odds(reading, number, row, own_words, model, known)
            found.append(math.tanh(0.5 * model.slope * log_odds))
        return found

    def log_odds(self, text: str, mentions: Sequence[Spot], language: str | None = None) -> list[float]:
        """Give the log-odds of each mention's own clause being positive, before the slope, for models on top."""
        reading = Reading(text, language)
        model = self.weights_of(reading.words.language)
        places = [reading.find(start, end) for start, end, _ in mentions]
        known: dict[tuple[int, int, str], float] = {}
        return [_log_odds(reading, number, row, "", model, known) for number, row in places]

    def save(self, folder: Path) -> None:
        """Write the model into a folder, replacing a model that is there; ``load_sentiment`` reads it."""
        from linking.sentiment.files import save_sentiment

        save_sentiment(self, folder)


def _log_odds(
    reading: Reading, number: int, row: int, node: str, model: ClauseWeights, known: dict[tuple[int, int, str], float]
) -> float:
    """Give the log-odds for a mention in a clause: the clause's own, and a little of its neighbours'."""
    if row < 0:
        return 0.0

    def of(place: int, node: str) -> float:
        key = (number, place, node)
        if key not in known:
            known[key] = clause_log_odds(reading, sentence, place, node, model)
        return known[key]

    sentence = reading.sentence(number)
    parts = sentence.clauses
    own = of(row, node)
    if abs(own) > _SPEAKS:
        return own
    around = 0.0
    if row and not parts[row].against:
        around += of(row - 1, "")
    if row + 1 < len(parts) and not parts[row + 1].against:
        around += of(row + 1, "")
    return own + max(-_AROUND_AT_MOST, min(_AROUND_AT_MOST, _AROUND * around))


def clause_log_odds(reading: Reading, sentence: Sentence, row: int, node: str, model: ClauseWeights) -> float:
    """Give the log-odds that one clause is positive."""
    words, weights = reading.words, model.weights
    first, last, _ = clause = sentence.clauses[row]
    forms = sentence.terms.forms[first:last]
    if words.spaced and not node and words.turning.isdisjoint(forms):
        # Nothing turns anything: the same sum, several times faster.
        return sum([weights[form] for form in forms if form in weights]) + sum(
            [weights[pair] for before, form in pairwise(forms) if (pair := before + " " + form) in weights]
        )
    names, values = clause_features(sentence.terms, clause, sentence.low, words, (node,) if node else ())
    return sum([weights[name] * value for name, value in zip(names, values, strict=True) if name in weights])
