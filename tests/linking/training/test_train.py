"""Training as a whole: the folder, its manifest, its command; nothing of it is a pickle."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from kg.errors import ConfigurationError, InputError, ModelError
from linking.training import LabelledText, Schedule, found_spans, load_trained, train_linking
from linking.training.train import TrainReport
from shopgraph.cli import link_train
from shopgraph.cli.failures import ShopGroup
from tests.linking.training.texts import review, reviews, write

QUICK = Schedule(passes=3, batch=8)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TrainReport]:
    """A pipeline with every component, and the report of its training."""
    folder = tmp_path_factory.mktemp("trained")
    path = write(folder / "labelled.jsonl", reviews(60))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"text": "half a line\n')
    return folder / "out", train_linking([path], folder / "out", language="en", schedule=QUICK)


def test_the_report_judges_every_component_on_texts_kept_apart(trained: tuple[Path, TrainReport]) -> None:
    _, report = trained
    assert (report.learned, report.held_out, report.detector) == (48, 12, "crf")
    assert set(report.detectors) == {"crf", "ner", "spancat"}
    assert set(report.detectors["crf"]) == {"Aspect", "Brand", "all"}
    assert report.detectors["crf"]["all"]["f1"] > 0.9
    assert report.entity_linker is not None
    assert report.entity_linker["right"] > 0.9
    assert [(reject.file, reject.line) for reject in report.rejects] == [("labelled.jsonl", 61)]


def test_what_is_loaded_finds_and_links(trained: tuple[Path, TrainReport]) -> None:
    nlp = load_trained(trained[0])
    doc = nlp(review("zip", "Orion", "came loose").text)
    assert found_spans(doc) == ((4, 7, "Aspect"), (14, 19, "Brand"))
    assert [span.kb_id_ for span in doc.ents] == ["Aspect:zip", "Brand:orion"]
    assert nlp.disabled == ["ner", "spancat"]


def test_another_detector_can_be_switched_on(trained: tuple[Path, TrainReport]) -> None:
    nlp = load_trained(trained[0])
    with nlp.select_pipes(enable=["spancat"]):
        doc = nlp(review("zip", "Orion", "is great").text)
    assert doc.ents == ()
    assert set(found_spans(doc)) <= {(4, 7, "Aspect"), (14, 19, "Brand")}


def test_the_manifest_says_what_it_is(trained: tuple[Path, TrainReport]) -> None:
    folder, report = trained
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["metrics"]["detectors"] == report.detectors
    assert manifest["language"] == "en"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == files - {"manifest.json"}


@pytest.mark.parametrize("name", ["pipeline/shopgraph_crf/weights.crfsuite", "pipeline/config.cfg", "manifest.json"])
def test_a_changed_file_is_refused(trained: tuple[Path, TrainReport], name: str) -> None:
    path = trained[0] / name
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:-3] + b"   ")
        with pytest.raises(ModelError, match="damaged"):
            load_trained(trained[0])
    finally:
        path.write_bytes(whole)


def test_no_pickle_is_written_or_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Any:
        raise AssertionError("a pickle")

    path = write(tmp_path / "a.jsonl", reviews(20))
    for name in ("dump", "dumps", "load", "loads"):
        monkeypatch.setattr(pickle, name, refuse)
    train_linking([path], tmp_path / "out", language="en", schedule=Schedule(passes=1))
    load_trained(tmp_path / "out")
    for file in (tmp_path / "out").rglob("*"):
        if file.is_file():
            assert not file.read_bytes().startswith((b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")), file


def test_texts_of_another_language_are_left_out(tmp_path: Path) -> None:
    foreign = [LabelledText(text.text, text.spans, "de") for text in reviews(5, seed=9)]
    path = write(tmp_path / "a.jsonl", [*reviews(20), *foreign])
    report = train_linking([path], tmp_path / "out", language="en", components=["crf"])
    assert (report.other_language, report.learned + report.held_out) == (5, 20)
    with pytest.raises(InputError, match="the files have: de, en"):
        train_linking([path], tmp_path / "out", language="zh")


def test_without_nodes_the_linker_is_left_out_unless_it_is_asked_for(tmp_path: Path) -> None:
    plain = [
        LabelledText(text.text, tuple(type(span)(span.start, span.end, span.label) for span in text.spans))
        for text in reviews(20)
    ]
    path = write(tmp_path / "a.jsonl", plain)
    report = train_linking([path], tmp_path / "out", language="en", schedule=Schedule(passes=1))
    assert report.entity_linker is None
    with pytest.raises(ModelError, match="names a node"):
        train_linking([path], tmp_path / "out", language="en", components=["crf", "entity_linker"])
    assert load_trained(tmp_path / "out").component_names == ["shopgraph_crf", "ner", "spancat"]


def test_wrong_options_and_places_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", reviews(10))
    with pytest.raises(ConfigurationError, match='Did you mean "spancat"'):
        train_linking([path], tmp_path / "out", language="en", components=["spancats"])
    with pytest.raises(ConfigurationError, match="Name a component"):
        train_linking([path], tmp_path / "out", language="en", components=[])
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "photo.jpg").write_bytes(b"x")
    with pytest.raises(ModelError, match="is no trained pipeline"):
        train_linking([path], taken, language="en", components=["crf"])
    assert (taken / "photo.jpg").exists()
    with pytest.raises(ModelError, match="link-train"):
        load_trained(tmp_path / "none")


@pytest.fixture
def app() -> typer.Typer:
    """The command alone."""
    made = typer.Typer(cls=ShopGroup, rich_markup_mode=None)
    made.callback()(lambda: None)
    link_train.register(made)
    return made


def call(app: typer.Typer, *words: object) -> Result:
    return CliRunner().invoke(app, ["link-train", *map(str, words)])


def test_the_command_prints_tables_for_people(app: typer.Typer, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", reviews(30))
    result = call(app, path, "--language", "en", "--out", tmp_path / "out", "--component", "crf")
    assert result.exit_code == 0, result.output
    assert "judged on 6 others" in result.stdout
    assert "Brand" in result.stdout
    assert "which finds mentions by crf" in result.stdout
    assert load_trained(tmp_path / "out").pipe_names == ["shopgraph_crf"]


def test_the_command_answers_programs_and_fails_clearly(app: typer.Typer, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", reviews(30))
    options = ("--language", "en", "--out", tmp_path / "out", "--component", "crf", "--json")
    found = json.loads(call(app, path, *options).stdout)
    assert found["learned"] == 24
    assert found["detectors"]["crf"]["all"]["f1"] > 0.5
    missing = call(app, tmp_path / "none.jsonl", *options)
    assert missing.exit_code == 1
    assert "does not exist" in missing.output
    assert call(app, path, "--out", tmp_path / "out").exit_code == 2
