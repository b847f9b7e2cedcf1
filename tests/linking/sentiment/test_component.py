"""The component in a spaCy pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc, Span, SpanGroup

from kg.errors import ModelError
from linking.sentiment import ReviewText, train_sentiment
from linking.sentiment.component import SentimentComponent


def _with_mentions(doc: Doc, words: tuple[str, ...], key: str = "mentions") -> Doc:
    spans = [Span(doc, token.i, token.i + 1, label="Aspect") for token in doc if token.text in words]
    doc.spans[key] = SpanGroup(doc, name=key, spans=spans)
    return doc


def test_mentions_get_their_sentiment() -> None:
    nlp = spacy.blank("en")
    component = nlp.add_pipe("shopgraph_sentiment")
    doc = component(_with_mentions(nlp.make_doc("Great sound but the strap broke."), ("sound", "strap")))
    sound, strap = doc.spans["mentions"]
    assert sound._.sentiment > 0 > strap._.sentiment


def test_the_key_can_be_chosen_and_texts_without_mentions_pass() -> None:
    nlp = spacy.blank("xx")
    component = nlp.add_pipe("shopgraph_sentiment", config={"spans_key": "found"})
    doc = component(_with_mentions(nlp.make_doc("声音 很好，但是 拉链 坏了"), ("声音", "拉链"), "found"))
    assert [span._.sentiment > 0 for span in doc.spans["found"]] == [True, False]
    assert nlp("Nothing is marked here.").text == "Nothing is marked here."


def test_a_pipeline_keeps_its_taught_model_on_disk(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    component = nlp.add_pipe("shopgraph_sentiment")
    assert isinstance(component, SentimentComponent)
    reviews = [ReviewText("The strap is flibbery.", 1, "en"), ReviewText("The strap is zorby.", 5, "en")] * 40
    component.model = train_sentiment(reviews)
    nlp.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    doc = again.get_pipe("shopgraph_sentiment")(_with_mentions(again.make_doc("A flibbery zip"), ("zip",)))
    assert doc.spans["mentions"][0]._.sentiment < -0.1


def test_a_damaged_pipeline_says_so(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("shopgraph_sentiment")
    nlp.to_disk(tmp_path / "pipeline")
    (tmp_path / "pipeline" / "shopgraph_sentiment" / "manifest.json").unlink()
    with pytest.raises(ModelError, match=r"manifest\.json is missing"):
        spacy.load(tmp_path / "pipeline")
