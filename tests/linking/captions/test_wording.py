"""Captions read as a person would write them, and every word keeps its place."""

from __future__ import annotations

import pytest

from linking.captions.wording import Said, category_step, compose, is_a_word
from linking.mentions import NodeRef


def said(head: str | None, words: str, confidence: float = 0.9) -> Said:
    return Said(head, words, NodeRef("Attribute", f"{head}={words}") if head else None, confidence)


def test_the_order_of_words() -> None:
    caption = compose(
        [
            said("category 1", "Apparel"),
            said("category 2", "Topwear"),
            said("category 3", "Shirts"),
            said("gender", "Men"),
            said("usage", "Casual"),
            said("baseColour", "Navy Blue"),
            said("pattern", "striped"),
            said(None, "polo"),
        ]
    )
    assert caption.text == "polo striped navy blue casual shirts for men, topwear, apparel"
    at = {word.node.id: caption.text[word.start : word.end] for word in caption.words if word.node is not None}
    assert at["baseColour=Navy Blue"] == "navy blue"
    assert at["category 1=Apparel"] == "apparel"


def test_the_same_words_stand_once_and_mean_both() -> None:
    caption = compose([said("category 1", "Watches"), said("category 2", "Watches")])
    assert caption.text == "watches"
    assert [(word.start, word.end) for word in caption.words] == [(0, 7), (0, 7)]
    assert len({word.node for word in caption.words}) == 2


def test_values_that_are_no_words_take_their_name_along() -> None:
    assert compose([said("waterproof", "yes"), said("category 1", "Boots")]).text == "waterproof boots"
    assert compose([said("waterproof", "no"), said("category 1", "Boots")]).text == "boots"
    assert compose([said("capacity", "2 l"), said("category 1", "Kettles")]).text == "capacity 2 l kettles"


def test_nothing_seen_is_nothing_said() -> None:
    assert (compose([]).text, compose([]).words) == ("", ())


def test_many_steps_are_ordered_by_number() -> None:
    caption = compose([said(f"category {step}", f"step{'abcdefghijk'[step - 1]}") for step in range(11, 0, -1)])
    assert caption.text.split(", ")[0] == "stepk"
    assert caption.text.split(", ")[-1] == "stepa"


@pytest.mark.parametrize(
    ("head", "step"), [("category 1", 1), ("category 12", 12), ("category", None), ("colour", None)]
)
def test_steps(head: str, step: int | None) -> None:
    assert category_step(head) == step


@pytest.mark.parametrize(
    ("text", "word"), [("Red", True), ("红色", True), ("2012", False), ("-", False), ("N/A", False)]
)
def test_words(text: str, word: bool) -> None:
    assert is_a_word(text) is word
