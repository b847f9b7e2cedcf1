"""The model that says what a clause says of its mentions, with the seed lexicons alone or taught by stars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np

from linking.sentiment import batch
from linking.sentiment.bulk import Asked
from linking.sentiment.features import clause_features
from linking.sentiment.grammar import grammar, guess_language
from linking.sentiment.numbers import Numbered, numbered
from linking.sentiment.reading import Reading, Sentence, Spot


class Scorer(Protocol):
    """What gives mentions their sentiment: ``SentimentModel``, or ``PolarityModel`` where polarities are labelled."""

    def score(self, text: str, start: int, end: int, language: str | None = None, *, node: str = "") -> float:
        """Give what the text says of one mention, -1 to 1."""
        ...

    def score_many(self, text: str, mentions: Sequence[Spot], language: str | None = None) -> list[float]:
        """Give what the text says of each mention, -1 to 1."""
        ...

    def score_batch(self, asked: Sequence[Asked]) -> list[list[float]]:
        """Give what each of many texts says of each of its mentions, -1 to 1; faster than one after the other."""
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
        language: code, whose grammar tells the terms.
    """

    weights: Mapping[str, float]
    nodes: frozenset[str] = frozenset()
    slope: float = 1.0
    language: str = "en"

    @cached_property
    def numbered(self) -> Numbered:
        """The weights laid out by number."""
        return numbered(self.weights, grammar(self.language))


@cache
def _seed(language: str) -> ClauseWeights:
    return ClauseWeights(grammar(language).priors, language=language)


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
        return self.score_batch((Asked(text, mentions, language),))[0]

    def score_batch(self, asked: Sequence[Asked]) -> list[list[float]]:
        """Give what each text says of each of its mentions, in order, as ``score`` does; cheaper for many texts."""
        found: list[list[float]] = [[] for _ in asked]
        alike: dict[tuple[str, bool], list[int]] = {}
        for row, (text, spots, language) in enumerate(asked):
            if spots:
                code = grammar(language or guess_language(text)).language
                alike.setdefault((code, text.isascii()), []).append(row)
        for (code, _), rows in alike.items():
            words, model = grammar(code), self.weights_of(code)
            if not words.spaced:
                for row in rows:
                    found[row] = _score_unspaced(asked[row], code, model)
                continue
            log_odds = batch.log_odds([asked[row] for row in rows], words, model.numbered)
            scores = iter(np.tanh(0.5 * model.slope * log_odds).tolist())
            for row in rows:
                found[row] = list(islice(scores, len(asked[row].spots)))
        return found

    def save(self, folder: Path) -> None:
        """Write the model into a folder, replacing a model that is there; ``load_sentiment`` reads it."""
        from linking.sentiment.files import save_sentiment

        save_sentiment(self, folder)


def _score_unspaced(asked: Asked, language: str, model: ClauseWeights) -> list[float]:
    """Score one text of a language whose words do not stand between spaces, each clause once."""
    reading = Reading(asked.text, language)
    known: dict[tuple[int, int, str], float] = {}

    def of_clause(number: int, row: int, node: str) -> float:
        key = (number, row, node)
        if key not in known:
            known[key] = clause_log_odds(reading, reading.sentence(number), row, node, model)
        return known[key]

    def beside(number: int, row: int) -> float:
        parts = reading.sentence(number).clauses
        found = of_clause(number, row - 1, "") if row and not parts[row].against else 0.0
        if row + 1 < len(parts) and not parts[row + 1].against:
            found += of_clause(number, row + 1, "")
        return found

    places = [reading.find(start, end) for start, end, _ in asked.spots]
    nodes = [node if node in model.nodes else "" for _, _, node in asked.spots]
    own = [of_clause(*place, node) if place[1] >= 0 else 0.0 for place, node in zip(places, nodes, strict=True)]
    around = [beside(*place) if place[1] >= 0 else 0.0 for place in places]
    scores: list[float] = np.tanh(0.5 * model.slope * batch.around_own(np.array(own), np.array(around))).tolist()
    return scores


def clause_log_odds(reading: Reading, sentence: Sentence, row: int, node: str, model: ClauseWeights) -> float:
    """Give the log-odds that one clause is positive."""
    weights = model.weights
    nodes = (node,) if node else ()
    names, values = clause_features(sentence.terms, sentence.clauses[row], sentence.low, reading.words, nodes)
    return sum([weights[name] * value for name, value in zip(names, values, strict=True) if name in weights])
