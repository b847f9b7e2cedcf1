"""Parting texts into clauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linking.sentiment import clauses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Great sound but the strap broke.", ["Great sound", "but the strap broke"]),
        ("Great sound. The strap broke!", ["Great sound", "The strap broke"]),
        ("Great sound; the strap broke", ["Great sound", "the strap broke"]),
        ("The sound is great, however the strap broke", ["The sound is great", "however the strap broke"]),
        ("Although the sound is great, the strap came off.", ["Although the sound is great", "the strap came off"]),
        ("Great sound and lousy battery", ["Great sound", "and lousy battery"]),
        ("so comfy and the box is nice", ["so comfy", "and the box is nice"]),
        ("Fast shipping, and lovely packaging", ["Fast shipping", "and lovely packaging"]),
        ("Still, the strap broke", ["Still, the strap broke"]),
        ("Great sound 😀 bad strap", ["Great sound 😀", "bad strap"]),
        ("Great sound... bad strap", ["Great sound", "bad strap"]),
        ("It is affordable.I did not expect that", ["It is affordable", "I did not expect that"]),
        ("The straps do not cut in. Smaller than mine", ["The straps do not cut in", "Smaller than mine"]),
        ("good (but heavy) - nice box", ["good", "but heavy", "nice box"]),
    ],
)
def test_english_is_parted_where_something_new_is_said(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in clauses(text, "en")] == expected


@pytest.mark.parametrize(
    "text",
    [
        "A light, durable bag",
        "The screen, the battery and the keyboard are great",
        "It's nothing but trouble",
        "It weighs 3.5 kg",
        "It plugs in, e.g. at a desk",
        "It is 5 in. wide",
        "Dr. Smith likes it",
        "I love the quality of the U.S. model",
        "It still works",
        "It is not yet broken",
        "No rattling, no buzzing, nothing",
    ],
)
def test_english_lists_numbers_and_set_phrases_stay_whole(text: str) -> None:
    assert clauses(text, "en") == [(0, len(text))]


def test_not_only_but_also_is_no_contrast() -> None:
    text = "It is not only light but also sturdy"
    assert all(not text[start:end].startswith("but") for start, end in clauses(text, "en"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("音质很好，但是拉链坏了。", ["音质很好", "但是拉链坏了"]),
        ("音质不错就是有点重", ["音质不错", "就是有点重"]),
        ("音质很好 拉链坏了", ["音质很好", "拉链坏了"]),
        ("可惜拉链坏了", ["可惜拉链坏了"]),
        ("重量、大小都合适，只是味道大", ["重量、大小都合适", "只是味道大"]),
        ("不但舒服，而且很轻！", ["不但舒服", "而且很轻"]),
        ("总体3.5分，不过推荐", ["总体3.5分", "不过推荐"]),
        ("物流很快👍包装差", ["物流很快👍", "包装差"]),
    ],
)
def test_chinese(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in clauses(text, "zh")] == expected


def test_other_languages_go_by_punctuation() -> None:
    text = "Très bon son, mais la sangle a cassé. Bien"
    assert [text[start:end] for start, end in clauses(text, "fr")] == [
        "Très bon son",
        "mais la sangle a cassé",
        "Bien",
    ]


@given(st.text(max_size=80), st.sampled_from(["en", "zh", "fr", "ja"]))
def test_clauses_are_in_order_and_within_the_text(text: str, language: str) -> None:
    previous = 0
    for start, end in clauses(text, language):
        assert previous <= start < end <= len(text)
        previous = end
