"""What stands around a mention, as features of the polarity model."""

from __future__ import annotations

from collections.abc import Sequence

from linking.sentiment.features import Features, clause_features
from linking.sentiment.grammar import FUNCTION, Grammar
from linking.sentiment.model import SentimentModel, clause_log_odds
from linking.sentiment.negation import factors
from linking.sentiment.reading import Reading, Sentence, Spot

_NEAR = 3
_FAR = 8


def around(reading: Reading, spots: Sequence[Spot], weak: SentimentModel) -> list[Features]:
    """Give the features of each spot of a text."""
    found = []
    crowd: dict[int, int] = {}
    for spot in spots:
        number = reading.number_at(spot.start)
        crowd[number] = crowd.get(number, 0) + 1
    for spot in spots:
        number, row = reading.find(spot.start, spot.end)
        found.append(_features(reading, reading.sentence(number), row, spot, crowd[number], weak))
    return found


def _features(reading: Reading, sentence: Sentence, row: int, spot: Spot, crowd: int, weak: SentimentModel) -> Features:
    words = reading.words
    model = weak.weights_of(words.language)
    names: list[str] = []
    values: list[float] = []

    def add(name: str, value: float = 1.0) -> None:
        names.append(name)
        values.append(value)

    forms, starts, ends = sentence.terms
    inside = [place for place in range(len(forms)) if starts[place] < spot.end and ends[place] > spot.start]
    for place in inside:
        add("t:" + forms[place])
    add("t=" + " ".join(forms[place] for place in inside))
    parts = sentence.clauses
    whole = 0.0
    turned: dict[int, float] = {}
    for place, clause in enumerate(parts):
        log_odds = clause_log_odds(reading, sentence, place, "", model)
        whole += log_odds
        for position, factor in enumerate(factors(forms[clause.first : clause.last], words), clause.first):
            turned[position] = factor
        if place == row:
            _own(reading, sentence, row, names, values)
            add("own", max(-4.0, min(4.0, log_odds)))
            add("own+", max(0.0, min(3.0, log_odds)))
            add("weak own", float(abs(log_odds) < 0.4))
        elif place == row - 1:
            add("before against" if parts[row].against else "before", max(-3.0, min(3.0, log_odds)))
        elif place == row + 1:
            add("after against" if clause.against else "after", max(-3.0, min(3.0, log_odds)))
    add("whole", max(-4.0, min(4.0, whole)))
    add("crowd", min(crowd, 6) / 3)
    add("clauses", min(len(parts), 6) / 3)
    if inside:
        _window(forms, inside[0], inside[-1], turned, words, names, values)
    return names, values


def _own(reading: Reading, sentence: Sentence, row: int, names: list[str], values: list[float]) -> None:
    own_names, own_values = clause_features(sentence.terms, sentence.clauses[row], sentence.low, reading.words)
    names += ["c:" + name for name in own_names]
    values += own_values


def _window(
    forms: list[str],
    first: int,
    last: int,
    turned: dict[int, float],
    words: Grammar,
    names: list[str],
    values: list[float],
) -> None:
    """Add words by their side and distance, and the nearest opinion words of the seed lexicon."""
    best = 0.0
    for place, form in enumerate(forms):
        if first <= place <= last:
            continue
        distance = first - place if place < first else place - last
        prior = words.priors.get(form, 0.0) * (turned.get(place) or 0.0)
        if prior:
            weight = 1.0 / (1.0 + 0.25 * distance)
            best += prior * weight
            names.append("lexicon near" if distance <= _NEAR else "lexicon far")
            values.append(prior * weight)
        if distance > _FAR or not form[0].isalnum():
            continue
        sign = "!" if turned.get(place, 0.0) < 0 else ""
        if not words.roles.get(form, 0) & FUNCTION:
            names.append(f"n:{sign}{form}")
            values.append(1.0 / (1.0 + 0.25 * distance))
        if distance <= _NEAR:
            side = "<" if place < first else ">"
            names.append(f"{side}{form}")
            values.append(1.0)
            if distance <= 2:
                names.append(f"{side}{distance}{form}")
                values.append(1.0)
    names.append("lexicon")
    values.append(max(-3.0, min(3.0, best)))
