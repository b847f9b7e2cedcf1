"""Names of many texts at once: those of one text after the other, and the links made of them too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linking.linker import Linker
from linking.mentions import LinkText
from linking.pipeline.at_once import NamesAtOnce
from linking.pipeline.words import read_words
from tests.linking.shops import small_linker

LINKER = small_linker()
WORDS = [
    *("Apple", "orange", "Orange", "battery", "life", "strap", "navy", "slippery", "T-Shirts", "T", "Shirt", "Brisk"),
    *(
        "&",
        "Bole",
        "Bloe",
        "Voltway",
        "Votlway",
        "Volt",
        "way",
        "Hillsde",
        "Slate",
        "Phone",
        "Phoen",
        "Cloudy",
        "Juice",
    ),
    *("the", "is", "waterproof", "waterprof", "42", "4", "kg", "x", ".", ",", "\n", "-", "zzyzx", "9v"),
]
TEXT = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(["", " ", " ", " "])), max_size=14).map(
    lambda pieces: "".join(word + space for word, space in pieces)
)
SETTLED = {key: 0.9 for key, alias in LINKER.lexicon.items() if len(alias.senses) == 1}


@pytest.mark.parametrize("fuzzy", [True, False])
@settings(max_examples=200, deadline=None)
@given(texts=st.lists(TEXT, max_size=5))
@example(texts=["", "battery", "life strap", "battery life", "Apple Slate"])
@example(texts=["Brisk & Bloe strap", "Votlway Braided Cable", "Volt way"])
def test_the_names_are_those_of_one_text_after_the_other(fuzzy: bool, texts: list[str]) -> None:
    finder = FINDERS[fuzzy].finder
    keys = [*SETTLED]
    found = AT_ONCE[fuzzy].find(texts)
    simple = dict(zip(found.places.tolist(), found.rows.tolist(), strict=True))
    for row, text in enumerate(texts):
        first, last = found.cut.bounds[row : row + 2].tolist()
        own = [
            (place - first, place - first + 1, keys[name], 0) for place, name in simple.items() if first <= place < last
        ]
        _, others = found.others.get(row, (None, []))
        assert sorted([*own, *others]) == finder.search(read_words(text))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(TEXT, st.just("苹果很好 strap"), st.just("a\x00 strap")), max_size=5))
def test_links_are_those_of_one_text_after_the_other(texts: list[str]) -> None:
    linker = replace(LINKER, settled=SETTLED)
    given_texts = [LinkText(text, None, "cable") for text in texts]
    together = list(linker.link_many(given_texts))
    assert together == [links for one in given_texts for links in linker.link_many([one])]
    for one, links in zip(given_texts, together, strict=True):
        alone = [m for m in linker.link(one.text, product=one.product) if m.node]
        assert [(m.start, m.end, m.node, m.confidence) for m in alone] == [link[:4] for link in links]


def test_a_linker_that_settles_more_names_looks_them_up() -> None:
    linker = small_linker()
    before = next(linker.link_many([LinkText("A strap.")]))
    linker.settled = {"strap": 0.75}
    after = next(linker.link_many([LinkText("A strap.")]))
    assert [link.confidence for link in after] == [0.75] != [link.confidence for link in before]


def _linker(*, fuzzy: bool) -> Linker:
    return replace(LINKER, fuzzy=fuzzy)


FINDERS = {fuzzy: _linker(fuzzy=fuzzy) for fuzzy in (True, False)}
AT_ONCE = {fuzzy: NamesAtOnce(one.finder, SETTLED) for fuzzy, one in FINDERS.items()}
