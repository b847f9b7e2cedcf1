"""The spaCy components, in other people's pipelines."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

import linking.pipeline.components  # noqa: F401 (registers the factories)
from kg.errors import ConfigurationError, ModelError
from linking.artefact import load_linker, save_linker
from linking.linker import Linker
from linking.mentions import LinkText
from linking.pipeline.detectors import Detectors
from tests.linking.shops import small_linker

TEXT = "My Apple works, the battrey slips, an orange cable."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("linker") / "linker"
    save_linker(small_linker(), place, manifest={"inputs": "x"})
    return place


@pytest.mark.parametrize("language", ["en", "de", "xx"])
def test_components_in_a_pipeline_with_spacys_own_tokenizer(folder: Path, language: str) -> None:
    nlp = spacy.blank(language)
    nlp.add_pipe("shopgraph_names", config={"linker": str(folder)})
    nlp.add_pipe("shopgraph_linker", config={"linker": str(folder)})
    nlp.add_pipe("shopgraph_sentiment")
    doc = nlp.make_doc(TEXT)
    doc._.product = "charger"
    found = {(span.text, span.label_, span.kb_id_) for span in nlp(doc).spans["mentions"]}
    assert ("Apple", "Brand", "Apple") in found
    assert ("battrey", "Aspect", "battery") in found
    assert ("slips", "Aspect", "grip") in found
    apple = next(span for span in doc.spans["mentions"] if span.text == "Apple")
    assert apple._.confidence == pytest.approx(apple._.candidates[0].score)
    assert "linked" in apple._.reason


def test_norms_of_other_peoples_pipelines_are_left_alone(folder: Path) -> None:
    nlp = spacy.blank("en")
    before = [token.norm_ for token in nlp.make_doc("I can't, ’cause COLOUR")]
    nlp.add_pipe("shopgraph_names", config={"linker": str(folder)})
    assert [token.norm_ for token in nlp.make_doc("I can't, ’cause COLOUR")] == before


def test_a_linker_read_back_links_the_same(folder: Path) -> None:
    texts = [LinkText(TEXT, None, "charger"), LinkText("苹果手机续航不错", "zh", "phone")]
    assert list(load_linker(folder).link_many(texts)) == list(small_linker().link_many(texts))
    assert load_linker(folder).link(TEXT, product="cable") == small_linker().link(TEXT, product="cable")


def test_the_same_linker_is_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    save_linker(small_linker(), tmp_path / "again", manifest={"inputs": "x"})
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            assert file.read_bytes() == (tmp_path / "again" / file.relative_to(folder)).read_bytes(), file.name


def test_damage_is_noticed(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "linker"
    save_linker(small_linker(), place)
    (place / "aliases.parquet").write_bytes(b"PAR1")
    with pytest.raises(ModelError, match=r"aliases\.parquet is damaged: its contents have changed"):
        load_linker(place)
    with pytest.raises(ModelError, match="holds no linker"):
        load_linker(tmp_path)


def test_a_folder_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ModelError, match="is no linker"):
        save_linker(small_linker(), tmp_path)
    assert (tmp_path / "thesis.txt").exists()


class Fixed(Detectors):
    """A trained pipeline that always finds the same."""

    def __init__(self) -> None:
        ruler = spacy.blank("en")
        ruler.add_pipe("entity_ruler").add_patterns(  # type: ignore[attr-defined]
            [{"label": "Aspect", "pattern": "the hinge"}, {"label": "Brand", "pattern": "AAPL", "id": ""}]
        )
        self.names = {"en": "fixed"}
        self._pipelines = {"en": ruler}


def with_detectors() -> Linker:
    linker = small_linker()
    linker.detectors = Fixed()
    return linker


def test_what_a_trained_pipeline_finds_and_nobody_knows_is_told_and_counted() -> None:
    linker = with_detectors()
    mention = next(one for one in linker.link("I like the hinge.") if one.surface == "hinge")
    assert mention.node is None
    assert "finds a Aspect" in mention.reason or "finds an Aspect" in mention.reason
    list(linker.link_many([LinkText("I like the hinge."), LinkText("The strap and the hinge")]))
    assert linker.unlinked == {"hinge": 2}


def test_what_a_trained_pipeline_links_is_linked() -> None:
    linker = with_detectors()
    assert linker.detectors is not None
    nlp = linker.detectors._pipelines["en"]

    def link(doc: Doc) -> Doc:
        for ent in doc.ents:
            if ent.text == "AAPL":
                ent.kb_id_ = "Brand:Apple"
                doc.ents = [ent]
        return doc

    spacy.language.Language.component("test_kb", func=link)
    nlp.add_pipe("test_kb")
    links = next(iter(linker.link_many([LinkText("I own AAPL.")])))
    assert [(str(link_.node), link_.confidence) for link_ in links] == [("Brand Apple", Detectors.confidence)]


def test_a_pipeline_that_is_not_there_says_how_to_make_one() -> None:
    with pytest.raises(ConfigurationError, match="shopgraph link-train"):
        Detectors({"en": "no_such_pipeline"})
