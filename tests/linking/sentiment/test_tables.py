"""Clauses added up from tables: the sums are those of their named features."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linking.sentiment.clauses import Clause
from linking.sentiment.features import OF_NODE, clause_features
from linking.sentiment.grammar import grammar
from linking.sentiment.tables import make_tables, of_node, read_clause
from linking.sentiment.terms import Terms

WORDS = grammar("en")
TERMS = [
    "not",
    "never",
    "very",
    "too",
    "a lot",
    "the",
    "strap",
    "works",
    "great",
    "poor",
    "gone",
    "but",
    "!",
    ",",
    "of",
]
NODE = "strap"
WEIGHTS = {
    **{term: 0.1 * (row + 1) for row, term in enumerate(TERMS) if term not in WORDS.silent and term[0].isalnum()},
    "!works": -0.6,
    "!great": 0.3,
    "not works": -0.45,
    "works great": 0.7,
    "very poor": -0.9,
    "a lot of": 0.35,
    f"{NODE}{OF_NODE}works": 0.25,
    f"{NODE}{OF_NODE}!works": -0.15,
}
TABLES = make_tables(WEIGHTS)


@given(st.lists(st.sampled_from(TERMS), min_size=1, max_size=12), st.sampled_from(["", NODE, "another"]))
def test_the_sum_is_that_of_the_features(forms: list[str], node: str) -> None:
    read = read_clause(forms, WORDS, TABLES)
    terms = Terms(forms, [0] * len(forms), [0] * len(forms))
    names, values = clause_features(terms, Clause(0, len(forms), False), "", WORDS, (node,) if node else ())
    expected = sum(WEIGHTS.get(name, 0.0) * value for name, value in zip(names, values, strict=True))
    assert read.log_odds + of_node(read, node, WORDS, TABLES) == pytest.approx(expected, abs=1e-9)
