"""Words looked up as numbers of 64 bits: each is found as a dictionary would find it, and no other."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from linking.vocabulary import LONGEST, Vocabulary

WORD = st.text(st.characters(min_codepoint=1, max_codepoint=127), min_size=1, max_size=LONGEST + 8)


@given(st.lists(WORD, unique=True, max_size=40), st.lists(WORD, max_size=20))
@example(["a" * 8, "a" * 16, "a" * 17, "a" * 24], ["a", "a" * 7, "a" * 9, "a" * 15, "a" * 18, "b" + "a" * 16])
@example([], ["x"])
def test_words_are_found_as_a_dictionary_finds_them(words: list[str], others: list[str]) -> None:
    asked = [*others, *words]
    characters = np.frombuffer(("".join(asked) + "\x00" * LONGEST).encode(), dtype=np.uint8)
    ends = np.cumsum([len(word) for word in asked], dtype=np.int64)
    starts = ends - np.array([len(word) for word in asked], dtype=np.int64)
    numbers = {word: number for number, word in enumerate(words)}
    assert Vocabulary(words).numbers(characters, starts, ends).tolist() == [numbers.get(word, -1) for word in asked]


def test_ten_thousand_words_each_keep_their_number() -> None:
    words = [f"w{number}" for number in range(10_000)]
    characters = np.frombuffer(("".join(words) + "\x00" * LONGEST).encode(), dtype=np.uint8)
    lengths = np.array([len(word) for word in words])
    ends = np.cumsum(lengths)
    assert Vocabulary(words).numbers(characters, ends - lengths, ends).tolist() == list(range(10_000))


def test_words_beyond_ascii_have_a_number_that_nothing_finds() -> None:
    characters = np.frombuffer(b"straps" + bytes(LONGEST), dtype=np.uint8)
    found = Vocabulary(["größe", "straps"]).numbers(characters, np.array([0, 0]), np.array([5, 6]))
    assert found.tolist() == [-1, 1]
