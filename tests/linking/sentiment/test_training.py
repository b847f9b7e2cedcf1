"""Learning from stars: words nobody listed, words that differ by aspect, the same result twice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kg.errors import InputError, ModelError
from linking.sentiment import ReviewText, SentimentModel, Spot, load_sentiment, train_sentiment

_FILL_EN = ("I have had this for a month", "It was for my sister", "The box was brown", "I ordered it on a whim")
_FILL_ZH = ("用了一个月", "给妈妈买的", "盒子是棕色的", "昨天到的")


def _reviews(seed: int = 0) -> list[ReviewText]:
    rng = random.Random(seed)
    found = []
    for _ in range(120):
        for stars, english, chinese in (
            (5, "The strap is zorby", "带子很咕噜"),
            (1, "The strap is flibbery", "带子噼啪的"),
            (3, "The strap is zorby but the zip is flibbery", "带子很咕噜，但是拉链噼啪的"),
        ):
            found.append(ReviewText(f"{rng.choice(_FILL_EN)}. {english}. {rng.choice(_FILL_EN)}.", stars, "en"))
            found.append(ReviewText(f"{rng.choice(_FILL_ZH)}。{chinese}。{rng.choice(_FILL_ZH)}。", stars, "zh"))
    return found


@pytest.fixture(scope="module")
def taught() -> SentimentModel:
    return train_sentiment(_reviews(), seed=3)


def _score(model: SentimentModel, text: str, word: str, language: str, node: str = "") -> float:
    start = text.index(word)
    return model.score(text, start, start + len(word), language, node=node)


def test_made_up_words_are_learnt(taught: SentimentModel) -> None:
    assert _score(taught, "Honestly, the zip seems flibbery", "zip", "en") < -0.3
    assert _score(taught, "Honestly, the zip seems zorby", "zip", "en") > 0.3
    assert _score(taught, "这个杯子噼啪的", "杯子", "zh") < -0.3
    assert _score(taught, "这个杯子很咕噜", "杯子", "zh") > 0.3


def test_the_seed_lexicon_knows_none_of_them() -> None:
    assert _score(SentimentModel(), "Honestly, the zip seems flibbery", "zip", "en") == 0.0
    assert _score(SentimentModel(), "这个杯子噼啪的", "杯子", "zh") == 0.0


def test_what_was_learnt_of_a_word_carries_over_to_its_negation(taught: SentimentModel) -> None:
    assert _score(taught, "the zip is not flibbery", "zip", "en") > 0
    assert _score(taught, "the zip was never zorby", "zip", "en") < 0


def test_the_clause_decides_not_the_review(taught: SentimentModel) -> None:
    text = "The zip is zorby but the strap is flibbery"
    assert _score(taught, text, "strap", "en") < 0 < _score(taught, text, "zip", "en")


def test_words_of_no_side_stay_neutral(taught: SentimentModel) -> None:
    assert abs(_score(taught, "The box was brown", "box", "en")) < 0.2
    assert abs(_score(taught, "盒子是棕色的", "盒子", "zh")) < 0.2


def test_a_word_may_be_good_of_one_aspect_and_bad_of_another() -> None:
    reviews, mentions = [], []
    for number in range(240):
        aspect, stars = (("battery", 5), ("delivery", 1), ("battery", 5), ("delivery", 1))[number % 4]
        text = f"The {aspect} is long."
        if number % 4 > 1:  # the same words without the aspect say nothing
            text = f"The {aspect} it is."
        reviews.append(ReviewText(text, stars if number % 4 < 2 else 3, "en"))
        mentions.append([Spot(4, 4 + len(aspect), aspect)])
    model = train_sentiment(reviews, mentions=mentions)
    assert _score(model, "It was long, this thing", "thing", "en", "battery") > 0.1
    assert _score(model, "It was long, this thing", "thing", "en", "delivery") < -0.1


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        train_sentiment(_reviews()[:200], seed=5).save(tmp_path / name)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["features.json", "manifest.json", "weights.safetensors"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_model_read_again_gives_the_same_scores(taught: SentimentModel, tmp_path: Path) -> None:
    taught.save(tmp_path / "model")
    taught.save(tmp_path / "model")  # replaces
    again = load_sentiment(tmp_path / "model")
    assert again == taught


def test_damage_is_noticed(taught: SentimentModel, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.json is missing"):
        load_sentiment(tmp_path / "nowhere")
    taught.save(tmp_path / "model")
    (tmp_path / "model" / "features.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match=r"features\.json is damaged"):
        load_sentiment(tmp_path / "model")


def test_a_folder_of_something_else_is_left_alone(taught: SentimentModel, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ModelError, match="no sentiment model"):
        taught.save(tmp_path)
    assert (tmp_path / "letters.txt").read_text(encoding="utf-8") == "dear"


def test_without_reviews_the_seed_lexicon_answers() -> None:
    assert train_sentiment([]).score("Great sound", 6, 11, "en") == SentimentModel().score("Great sound", 6, 11, "en")


def test_a_language_without_a_lexicon_learns_from_its_stars() -> None:
    reviews = [ReviewText("La sangle est zut.", 1, "fr"), ReviewText("La sangle est chouette.", 5, "fr")] * 40
    model = train_sentiment(reviews)
    assert _score(model, "Le sac est zut", "sac", "fr") < 0 < _score(model, "Le sac est chouette", "sac", "fr")


@pytest.mark.parametrize("rating", [0, 7, float("nan")])
def test_impossible_ratings_are_refused(rating: float) -> None:
    with pytest.raises(InputError, match="Review 1 has the rating"):
        train_sentiment([ReviewText("fine", 3), ReviewText("fine", rating)])


def test_mentions_have_to_match_the_reviews() -> None:
    with pytest.raises(InputError, match="1 reviews came with 0 lists"):
        train_sentiment([ReviewText("fine", 3)], mentions=[])


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    train_sentiment(_reviews()[:20], progress=lambda what, done, whole: told.append((what, done, whole)))
    assert told
    assert all(done <= whole for _, done, whole in told)
