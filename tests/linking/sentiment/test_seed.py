"""What the seed lexicons alone make of negation, degree, excess and absence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linking.sentiment import Asked, SentimentModel, Spot
from linking.sentiment.bulk import read
from linking.sentiment.features import clause_features
from linking.sentiment.grammar import grammar
from linking.sentiment.model import ClauseWeights, clause_log_odds
from linking.sentiment.numbers import numbered
from linking.sentiment.reading import Reading

_GOOD_EN = [
    ("Great [sound]", "praise"),
    ("The [smell] is gone", "a reverser"),
    ("no [smell] at all", "a nuisance that is absent"),
    ("odour-free [box]", "free of a nuisance"),
    ("the [weight] is not heavy at all", "negation"),
    ("[it] is not without comfort", "double negation"),
    ("I never had any problems with the [zip]", "never"),
    ("hardly any [noise]", "hardly"),
    ("zero [noise]", "zero"),
    ("nothing [rubs], nothing pinches", "nothing, twice"),
    ("less [noisy] than my old one", "a comparative"),
    ("not too [heavy]", "negated excess"),
    ("you can't go wrong with this [bag]", "a set phrase"),
    ("not only is the [zip] sturdy", "not only"),
    ("it isn’t a bad [zip]", "a curly apostrophe"),
    ("The sound is awful, but the [strap] is great", "its own clause"),
    ("works great too, this [zip]", "too, also"),
]
_BAD_EN = [
    ("great sound but the [strap] broke", "its own clause"),
    ("the [strap] is not good", "negation"),
    ("the [strap] isn't comfortable", "n't"),
    ("a strong [smell]", "a nuisance"),
    ("the [smell] will not go away", "a negated reverser"),
    ("too [heavy]", "excess"),
    ("the [screen] is too bright", "excess of something good"),
    ("far from [comfortable]", "far from"),
    ("anything but [comfortable]", "anything but"),
    ("nothing but trouble with the [zip]", "nothing but"),
    ("the [zip] no longer works", "no longer"),
    ("without any [comfort]", "without"),
]
_GOOD_ZH = [
    ("[音质]非常好", "praise"),
    ("没有[异味]", "absence"),
    ("毫无[异味]", "absence"),
    ("一点[气味]都没有", "absence told behind"),
    ("[异味]没了", "a reverser"),
    ("一点也不[重]", "negation"),
    ("也没有[异响]", "negation with an object"),
    ("[椅子]太舒服了", "very, before praise"),
    ("不仅[轻便]", "not only"),
    ("[拉链]从没坏过", "never"),
    ("声音差，但是[拉链]很结实", "its own clause"),
    ("并不[重]", "negation"),
]
_BAD_ZH = [
    ("音质很好，但是[拉链]坏了", "its own clause"),
    ("[椅子]一点都不舒服", "negation"),
    ("[椅子]不太舒服", "weak negation"),
    ("[味道]一直散不掉", "a set phrase"),
    ("[包]太重了", "excess"),
    ("[噪音]太大了", "a nuisance"),
    ("根本[洗]不干净", "a complement"),
    ("没想到这么[重]", "没 that negates nothing"),
    ("[音质]不是很好", "negated praise"),
]


def _score(marked: str, language: str) -> float:
    start = marked.index("[")
    end = marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    return SentimentModel().score(text, start, end, language)


@pytest.mark.parametrize(("marked", "why"), _GOOD_EN)
def test_good_in_english(marked: str, why: str) -> None:
    assert _score(marked, "en") > 0.1, why


@pytest.mark.parametrize(("marked", "why"), _BAD_EN)
def test_bad_in_english(marked: str, why: str) -> None:
    assert _score(marked, "en") < -0.1, why


@pytest.mark.parametrize(("marked", "why"), _GOOD_ZH)
def test_good_in_chinese(marked: str, why: str) -> None:
    assert _score(marked, "zh") > 0.1, why


@pytest.mark.parametrize(("marked", "why"), _BAD_ZH)
def test_bad_in_chinese(marked: str, why: str) -> None:
    assert _score(marked, "zh") < -0.1, why


@pytest.mark.parametrize(
    ("marked", "language"),
    [("I bought the [bag] in May", "en"), ("买了好几款[包]", "zh"), ("the [hard drive] came with it", "en")],
)
def test_nothing_is_said_either_way(marked: str, language: str) -> None:
    assert _score(marked, language) == 0.0


@pytest.mark.parametrize(
    ("weaker", "stronger"), [("slightly [dull]", "[dull]"), ("[dull]", "very [dull]"), ("[dull]", "terribly [dull]")]
)
def test_degree(weaker: str, stronger: str) -> None:
    assert _score(stronger, "en") < _score(weaker, "en") < 0


def test_the_language_is_guessed_where_it_is_not_known() -> None:
    model = SentimentModel()
    assert model.score("音质很好，但是拉链坏了", 7, 9) < 0 < model.score("Great sound, bad strap", 6, 11)


def test_many_mentions_of_a_text_get_what_each_gets_alone() -> None:
    text = "Great sound, but the strap broke. No smell. The box is fine and the zip jams."
    words = ("sound", "strap", "smell", "box", "zip")
    spots = [Spot(text.index(word), text.index(word) + len(word)) for word in words]
    model = SentimentModel()
    together = model.score_many(text, spots, "en")
    assert together == [model.score(text, spot.start, spot.end, "en") for spot in spots]
    assert [score > 0 for score in together] == [True, False, True, True, False]


def test_only_sentences_with_mentions_are_read() -> None:
    text = "The sound is great. " * 50 + "The strap broke, and the zip jams. " + "It is fine. " * 50
    strap, zip_ = text.index("strap"), text.index("zip")
    words = grammar("en")
    asked = Asked(text, [Spot(strap, strap + 5), Spot(zip_, zip_ + 3)])
    assert len(read([asked], words, numbered(words.priors, words)).numbers) == len(
        ["The", "strap", "broke", ",", "and", "the", "zip", "jams", "."]
    )


_TOKENS = (
    "the",
    "a",
    "it",
    "is",
    "not",
    "very",
    "great",
    "awful",
    "smell",
    "zip",
    "gone",
    "too",
    ",",
    "and",
    "but",
    "!",
)


@given(st.lists(st.sampled_from(_TOKENS), max_size=12))
def test_a_clauses_log_odds_are_the_weighted_sum_of_its_features(forms: list[str]) -> None:
    weights = {**grammar("en").priors, "!great": -0.3, "great zip": 0.4, "smell gone": 0.2, "the zip": 0.1, "zip": -0.1}
    reading = Reading(" ".join(forms), "en")
    sentence = reading.sentence(0)
    for row, clause in enumerate(sentence.clauses):
        names, values = clause_features(sentence.terms, clause, sentence.low, reading.words)
        expected = sum(weights.get(name, 0.0) * value for name, value in zip(names, values, strict=True))
        assert clause_log_odds(reading, sentence, row, "", ClauseWeights(weights)) == pytest.approx(expected)
