"""Aspects found in reviews made here, where it is known what they talk about."""

from __future__ import annotations

import itertools
import random

import pytest

from kg.errors import ConfigurationError
from linking.aspects import MinedAspect, mine_aspects
from linking.aspects.chinese import ChineseMiner
from linking.aspects.counts import LossyCounts
from linking.aspects.english import EnglishMiner

ENGLISH = [
    "The hinge is solid.", "A flimsy hinge that broke.", "Two hinges, and the hinges are great.", "I love the hinge.",
    "The stylus pen is accurate.", "Great stylus pen, worth it.", "My stylus pen was terrible.", "Good stylus pen.",
    "We went to visit him and began to wander.", "I want to wander.", "They wander, you wander, I wander.",
    "My sister likes the hinge.", "My sister is happy.", "The sister of the seller.",
    "The finish is dull.", "A lovely finish.", "The finish of the hinge is poor.",
]  # fmt: skip
CHINESE = [
    "铰链很结实。", "铰链不错，握感很好。", "这个铰链太松了。", "握感真棒，铰链一般。", "没有铰链，握感差。",
    "握感很差，但是铰链还行。", "喜欢它的握感！", "铰链有点紧。", "朋友说握感很好。", "朋友也喜欢铰链。", "朋友买的。",
    "朋友推荐的。", "朋友很满意。",
]  # fmt: skip


def names(found: list[MinedAspect]) -> list[str]:
    return [aspect.name for aspect in found]


def test_what_opinions_are_about_is_found_and_verbs_and_people_are_not() -> None:
    found = mine_aspects((text, "en") for text in ENGLISH)
    assert names(found)[:3] == ["hinge", "stylus pen", "finish"]
    assert not {"sister", "wander", "seller", "pen", "stylus"} & set(names(found))


def test_plural_and_singular_are_one_aspect_counted_once() -> None:
    (hinge,) = [aspect for aspect in mine_aspects((text, "en") for text in ENGLISH) if aspect.name == "hinge"]
    assert hinge.words == ("hinge", "hinges")
    assert hinge.n_reviews == sum("hinge" in text for text in ENGLISH)
    assert hinge.language == "en"


def test_words_made_of_an_aspect_are_its_words() -> None:
    texts = [
        "The noise is bad.",
        "No noise, great.",
        "A terrible noise.",
        "It is noisy.",
        "So noisy.",
        "Not noisy at all.",
    ]
    (aspect,) = mine_aspects((text, "en") for text in texts)
    assert aspect.words == ("noise", "noisy")


def test_chinese_words_are_found_without_a_segmenter() -> None:
    found = mine_aspects((text, "zh") for text in CHINESE * 2)
    assert names(found) == ["铰链", "握感"]
    assert {aspect.language for aspect in found} == {"zh"}


def test_a_chinese_noun_with_an_ending_is_the_same_aspect() -> None:
    texts = ["舒适很好。", "舒适度很高。", "非常舒适，喜欢。", "舒适度不够。", "连舒适都不行", "它的舒适度差"] * 3
    (aspect,) = mine_aspects((text, "zh") for text in texts)
    assert aspect.words == ("舒适", "舒适度")


def test_known_names_are_no_aspects() -> None:
    reviews = [(text, "en") for text in ENGLISH] + [(text, "zh") for text in CHINESE]
    assert {"hinge", "铰链"} <= set(names(mine_aspects(reviews)))
    found = names(mine_aspects(reviews, known=frozenset({"Hinge", "铰链"})))
    assert not {"hinge", "hinges", "铰链"} & set(found)
    assert "stylus pen" in found


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [("The hinge is great.", "", True), ("The hinge is great.", "en-GB", True), ("The hinge is great.", "de", False)],
)
def test_other_languages_are_passed_over_and_none_goes_by_the_script(text: str, language: str, expected: bool) -> None:
    assert ("hinge" in names(mine_aspects([(text, language)] * 5))) is expected


def test_chinese_without_a_language_is_chinese() -> None:
    assert names(mine_aspects((text, "") for text in CHINESE * 2)) == ["铰链", "握感"]


def test_the_best_of_each_language_are_given_highest_score_first() -> None:
    reviews = [(text, "en") for text in ENGLISH] + [(text, "zh") for text in CHINESE]
    found = mine_aspects(reviews, top=1)
    assert sorted(aspect.language for aspect in found) == ["en", "zh"]
    assert [aspect.score for aspect in found] == sorted((aspect.score for aspect in found), reverse=True)


def test_same_reviews_give_the_same_and_progress_is_told() -> None:
    reviews = [(text, "en") for text in ENGLISH] * 100
    told: list[int] = []
    assert mine_aspects(reviews, progress=told.append) == mine_aspects(iter(reviews))
    assert told == [1000, 1700]


@pytest.mark.parametrize("texts", [[], [""], ["!!! ...", "12 34", "😀😀"], ["the the the is was"] * 9])
def test_reviews_that_say_nothing_give_nothing(texts: list[str]) -> None:
    assert mine_aspects((text, "") for text in texts) == []
    assert mine_aspects((text, "en") for text in texts) == mine_aspects((text, "zh") for text in texts) == []


def test_asking_for_no_aspects_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="top is 0"):
        mine_aspects([], top=0)


def test_counts_stay_within_their_room_and_keep_what_comes_often() -> None:
    counts: LossyCounts[str] = LossyCounts(most=100)
    for number in range(10_000):
        counts.row(f"rare {number}")[0] += 1
        counts.row(f"often {number % 5}")[0] += 1
        assert len(counts) <= 100
    assert [counts.get(f"often {number}") for number in range(5)] == [2000] * 5


@pytest.mark.parametrize(("miner", "texts"), [(EnglishMiner, ENGLISH), (ChineseMiner, CHINESE)])
def test_rare_words_without_end_do_not_displace_the_aspects(
    miner: type[EnglishMiner | ChineseMiner], texts: list[str]
) -> None:
    """As a million reviews would, with many times more words than there is room for."""
    rng = random.Random(0)
    alphabet = "abcdefghij" if miner is EnglishMiner else "甲乙丙丁戊己庚辛壬癸"
    small, large = miner(most=500), miner()
    for text in itertools.islice(itertools.cycle(texts), 1000):
        for each in (small, large):
            each.add(text)
        small.add(f"The {''.join(rng.choices(alphabet, k=5))} arrived.")
    best = large.aspects(known=frozenset())[0]
    found = small.aspects(known=frozenset())[0]
    assert (found.name, found.n_reviews) == (best.name, best.n_reviews)
