"""Many texts scored at once: what is read and added up as arrays is what is read and named one by one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linking.sentiment import Asked, SentimentModel, Spot
from linking.sentiment import bulk as reading_in_bulk
from linking.sentiment.features import OF_NODE
from linking.sentiment.grammar import AFTER_SPACE, grammar
from linking.sentiment.model import ClauseWeights, clause_log_odds
from linking.sentiment.numbers import numbered
from linking.sentiment.reading import Reading
from linking.sentiment.terms import lowered, read_terms, sentence_starts

WORDS = grammar("en")
NODE = "strap"
WEIGHTS = {
    "strap": 0.1,
    "works": 0.3,
    "great": 1.1,
    "poor": -1.2,
    "gone": -0.4,
    "a lot": 0.2,
    "don't": 0.15,
    ":)": 0.9,
    "!works": -0.6,
    "!great": 0.3,
    "not works": -0.45,
    "works great": 0.7,
    "very poor": -0.9,
    "a lot of": 0.35,
    f"{NODE}{OF_NODE}works": 0.25,
    f"{NODE}{OF_NODE}great": 0.15,
    f"{NODE}{OF_NODE}!works": -0.15,
}
MODEL = ClauseWeights(WEIGHTS, frozenset({NODE}), 0.8)
PIECES = [
    *("not", "never", "very", "too", "a lot", "of", "the", "strap", "Strap", "works", "great", "poor", "gone", "don't"),
    *("but", "and", "still", "nothing but", "on the other hand", "which", "is", "e.g.", "etc.", "No.", "3.5", "U.S."),
    *("!", "?!", ",", ".", "...", "..", ";", "-", "--", "(", ")", '"', "'", "’", ":)", ":-(", ":d", "\n", "\n\n", " "),
    *("  ", "\t", "_x", "é", "İ", "ß", "😀", "👍", "…", "。", "，", "\x00", "rock'n'roll", ".I", "x"),
]
TEXTS = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " ", " "])), min_size=1, max_size=25).map(
    lambda pieces: "".join(piece + space for piece, space in pieces)
)


def spread(text: str) -> list[Spot]:
    """Put a mention on each third character."""
    return [Spot(place, place + 1, NODE if place % 2 else "") for place in range(0, max(1, len(text)), 3)]


@given(st.lists(TEXTS, min_size=1, max_size=4))
@example(["Works. great", "in. The strap", "😀 works great.The strap is gone"])
@example(["works :d's great"])
def test_the_terms_are_those_of_one_text_after_the_other(texts: list[str]) -> None:
    model = numbered(WEIGHTS, WORDS)
    asked = [Asked(text, spread(text)) for text in texts]
    found = reading_in_bulk.read(asked, WORDS, model)
    firsts, signs, mentions = found.firsts.tolist(), found.signs.tolist(), found.mentions.tolist()
    row = 0
    sentences = 0
    for text, spots, _ in asked:
        plain = text.replace("\x00", "\x01")
        starts = sentence_starts(plain, WORDS)
        wanted = sorted({max(at for at, start in enumerate(starts) if start <= spot.start) for spot in spots})
        for number in wanted:
            end = starts[number + 1] if number + 1 < len(starts) else len(plain)
            terms = read_terms(lowered(plain), starts[number], end, WORDS)
            own = slice(firsts[sentences], firsts[sentences + 1])
            assert _shown(signs[own]) == _shown(terms.signs)
            assert found.numbers[own].tolist() == [model.numbers[form] for form in _ends_joined(terms.forms)]
            for spot in spots:
                if starts[number] <= spot.start < end or (number == wanted[-1] and spot.start >= end):
                    at = max([0, *(place for place, start in enumerate(terms.starts) if start <= spot.start)])
                    assert mentions[row] == (firsts[sentences] + at if terms.forms else -1)
                    row += 1
            sentences += 1
    assert (row, sentences) == (len(mentions), len(firsts) - 1)


@given(st.lists(TEXTS, min_size=1, max_size=4))
@example(["not works great, but a lot of poor strap :)", "x"])
def test_the_sums_are_those_of_named_features(texts: list[str]) -> None:
    model = SentimentModel({"en": MODEL})
    asked = [Asked(text.replace("\x00", " "), spread(text), "en") for text in texts]
    together = model.score_batch(asked)
    assert together == [model.score_many(*one) for one in asked]
    for (text, spots, _), scores in zip(asked, together, strict=True):
        for spot, score in zip(spots, scores, strict=True):
            assert score == pytest.approx(_one_by_one(text, spot), abs=1e-9)


def _one_by_one(text: str, spot: Spot) -> float:
    """Score a mention by the named features of its clause and of those beside it."""
    read = Reading(text, "en")
    number, row = read.find(spot.start, spot.end)
    if row < 0:
        return 0.0
    sentence = read.sentence(number)
    parts = sentence.clauses
    own = clause_log_odds(read, sentence, row, spot.node, MODEL)
    beside = 0.0
    if row and not parts[row].against:
        beside += clause_log_odds(read, sentence, row - 1, "", MODEL)
    if row + 1 < len(parts) and not parts[row + 1].against:
        beside += clause_log_odds(read, sentence, row + 1, "", MODEL)
    if abs(own) <= 0.8:
        own += max(-0.5, min(0.5, 0.25 * beside))
    return math.tanh(0.5 * MODEL.slope * own)


def _shown(signs: Sequence[int]) -> list[int]:
    """Leave out what only matters between two terms: whether a space stands before the first."""
    return [sign & ~AFTER_SPACE if place == 0 else sign for place, sign in enumerate(signs)]


def _ends_joined(forms: list[str]) -> list[str]:
    """Give several ends of lines as one."""
    return ["\n" if form[0] == "\n" else form for form in forms]
