"""Scores against a second way of counting, and folds that keep a text from being judged by a model that saw it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from kg.errors import ConfigurationError
from linking.training.folds import folds, hold_out
from linking.training.scores import Score, span_scores, total

SPANS = st.frozensets(st.tuples(st.integers(0, 3), st.integers(4, 6), st.sampled_from("AB")), max_size=6)
TEXTS = st.lists(st.text(alphabet="aAb ", max_size=3), min_size=2, max_size=30)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(SPANS, SPANS), min_size=1, max_size=5))
def test_scores_are_those_of_scikit_learn(pairs: list[tuple[frozenset[tuple[int, int, str]], ...]]) -> None:
    wanted, found = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    places = [
        (number, start, end, label)
        for number in range(len(pairs))
        for start in range(4)
        for end in range(4, 7)
        for label in "AB"
    ]
    truth = [place[1:] in wanted[place[0]] for place in places]
    given_ = [place[1:] in found[place[0]] for place in places]
    precision, recall, f1, _ = precision_recall_fscore_support(truth, given_, average="binary", zero_division=0)
    score = total(span_scores(wanted, found).values())
    assert (score.precision, score.recall, score.f1) == pytest.approx((precision, recall, f1))


def test_a_span_with_another_label_or_border_is_wrong() -> None:
    scores = span_scores([[(0, 4, "A"), (5, 7, "B")]], [[(0, 4, "B"), (5, 8, "B")]])
    assert scores == {"A": Score(0, 0, 1), "B": Score(0, 2, 1)}


@given(TEXTS, st.integers(0, 99))
def test_folds_part_all_texts_and_never_the_same_one(texts: list[str], seed: int) -> None:
    different = {" ".join(text.casefold().split()) for text in texts}
    if len(different) < 2:
        with pytest.raises(ConfigurationError, match="cannot be parted"):
            folds(texts, n_folds=2, seed=seed)
        return
    parted = folds(texts, n_folds=2, seed=seed)
    assert sorted(place for fold in parted for place in fold) == list(range(len(texts)))
    forms = [{" ".join(texts[place].casefold().split()) for place in fold} for fold in parted]
    assert not forms[0] & forms[1]
    assert abs(len(forms[0]) - len(forms[1])) <= 1


def test_hold_out_keeps_the_share_and_depends_on_the_texts_alone() -> None:
    texts = [f"text {number}" for number in range(50)]
    learn, held = hold_out(texts, fraction=0.2, seed=3)
    assert len(held) == 10
    assert sorted(learn + held) == list(range(50))
    backwards = hold_out(texts[::-1], fraction=0.2, seed=3)[1]
    assert {texts[place] for place in held} == {texts[::-1][place] for place in backwards}
    assert hold_out(texts, fraction=0.2, seed=4)[1] != held


@pytest.mark.parametrize("fraction", [0.0, 1.0, -1.0, float("nan")])
def test_a_share_that_is_none_is_refused(fraction: float) -> None:
    with pytest.raises(ConfigurationError, match="share to hold out"):
        hold_out(["a", "b"], fraction=fraction, seed=0)
