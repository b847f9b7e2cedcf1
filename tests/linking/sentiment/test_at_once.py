"""Clauses parted and words turned many at once: the same as one sentence, and one clause, after the other."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linking.sentiment.clauses import split
from linking.sentiment.grammar import AFTER_SPACE, Grammar, grammar
from linking.sentiment.negation import factors, plain_factor
from linking.sentiment.parting import part_many
from linking.sentiment.terms import Terms
from linking.sentiment.turning import factors_many

WORDS = grammar("en")
TERMS = [
    *("not", "never", "very", "slightly", "too", "gone", "away", "without", "pretty", "only", "no longer", "stop"),
    *("strap", "strap", "works", "is", "great", "poor", "a lot", "the", "it", "which", "but", "and", "still", "or"),
    *("although", "however", "yet", "nothing but", "on the other hand", ",", ",", ".", "...", "-", ";", "(", "😀", "+"),
]
SENTENCE = st.lists(st.tuples(st.sampled_from(TERMS), st.booleans()), max_size=16)


def signs_of(sentence: list[tuple[str, bool]], words: Grammar) -> list[int]:
    return [words.signs[term] | (AFTER_SPACE if spaced else 0) for term, spaced in sentence]


@settings(max_examples=400)
@given(st.lists(SENTENCE, min_size=1, max_size=5), st.sampled_from(["en", "de"]))
@example([[("still", False), (",", False), ("it", True), ("works", True), (",", False), ("great", True)]], "en")
@example([[("it", False), ("works", True), ("but", True)], [("but", False), ("great", True), ("😀", True)]], "en")
def test_sentences_are_parted_as_one_by_one(sentences: list[list[tuple[str, bool]]], language: str) -> None:
    words = grammar(language)
    signs = [signs_of(sentence, words) for sentence in sentences]
    bounds = np.cumsum([0, *map(len, signs)])
    found = part_many(np.array([sign for own in signs for sign in own], dtype=np.int64), bounds, words)
    expected = [
        (first + begin, last + begin, against, number)
        for number, (own, begin) in enumerate(zip(signs, bounds.tolist(), strict=False))
        for first, last, against in split(Terms([], [], [], own), words)
    ]
    assert list(zip(*(column.tolist() for column in found), strict=True)) == expected


@settings(max_examples=400)
@given(st.lists(SENTENCE.filter(bool), max_size=5))
@example([[("not", False), ("great", False), (",", False), ("not", False), ("poor", False)]])
@example([[("not", False), ("without", False), ("poor", False), ("not", False), ("strap", False), ("gone", False)]])
@example([[("too", False), ("very", False), ("great", False), ("too", False)]])
def test_words_are_turned_as_one_by_one(clauses: list[list[tuple[str, bool]]]) -> None:
    signs = [signs_of(clause, WORDS) for clause in clauses]
    together = np.array([sign for own in signs for sign in own], dtype=np.int64)
    owner = np.repeat(np.arange(len(signs)), [len(own) for own in signs])
    plain = np.array([plain_factor(sign) for sign in together.tolist()], dtype=np.float64)
    found = factors_many(together, owner, plain).tolist()
    bounds = np.cumsum([0, *map(len, signs)]).tolist()
    assert [found[first:last] for first, last in pairwise(bounds)] == [factors(own, spaced=True) for own in signs]
