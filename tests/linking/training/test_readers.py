"""Readers of labelled text: what each format gives, and that a bad line is told and passed over."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from linking.mentions import NodeRef
from linking.training import LabelledSpan, LabelledText, read_labelled
from linking.training.places import value_places
from tests.linking.training.texts import reviews, write

SEMEVAL = """<?xml version="1.0" encoding="UTF-8"?>
<sentences>
  <sentence id="1"><text>Good &amp; long battery life.</text>
    <aspectTerms><aspectTerm term="battery life" polarity="positive" from="12" to="24"/></aspectTerms>
  </sentence>
  <sentence id="2"><text>I like the keys.</text>
    <aspectTerms><aspectTerm term="key" polarity="positive" from="10" to="13"/></aspectTerms>
  </sentence>
  <sentence id="3"><text>Nothing to say.</text></sentence>
</sentences>
"""


def test_own_format_gives_back_what_was_written(tmp_path: Path) -> None:
    texts = reviews(20)
    assert read_labelled([write(tmp_path / "a.jsonl", texts)]).texts == tuple(texts)


def test_semeval_terms_and_their_polarity(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(SEMEVAL, encoding="utf-8")
    read = read_labelled([path])
    assert [text.text for text in read.texts] == ["Good & long battery life.", "Nothing to say."]
    assert read.texts[0].spans == (LabelledSpan(12, 24, "Aspect", polarity=1.0),)
    (wrong,) = read.rejects
    assert (wrong.file, wrong.line) == ("a.xml", 8)
    assert '"key" does not stand at 10 to 13' in wrong.reason


def test_xml_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(SEMEVAL.partition('  <sentence id="3">')[0] + "<sentence>&wrong;", encoding="utf-8")
    read = read_labelled([path])
    assert len(read.texts) == 1
    assert "not XML" in read.rejects[-1].reason


def test_xml_with_entities_of_its_own_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text('<!DOCTYPE a [<!ENTITY b "c">]>\n' + SEMEVAL.partition("\n")[2], encoding="utf-8")
    with pytest.raises(InputError, match="declares XML entities"):
        read_labelled([path])


def test_conll_characters_spaces_and_a_wrong_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    rows = ["艾 B-HPPX", "熙 I-HPPX", "　 O", "鞋 B-HCCX", "", "x Q-HPPX", "y O", "", "冬 I-HCCX", "季 B-HCCX"]
    path.write_bytes(gzip.compress("\r\n".join(rows).encode()))
    read = read_labelled([path], format_name="conll")
    assert [text.text for text in read.texts] == ["艾熙　鞋", "冬季"]
    assert read.texts[0].spans == (LabelledSpan(0, 2, "HPPX"), LabelledSpan(3, 4, "HCCX"))
    assert read.texts[1].spans == (LabelledSpan(0, 1, "HCCX"), LabelledSpan(1, 2, "HCCX"))
    assert [reject.line for reject in read.rejects] == [6]


def test_ae110k_values_stand_where_they_are_whole_words(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    row = {
        "input": "Menswear Shirt for Men",
        "category": "Shirt",
        "target_scores": {"Gender": {"Men": 1}, "Material": {"n/a": 1}},
    }
    absent = {"input": "Shirt", "target_scores": {"Gender": {"Men": 1}}}
    path.write_text(json.dumps(row) + "\n" + json.dumps(absent) + "\n", encoding="utf-8")
    read = read_labelled([path])
    assert read.texts == (LabelledText("Menswear Shirt for Men", (LabelledSpan(19, 22, "Gender"),)),)
    assert '"Men" does not stand in the title' in read.rejects[0].reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": 3, "mentions": []}', '"text" is no text'),
        ('{"text": "ab"}', '"mentions" is not a list'),
        ('{"text": "ab", "mentions": [{"start": 1, "end": 3, "label": "X"}]}', "does not lie in a text of 2"),
        ('{"text": "ab", "mentions": [{"start": true, "end": 2, "label": "X"}]}', "does not lie"),
        ('{"text": "ab", "mentions": [{"start": 0, "end": 2}]}', "has no label"),
        ('{"text": "ab", "mentions": [{"start": 0, "end": 2, "label": "X", "sentiment": 2}]}', "not between -1 and 1"),
        ('{"text": "ab", "mentions": [{"start": 0, "end": 2, "label": "X", "node": 7}]}', "neither an id"),
        ('{"text": "ab", "mentions": ["a"]}', "not an object"),
        ("{nonsense", "not JSON"),
    ],
)
def test_a_bad_line_is_told_and_the_next_is_read(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "good", "mentions": []}\n' + line + '\n{"text": "too", "mentions": []}\n', "utf-8")
    read = read_labelled([path])
    assert [text.text for text in read.texts] == ["good", "too"]
    assert [(reject.file, reject.line) for reject in read.rejects] == [("a.jsonl", 2)]
    assert reason in read.rejects[0].reason


def test_a_node_may_have_another_label(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    mention = {"start": 0, "end": 2, "label": "Attribute", "node": {"label": "Category", "id": "c1"}}
    path.write_text(json.dumps({"text": "ab", "mentions": [mention]}), encoding="utf-8")
    assert read_labelled([path]).texts[0].spans[0].node == NodeRef("Category", "c1")


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_labelled([tmp_path / "none.jsonl"])
    with pytest.raises(InputError, match="is a folder"):
        read_labelled([tmp_path])
    odd = tmp_path / "odd.txt"
    odd.write_text("just some words\n", encoding="utf-8")
    with pytest.raises(InputError, match="no known format"):
        read_labelled([odd])
    with pytest.raises(InputError, match="Did you mean"):
        read_labelled([odd], format_name="semevl")
    with pytest.raises(InputError, match=r"no labelled text in .*odd.txt, line 1"):
        read_labelled([odd], format_name="jsonl")


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab -", max_size=12), st.text(alphabet="ab", min_size=1, max_size=3))
def test_value_places_are_occurrences_and_whole_words_come_alone(text: str, value: str) -> None:
    places = value_places(text, value)
    assert all(text.startswith(value, place) for place in places)
    assert bool(places) == (value in text)
    words = text.replace("-", " ").split(" ")
    if value in words:
        assert len(places) == words.count(value)


@pytest.mark.realdata
def test_real_sets_are_read_whole(data_dir: Path) -> None:
    expected = {
        "review-aspects-laptop/Laptop_Train_v2.xml.gz": (3045, 2358),
        "product-attributes-ae110k/train.jsonl.gz": (1568, 4117),
        "chinese-product-ner/dev.txt.gz": (998, 4941),
    }
    for name, (n_texts, n_spans) in expected.items():
        read = read_labelled([data_dir / name])
        assert (len(read.texts), sum(len(text.spans) for text in read.texts), read.rejects) == (n_texts, n_spans, ())
