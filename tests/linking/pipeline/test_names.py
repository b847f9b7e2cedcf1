"""Finding names in texts: whole ones, overlapping ones, misspelt ones."""

from __future__ import annotations

import random

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.vocab import Vocab

from linking.linker import Linker
from linking.pipeline.names import NameFinder
from linking.pipeline.tokenizer import NameTokenizer
from linking.pipeline.words import read_words
from tests.linking.shops import small_linker

LINKER = small_linker()
TOKENIZER = NameTokenizer(Vocab())


def found(text: str, linker: Linker = LINKER) -> list[tuple[str, str]]:
    """Give (words, alias) of every name found."""
    words = read_words(text)
    names = linker.finder.search(words)
    return [(text[words.starts[start] : words.ends[end - 1]], key) for start, end, key, _ in names]


@settings(deadline=None)  # of some alphabets the first example is slow to make
@given(st.text(max_size=60))
def test_tokens_give_back_the_text(text: str) -> None:
    assert TOKENIZER(text).text == text


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("我的Northquay背包 很好，iPhone15", ["我", "的", "Northquay", "背", "包", "很", "好", "，", "iPhone15"]),
        ("T-shirt, 12.5cm", ["T", "-", "shirt", ",", "12", ".", "5cm"]),
        ("café nai\u0308ve", ["café", "nai\u0308ve"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert [token.text for token in TOKENIZER(text)] == tokens


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("an APPLE phone", ["APPLE", "phone"]),
        ("pineapple and phones4u", []),
        ("the Voltway Braided Cable", ["Voltway Braided Cable"]),
        ("苹果手机的充电器", ["苹果", "手机", "充电器"]),
        ("ＡＰＰＬＥ的充电器很好", ["ＡＰＰＬＥ", "充电器"]),
        ("", []),
    ],
)
def test_whole_names_are_found_the_longest_first(text: str, names: list[str]) -> None:
    assert [words for words, _ in found(text)] == names


def test_of_overlapping_chinese_names_the_one_that_tears_no_word_apart() -> None:
    linker = small_linker()
    cohesion = {"人声": 3.0, "音质": 5.0, "声音": 5.0, "质好": 0.0}
    finder = NameFinder.make(None, linker.lexicon, cohesion=cohesion)
    assert [key for _, _, key, _ in finder.search(read_words("人声音质好"))] == ["音质"]


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("my Voltwya cable", "voltway"),
        ("my Volway thing", "voltway"),
        ("my Vol tway thing", "voltway"),
        ("from Hilside again", "hillside"),
        ("a Brisk & Boel shirt", "brisk & bole"),
        ("good bateries", "batteries"),
    ],
)
def test_names_with_one_letter_wrong(text: str, alias: str) -> None:
    linker = small_linker()
    aliases = {key for _, key in found(text, linker)}
    if alias == "batteries":
        assert linker.lexicon.lookup("battery") is not None
    assert alias in aliases


@pytest.mark.parametrize("text", ["applied oranges in a case", "the phoney cabal", "aplle" * 3, "an axle"])
def test_words_that_exist_are_no_misspellings(text: str) -> None:
    assert not [pair for pair in found(text) if pair[0].lower() != pair[1]]


def test_words_of_the_shops_own_texts_are_no_misspellings() -> None:
    linker = small_linker()
    assert found("a hillsidee thing", linker) == [("hillsidee", "hillside")]
    linker = small_linker()
    linker.known = frozenset({"hillsidee"})
    assert found("a hillsidee thing", linker) == []


def test_two_names_equally_near_are_none() -> None:
    linker = small_linker()
    index = linker.finder.fuzzy
    assert index is not None
    assert index.nearest("voltwey") == ("voltway",)
    assert linker.finder._likeliest(("voltway", "hillside")) is None


def test_in_documents_of_a_pipeline_the_names_are_those_of_lists_of_words() -> None:
    nlp = spacy.blank("en")
    nlp.tokenizer = NameTokenizer(nlp.vocab)
    finder = NameFinder.make(nlp, LINKER.lexicon)
    for text in ("my Voltwya cable", "an APPLE phone, a Brisk & Bole shirt", "苹果手机的充电器"):
        assert finder.find(nlp.make_doc(text)) == LINKER.finder.search(read_words(text)) != []


def test_short_names_are_not_guessed_at() -> None:
    assert found("navi and nevy") == []


def test_finding_does_not_hang_on_order() -> None:
    texts = ["my Voltwya cable", "an Apple phone", "苹果手机"] * 3
    expected = {text: found(text) for text in texts}
    random.Random(3).shuffle(texts)
    assert all(found(text) == expected[text] for text in texts)
