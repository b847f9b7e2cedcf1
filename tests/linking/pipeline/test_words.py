"""Texts as lists of words: the tokens are those of the spaCy tokenizer, the names those of its matcher."""

from __future__ import annotations

import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from linking.pipeline.phrases import Phrases
from linking.pipeline.tokenizer import NameTokenizer
from linking.pipeline.words import Words, cut_many, may_be_cut_at_once, read_words, words_of
from linking.text import normalise

NLP = spacy.blank("en")
NLP.tokenizer = NameTokenizer(NLP.vocab)

WRITTEN = st.text(alphabet=st.sampled_from("aB9' -.\n\u00e9\u0308苹果ＡK"), max_size=40)
ASCII = st.text(alphabet=st.sampled_from("aB9_' -.\n\t\x00\x1f"), max_size=30)
SPOKEN = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4)


def spaces(words: Words) -> list[str]:
    """Give the space behind each token."""
    return [words.space(place) for place in range(len(words.forms))]


@settings(deadline=None)
@given(st.one_of(WRITTEN, st.text(max_size=60)))
def test_the_words_are_those_of_the_document(text: str) -> None:
    doc = NLP.make_doc(text)
    words = read_words(text)
    assert [words.written(place) for place in range(len(doc))] == [token.text for token in doc]
    assert words == words_of(doc, form="text")._replace(forms=[normalise(token.text) for token in doc])
    assert spaces(words) == [token.whitespace_ for token in doc]


@settings(deadline=None)
@given(st.lists(ASCII.filter(may_be_cut_at_once), max_size=6))
def test_many_texts_are_cut_as_one_is(texts: list[str]) -> None:
    cut = cut_many(texts)
    for row, text in enumerate(texts):
        words = cut.words(row)
        assert words._replace(forms=[*words.forms]) == read_words(text)
        assert [words.forms[place] for place in range(len(words.forms))] == words.forms[:]


def test_what_is_not_ascii_is_not_cut_at_once() -> None:
    assert may_be_cut_at_once("The strap")
    assert not may_be_cut_at_once("größe")
    assert not may_be_cut_at_once("a\x00b")


@settings(deadline=None)
@given(st.lists(SPOKEN, unique_by=tuple, max_size=8), st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12))
def test_phrases_are_those_of_the_phrase_matcher(names: list[list[str]], text: list[str]) -> None:
    matcher = PhraseMatcher(NLP.vocab, attr="ORTH")
    for name in names:
        matcher.add(" ".join(name), [Doc(NLP.vocab, words=name)])
    expected = {(start, end, NLP.vocab.strings[key]) for key, start, end in matcher(Doc(NLP.vocab, words=text))}
    phrases = Phrases((" ".join(name), name) for name in names)
    found = list(phrases.find(text, [place for place, word in enumerate(text) if word in phrases.heads]))
    assert set(found) == expected
    assert len(found) == len(expected)
    assert [start for start, _, _ in found] == sorted(start for start, _, _ in found)


def test_a_phrase_without_words_is_found_nowhere() -> None:
    assert list(Phrases([("", [])]).find(["a", ""], [0, 1])) == []
