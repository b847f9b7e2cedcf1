"""Detectors: that each kind learns, finds what it never saw, and gives the same result for the same seed."""

from __future__ import annotations

import random
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ConfigurationError, ModelError
from linking.training import (
    LabelledSpan,
    LabelledText,
    Schedule,
    found_spans,
    judge_detector,
    load_trained,
    train_detector,
)
from linking.training.crf import FACTORY, ConditionalField, CrfDetector
from linking.training.detector import Kind, choose_kind
from linking.training.examples import blank_pipeline
from linking.training.features import Gazetteer, token_features
from linking.training.folder import save_trained
from linking.training.labelled import longest_first
from linking.training.scores import total
from linking.training.tags import from_tags, to_tags
from tests.linking.training.texts import review, reviews

QUICK = Schedule(passes=5, batch=6)
STRAP = (LabelledSpan(4, 9, "Aspect"),)
ENGLISH = blank_pipeline("en")
SPANS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4), st.sampled_from("AB")), max_size=6)


@pytest.mark.parametrize("kind", ["crf", "ner", "spancat"])
def test_each_kind_finds_mentions_in_texts_it_never_saw(kind: Kind) -> None:
    nlp = train_detector(reviews(60), language="en", kind=kind, schedule=QUICK)
    assert total(judge_detector(nlp, reviews(20, seed=1)).values()).f1 > 0.9


def test_a_name_is_known_by_the_words_around_it() -> None:
    nlp = train_detector(reviews(60), language="en", kind="crf")
    text = review("buckle", "Tessera", "is great").text
    assert (4, 10, "Aspect") in found_spans(nlp(text))


@pytest.mark.parametrize("kind", ["crf", "ner", "spancat"])
def test_same_seed_same_weights(kind: Kind, tmp_path: Path) -> None:
    quick = Schedule(passes=1)
    written = []
    for number in range(2):
        nlp = train_detector(reviews(20), language="en", kind=kind, schedule=quick, seed=5)
        nlp.to_disk(tmp_path / str(number))
        component = nlp.pipe_names[0]
        files = sorted(path for path in (tmp_path / str(number) / component).iterdir())
        written.append([path.read_bytes() for path in files])
    assert written[0] == written[1]


def test_overlapping_spans_are_learned_by_spancat() -> None:
    texts = [
        LabelledText(
            f"nice oak {thing} no {n}", (LabelledSpan(5, 8, "Material"), LabelledSpan(5, 9 + len(thing), "Item"))
        )
        for n in range(8)
        for thing in ("table", "chair")
    ]
    assert choose_kind(texts) == "spancat"
    nlp = train_detector(texts, language="en", schedule=Schedule(passes=15, batch=8))
    assert found_spans(nlp("nice oak table no 99")) == ((5, 8, "Material"), (5, 14, "Item"))


def test_a_gazetteer_helps_where_words_alone_do_not() -> None:
    draw = random.Random(0)
    letters = "艾熙百思图羚跑美绅青橙树卓凯通豪三隆"
    names = ["".join(draw.sample(letters, 3)) for _ in range(40)]
    others = ["".join(draw.sample(letters, 3)) for _ in range(40)]
    texts = [
        LabelledText(f"冬季{other}{name}男鞋", (LabelledSpan(5, 8, "Brand"),))
        if number % 2
        else LabelledText(f"冬季{name}{other}男鞋", (LabelledSpan(2, 5, "Brand"),))
        for number, (name, other) in enumerate(zip(names, others, strict=True))
    ]
    f1 = {}
    for gazetteer in ((), tuple((name, "brand") for name in names)):
        nlp = train_detector(texts[:28], language="zh", kind="crf", gazetteer=gazetteer)
        f1[bool(gazetteer)] = total(judge_detector(nlp, texts[28:]).values()).f1
    assert f1[True] == 1.0
    assert f1[False] < 0.7


def test_what_cannot_be_trained_says_why() -> None:
    with pytest.raises(ConfigurationError, match="no detector"):
        train_detector(reviews(5), language="en", kind="crff")  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="knows no language"):
        train_detector(reviews(5), language="xx-nowhere")
    with pytest.raises(ConfigurationError, match="reads no gazetteer"):
        train_detector(reviews(5), language="en", kind="ner", gazetteer=[("a", "b")])
    with pytest.raises(ModelError, match="nothing to learn"):
        train_detector([LabelledText("overheats", (LabelledSpan(1, 4, "A"),))], language="en")
    with pytest.raises(ModelError, match="not trained"):
        nlp = blank_pipeline("en")
        nlp.add_pipe(FACTORY)
        nlp("text")
    assert set(get_args(Kind)) == {"crf", "ner", "spancat", "auto"}


def test_weights_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no weights of a CRF"):
        ConditionalField(b"nothing")
    nlp = train_detector(reviews(10), language="en")
    component = nlp.get_pipe(FACTORY)
    assert isinstance(component, CrfDetector)
    assert component.labels == ("Aspect", "Brand")
    component.to_disk(tmp_path)
    (tmp_path / "gazetteer.json").write_text("[[1]]", encoding="utf-8")
    with pytest.raises(ModelError, match="is damaged"):
        component.from_disk(tmp_path)


def test_empty_texts_have_no_mentions() -> None:
    nlp = train_detector(reviews(10), language="en")
    assert [found_spans(doc) for doc in nlp.pipe(["", "  ", "。"])] == [(), (), ()]


@settings(max_examples=40, deadline=None)
@given(SPANS)
def test_tags_give_back_the_spans_that_do_not_overlap(drawn: list[tuple[int, int, str]]) -> None:
    doc = ENGLISH.make_doc("ab " * 14)
    spans = [LabelledSpan(3 * start, 3 * (start + length) - 1, label) for start, length, label in drawn]
    kept = longest_first(spans)
    found = from_tags(doc, to_tags(doc, spans))
    assert [(span.start_char, span.end_char, span.label_) for span in found] == [
        (span.start, span.end, span.label) for span in kept
    ]


def test_a_gazetteer_marks_the_longest_name_whatever_its_case_and_spaces() -> None:
    gazetteer = Gazetteer([("MacBook Pro", "Product"), ("macbook", "Product"), ("x", "Brand")])
    assert len(gazetteer) == 2
    marks = gazetteer.marks(["my", "macbook", "pro", "x"])
    assert marks[0] == marks[3] == []
    assert {"Product:B", "Product:I2"} <= set(marks[1])
    assert {"Product:E", "Product:I2"} <= set(marks[2])


def test_features_of_characters_look_further_than_those_of_words() -> None:
    words, characters = token_features(["a", "bc"], Gazetteer()), token_features(["冬", "季"], Gazetteer())
    assert "e2=bc" in words[1]
    assert "-1,0,+1=冬|季|#" in characters[1]


def test_confidence_is_calibrated_on_texts_left_out_and_written_with_the_pipeline(tmp_path: Path) -> None:
    # one mention in four is labelled at random, so that nobody can be sure of any
    draw = random.Random(0)
    texts = [
        LabelledText(
            f"The strap number {n} came", (LabelledSpan(4, 9, "Aspect"),) if draw.random() < 0.75 else (), "en"
        )
        for n in range(200)
    ]
    nlp = train_detector(texts, language="en", kind="crf")
    doc = nlp("The strap number 999 came")
    assert [ent.text for ent in doc.ents] == ["strap"]
    assert 0.55 < doc.ents[0]._.confidence < 0.9
    save_trained(nlp, tmp_path / "out", {})
    again = load_trained(tmp_path / "out")("The strap number 999 came")
    assert again.ents[0]._.confidence == doc.ents[0]._.confidence


def test_confidence_counts_the_border_behind_a_mention() -> None:
    # "sound quality" is labelled whole in half of the texts, and "sound" alone in the other half
    texts = [
        LabelledText(f"good sound quality {n}", (LabelledSpan(5, 10 if n % 2 else 18, "Aspect"),), "en")
        for n in range(40)
    ]
    (ent,) = train_detector(texts, language="en", kind="crf")("good sound quality 77").ents
    assert ent._.confidence < 0.75
