"""What stands around a mention, as features of the polarity model."""

from __future__ import annotations

from collections.abc import Sequence

from linking.sentiment.belonging import Place, belonging
from linking.sentiment.features import Features, clause_features
from linking.sentiment.grammar import FUNCTION
from linking.sentiment.model import ClauseWeights, SentimentModel, clause_log_odds
from linking.sentiment.negation import factors
from linking.sentiment.reading import Reading, Sentence, Spot

_NEAR = 3
_FAR = 8
_MOST = 4.0
"""Log-odds beyond this say no more."""


def around(reading: Reading, spots: Sequence[Spot], weak: SentimentModel) -> list[Features]:
    """Give the features of each spot of a text, in order."""
    model = weak.weights_of(reading.words.language)
    numbers = [reading.number_at(spot.start) for spot in spots]
    places: dict[int, list[Place]] = {number: [] for number in numbers}
    found_places = []
    for number, spot in zip(numbers, spots, strict=True):
        place = _place(reading.sentence(number), spot)
        places[number].append(place)
        found_places.append(place)
    turned = {number: _turned(reading, reading.sentence(number)) for number in places}
    return [
        _features(reading, number, reading.find(spot.start, spot.end)[1], place, places[number], turned[number], model)
        for number, spot, place in zip(numbers, spots, found_places, strict=True)
    ]


def _place(sentence: Sentence, spot: Spot) -> Place:
    """Give the first and the last term of a spot."""
    starts, ends = sentence.terms.starts, sentence.terms.ends
    inside = [row for row in range(len(starts)) if starts[row] < spot.end and ends[row] > spot.start]
    return (inside[0], inside[-1]) if inside else (0, 0)


def _turned(reading: Reading, sentence: Sentence) -> list[float]:
    """Give the factor of each term of a sentence, 0 outside clauses."""
    signs = sentence.terms.signs
    found = [0.0] * len(signs)
    for first, last, _ in sentence.clauses:
        found[first:last] = factors(signs[first:last], spaced=reading.words.spaced)
    return found


def _features(
    reading: Reading,
    number: int,
    row: int,
    place: Place,
    places: list[Place],
    turned: list[float],
    model: ClauseWeights,
) -> Features:
    sentence = reading.sentence(number)
    forms = sentence.terms.forms
    found: dict[str, float] = {}
    if not forms:
        return [], []
    surface = forms[place[0] : place[1] + 1]
    found.update((f"t:{form}", 1.0) for form in surface)
    found["t=" + " ".join(surface)] = 1.0
    if row >= 0:
        names, values = clause_features(sentence.terms, sentence.clauses[row], sentence.low, reading.words)
        for name, value in zip(names, values, strict=True):
            found["c:" + name] = found.get("c:" + name, 0.0) + value
    found.update(_clauses(reading, sentence, row, model))
    found["crowd"] = min(len(places), 6) / 3
    found.update(_window(reading, forms, place, turned))
    found.update(belonging(sentence, place, places, turned, reading.words, model))
    return list(found), list(found.values())


def _clauses(reading: Reading, sentence: Sentence, row: int, model: ClauseWeights) -> dict[str, float]:
    """Give what the clause model says of the mention's clause, of those beside it, and of the sentence."""
    parts = sentence.clauses
    found = {"clauses": min(len(parts), 6) / 3}
    whole = 0.0
    for number, clause in enumerate(parts):
        log_odds = clause_log_odds(reading, sentence, number, "", model)
        whole += log_odds
        held = max(-_MOST, min(_MOST, log_odds))
        if number == row:
            found["own"] = held
            found["own+"] = max(0.0, held)
            found["own says little"] = float(abs(log_odds) < 0.4)
        elif number == row - 1:
            found["before against" if parts[row].against else "before"] = held
        elif number == row + 1:
            found["after against" if clause.against else "after"] = held
    found["whole"] = max(-_MOST, min(_MOST, whole))
    return found


def _window(reading: Reading, forms: list[str], place: Place, turned: list[float]) -> dict[str, float]:
    """Give words by side and distance, what touches the mention, and the nearness of listed opinion words."""
    words = reading.words
    first, last = place
    before = forms[first - 1] if first else "^"
    after = forms[last + 1] if last + 1 < len(forms) else "$"
    found = {f"before={before}": 1.0, f"after={after}": 1.0, f"between={before} {after}": 1.0}
    total = 0.0
    for row, form in enumerate(forms):
        if first <= row <= last:
            continue
        distance = first - row if row < first else row - last
        nearness = 1.0 / (1.0 + 0.25 * distance)
        prior = words.priors.get(form, 0.0) * turned[row]
        if prior:
            name = "listed near" if distance <= _NEAR else "listed far"
            found[name] = found.get(name, 0.0) + prior * nearness
            total += prior * nearness
        if distance > _FAR or not form[0].isalnum():
            continue
        if not words.roles.get(form, 0) & FUNCTION:
            name = f"n:{'!' if turned[row] < 0 else ''}{form}"
            found[name] = found.get(name, 0.0) + nearness
        if distance <= _NEAR:
            side = "<" if row < first else ">"
            found[side + form] = 1.0
            if distance <= 2:
                found[f"{side}{distance}{form}"] = 1.0
    found["listed"] = max(-3.0, min(3.0, total))
    return found
