"""The stage ``vectors``: what it makes, what it leaves, and what it does with files of others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from embeddings.artefact import load_vectors
from embeddings.shared import load_shared
from kg.errors import ConfigurationError
from kg.snapshot import load_snapshot
from shopgraph.pipeline import run_pipeline
from shopgraph.pipeline.stages.train import product_vectors
from shopgraph.pipeline.vectors import graph_relations
from shopgraph.project import Project
from tests.shopgraph.pipeline.conftest import QUICK

OFF = QUICK[QUICK.index("[vectors]") :]
SMALL = "[vectors]\ntexts = {}\ngraph_options = { dim = 8, epochs = 1, negatives = 20 }\n"


def made(project: Project, settings: str) -> Project:
    """Run the stage with other settings."""
    project.settings_file.write_text(QUICK.replace(OFF, settings))
    again = Project(project.folder)
    run_pipeline(again, until="vectors")
    return again


def test_every_kind_is_made_and_goes_when_it_is_no_longer_asked_for(project: Project) -> None:
    own = made(project, SMALL)
    kinds = {path.parent.name for path in own.vectors.glob("*/manifest.json")}
    assert kinds == {"graph", "text", "text-encoder", "text_zh", "text_zh-encoder", "image", "image-encoder", "shared"}
    graph = load_vectors(own.vectors / "graph").vectors
    assert not {"Review", "Image"} & set(graph.ids.labels)
    assert {"User", "Product", "Brand"} <= set(graph.ids.labels)
    own = made(own, SMALL + 'images = "none"\n')
    assert {path.parent.name for path in own.vectors.glob("*/manifest.json")} == kinds - {
        "image",
        "image-encoder",
        "shared",
    }


def test_the_graph_joins_the_shared_space_as_a_third_view_when_asked(project: Project) -> None:
    own = made(project, SMALL + 'shared_views = ["graph"]\n')
    assert set(load_shared(own.vectors / "shared").projections) == {"text", "text_zh", "image", "graph"}
    own = made(own, SMALL)
    assert set(load_shared(own.vectors / "shared").projections) == {"text", "text_zh", "image"}


def test_the_network_takes_the_shared_space_in_when_asked(project: Project) -> None:
    own = made(project, SMALL)
    assert [one.name for one in product_vectors(own)] == ["graph", "image", "text", "text_zh"]
    text = own.settings_file.read_text()
    own.settings_file.write_text(text.replace("[network]\n", '[network]\nvectors = ["shared", "image"]\n'))
    own = Project(own.folder)
    shared, image = product_vectors(own)
    assert (shared.name, image.name) == ("shared", "image")
    assert shared.dim == load_shared(own.vectors / "shared").dim
    assert len(shared.ids.label_ids("Product")) >= len(image.ids.label_ids("Product"))


def test_transr_starts_from_transe_and_is_never_worse(project: Project) -> None:
    chosen = 'texts = {}\nother_texts = "none"\nimages = "none"\n'
    own = made(project, SMALL.replace("texts = {}\n", chosen + 'graph = "TransR"\n'))
    artefact = load_vectors(own.vectors / "graph")
    assert artefact.configuration["settings"]["model"] == "TransR"
    history = artefact.metrics["history"]
    assert history[0]["epoch"] == 0
    assert artefact.metrics["validation"]["mrr"] >= history[0]["mrr"]
    assert not list(own.vectors.glob("*.checkpoint"))


def test_ready_made_vectors_join_and_bad_rows_are_kept_with_the_reason(project: Project) -> None:
    ids = load_snapshot(project.snapshot).ids.label_ids("Product").to_pylist()
    matrix = np.random.default_rng(0).normal(size=(len(ids) + 1, 4)).astype(np.float32)
    matrix[3, 2] = np.nan
    np.save(project.folder / "audio.npy", matrix)
    (project.folder / "audio.txt").write_text("\n".join([*ids, "nobody"]) + "\n")
    own = made(project, OFF + '[vectors.ready.audio]\nmatrix = "audio.npy"\nids = "audio.txt"\n')
    vectors = load_vectors(own.vectors / "audio").vectors
    assert len(vectors) == len(ids) - 1
    aside = [json.loads(line) for line in (own.folder / "vectors-audio-quarantine.jsonl").read_text().splitlines()]
    assert [(row["code"], row["raw"]) for row in aside] == [("NOT_A_NUMBER", ids[3]), ("UNKNOWN_REFERENCE", "nobody")]


def test_a_name_that_shopgraph_uses_is_refused(project: Project) -> None:
    np.save(project.folder / "x.npy", np.ones((1, 2), np.float32))
    (project.folder / "x.txt").write_text("a\n")
    with pytest.raises(ConfigurationError, match="makes itself"):
        made(project, OFF + '[vectors.ready.image]\nmatrix = "x.npy"\nids = "x.txt"\n')


def test_a_relation_that_is_not_there_is_named(project: Project) -> None:
    snapshot = load_snapshot(project.snapshot)
    with pytest.raises(ConfigurationError, match="HAS_BRANDS"):
        graph_relations(snapshot, ("HAS_BRANDS",))
    assert {one.type for one in graph_relations(snapshot, ("HAS_BRAND",))} == {"HAS_BRAND"}


def test_nothing_is_made_where_nothing_is_asked_for(finished: Project) -> None:
    assert not Path(finished.vectors).exists()
