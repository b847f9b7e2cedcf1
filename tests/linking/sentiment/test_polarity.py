"""Learning from labelled mentions."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import InputError
from linking.sentiment import LabelledText, PolarityModel, Spot, load_sentiment, train_polarity

_WORDS = {"positive": "zorby", "negative": "flibbery", "neutral": "brown"}


def _labelled() -> list[LabelledText]:
    rows = []
    for number in range(20):
        for label, word in _WORDS.items():
            text = f"Model {number} has a {word} strap."
            place = text.index("strap")
            rows.append(LabelledText(text, (Spot(place, place + 5),), (label,), "en"))
    return rows


@pytest.fixture(scope="module")
def taught() -> PolarityModel:
    return train_polarity(_labelled())


@pytest.mark.parametrize("label", _WORDS)
def test_classes_are_learnt(taught: PolarityModel, label: str) -> None:
    text = f"We got a {_WORDS[label]} strap"
    (found,) = taught.probabilities(text, [Spot(len(text) - 5, len(text))], "en")
    assert max(found, key=found.__getitem__) == label
    assert sum(found.values()) == pytest.approx(1)


def test_the_score_has_the_sign_of_the_polarity(taught: PolarityModel) -> None:
    assert taught.score("a zorby strap", 8, 13, "en") > 0 > taught.score("a flibbery strap", 11, 16, "en")


def test_languages_without_labels_go_by_the_clause_model(taught: PolarityModel) -> None:
    assert taught.score("音质很好", 0, 2, "zh") == taught.weak.score("音质很好", 0, 2, "zh") > 0
    with pytest.raises(InputError, match='Polarities of "zh" were not learnt'):
        taught.probabilities("音质很好", [Spot(0, 2)], "zh")


def test_saved_and_read_again(taught: PolarityModel, tmp_path: Path) -> None:
    taught.save(tmp_path / "model")
    assert load_sentiment(tmp_path / "model") == taught


def test_an_opinion_belongs_to_the_nearest_mention() -> None:
    rows = []
    for thing in ("screen", "lid", "fan", "dock", "stand", "cable", "case", "port", "key", "lamp") * 3:
        text = f"A great {thing}, with the usual plug and manual."
        spots = [Spot(text.index(word), text.index(word) + len(word)) for word in (thing, "plug", "manual")]
        rows.append(LabelledText(text, tuple(spots), ("positive", "neutral", "neutral"), "en"))
    model = train_polarity(rows)
    text = "A superb mouse, with the common pen and pad."
    spots = [Spot(text.index(word), text.index(word) + len(word)) for word in ("mouse", "pen", "pad")]
    mouse, pen, pad = model.score_many(text, spots, "en")
    assert mouse > 2 * max(pen, pad)


def test_one_class_only() -> None:
    rows = [row for row in _labelled() if row.polarities == ("negative",)]
    assert train_polarity(rows).score("a strap", 2, 7, "en") == -1.0


def test_two_labels_without_a_word_in_common() -> None:
    rows = [LabelledText("a strap", (Spot(2, 7),), ("neutral",)), LabelledText("", (Spot(0, 0),), ("positive",))]
    (found,) = train_polarity(rows).probabilities("a lid", [Spot(2, 5)], "en")
    assert found == pytest.approx({"neutral": 0.5, "positive": 0.5})


def test_many_labels_of_one_text() -> None:
    words = ("strap", "lid") * 25
    spots = [Spot(6 * place, 6 * place + len(word)) for place, word in enumerate(words)]
    text = "".join(f"{word:6}" for word in words)
    labels = tuple("positive" if word == "strap" else "negative" for word in words)
    model = train_polarity([LabelledText(text, tuple(spots), labels, "en")])
    assert model.score("strap", 0, 5, "en") > model.score("lid", 0, 3, "en")


def test_wrong_labels_are_refused() -> None:
    with pytest.raises(InputError, match='no polarity "fine"'):
        train_polarity([LabelledText("a strap", (Spot(2, 7),), ("fine",))])
    with pytest.raises(InputError, match="1 spots came with 2"):
        train_polarity([LabelledText("a strap", (Spot(2, 7),), ("neutral", "neutral"))])
    with pytest.raises(InputError, match="no labelled mentions"):
        train_polarity([LabelledText("a strap", (), ())])
