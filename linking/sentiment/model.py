"""The model that says what a clause says of its mentions, with the seed lexicons alone or taught by stars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol

from linking.sentiment.features import clause_features
from linking.sentiment.grammar import grammar
from linking.sentiment.reading import Reading, Sentence, Spot
from linking.sentiment.tables import Clause, Tables, make_tables, of_node, read_clause

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


@dataclass(frozen=True)
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

    @cached_property
    def tables(self) -> Tables:
        """The weights laid out for adding up."""
        return make_tables(self.weights)


@cache
def _seed(language: str) -> ClauseWeights:
    return ClauseWeights(grammar(language).priors)


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
        return found if found is not None else _seed(language)

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
        scoring = _Scoring(reading, model)
        half_slope, nodes = 0.5 * model.slope, model.nodes
        found = []
        for start, end, node in mentions:
            number, row = reading.find(start, end)
            found.append(math.tanh(half_slope * scoring.mention(number, row, node if node in nodes else "")))
        return found

    def log_odds(self, text: str, mentions: Sequence[Spot], language: str | None = None) -> list[float]:
        """Give the log-odds of each mention's own clause being positive, before the slope, for models on top."""
        reading = Reading(text, language)
        scoring = _Scoring(reading, self.weights_of(reading.words.language))
        return [scoring.mention(*reading.find(start, end), "") for start, end, _ in mentions]

    def save(self, folder: Path) -> None:
        """Write the model into a folder, replacing a model that is there; ``load_sentiment`` reads it."""
        from linking.sentiment.files import save_sentiment

        save_sentiment(self, folder)


class _Scoring:
    """Scores the clauses of one text, each once."""

    __slots__ = ("_clauses", "_known", "_model", "_reading")

    def __init__(self, reading: Reading, model: ClauseWeights) -> None:
        self._reading, self._model = reading, model
        self._clauses: dict[tuple[int, int], Clause] = {}
        self._known: dict[tuple[int, int, str], float] = {}

    def mention(self, number: int, row: int, node: str) -> float:
        """Give the log-odds for a mention in a clause: the clause's own, and a little of its neighbours'."""
        if row < 0:
            return 0.0
        key = (number, row, node)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._mention(number, row, node)
        return found

    def _mention(self, number: int, row: int, node: str) -> float:
        sentence = self._reading.sentence(number)
        parts = sentence.clauses
        own = self._clause(sentence, number, row, node)
        if abs(own) > _SPEAKS:
            return own
        around = 0.0
        if row and not parts[row].against:
            around += self._clause(sentence, number, row - 1, "")
        if row + 1 < len(parts) and not parts[row + 1].against:
            around += self._clause(sentence, number, row + 1, "")
        return own + max(-_AROUND_AT_MOST, min(_AROUND_AT_MOST, _AROUND * around))

    def _clause(self, sentence: Sentence, number: int, row: int, node: str) -> float:
        words = self._reading.words
        if not words.spaced:
            return clause_log_odds(self._reading, sentence, row, node, self._model)
        tables = self._model.tables
        clause = self._clauses.get((number, row))
        if clause is None:
            first, last, _ = sentence.clauses[row]
            clause = self._clauses[number, row] = read_clause(sentence.terms.forms[first:last], words, tables)
        return clause.log_odds + of_node(clause, node, words, tables) if node else clause.log_odds


def clause_log_odds(reading: Reading, sentence: Sentence, row: int, node: str, model: ClauseWeights) -> float:
    """Give the log-odds that one clause is positive."""
    words, weights = reading.words, model.weights
    first, last, _ = clause = sentence.clauses[row]
    if words.spaced:
        read = read_clause(sentence.terms.forms[first:last], words, model.tables)
        return read.log_odds + of_node(read, node, words, model.tables)
    names, values = clause_features(sentence.terms, clause, sentence.low, words, (node,) if node else ())
    return sum([weights[name] * value for name, value in zip(names, values, strict=True) if name in weights])
