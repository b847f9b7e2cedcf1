"""Questions: every triple is an answer to exactly one question of each side."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embeddings.graph.questions import head_questions, joined, tail_questions
from embeddings.graph.triples import Triples
from kg.ids import IdMap

_IDS = IdMap({"Entity": [f"e{number}" for number in range(6)]})
_ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 5)), max_size=30)


@given(_ROWS)
def test_answers_of_all_questions_are_the_triples(rows: list[tuple[int, int, int]]) -> None:
    triples = Triples.of(_IDS, ["a", "b", "c"], np.array(rows, dtype=np.int64).reshape(-1, 3))
    expected = set(map(tuple, rows))
    for inverse in (True, False):
        tails, heads = tail_questions(triples, inverse=inverse), head_questions(triples, inverse=inverse)
        for questions, turned in ((tails, False), (heads, True)):
            positions, places = questions.answers_to(np.arange(len(questions)))
            relation = questions.relation[positions] // (2 if inverse else 1)
            ends = (questions.entity[positions], questions.answers[places])
            head, tail = reversed(ends) if turned else ends
            assert sorted(zip(head, relation, tail, strict=True)) == sorted(expected)
        if inverse:
            assert len(joined(tails, heads)) == len(tails) + len(heads)
            assert len(joined(tails, heads).answers) == 2 * len(expected)


@given(_ROWS, st.integers(0, 5), st.integers(0, 2))
def test_a_question_is_found_where_it_has_an_answer(
    rows: list[tuple[int, int, int]], entity: int, relation: int
) -> None:
    triples = Triples.of(_IDS, ["a", "b", "c"], np.array(rows, dtype=np.int64).reshape(-1, 3))
    questions = tail_questions(triples, inverse=False)
    number = int(questions.find(np.array([entity]), np.array([relation]))[0])
    expected = {tail for head, own, tail in rows if (head, own) == (entity, relation)}
    assert (number >= 0) == bool(expected)
    if number >= 0:
        assert set(questions.answers[questions.start[number] : questions.start[number + 1]]) == expected
