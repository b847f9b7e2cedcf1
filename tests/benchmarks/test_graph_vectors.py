"""The benchmark of graph vectors runs on a small folder, PyKEEN beside, and writes its figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import graph_vectors
from benchmarks.common import main
from embeddings.graph.triples import Triples, hold_out
from tests.embeddings.graph.worlds import planted


def _write(place: Path) -> Path:
    left, test = hold_out(planted(), share=0.1, most=1000, seed=0)
    train, validation = hold_out(left, share=0.1, most=1000, seed=0)
    names = planted().entities.label_ids("Entity").to_pylist()
    for file, known in (("entity2id", names), ("relation2id", planted().relations)):
        lines = [str(len(known)), *(f"{name}\t{number}" for number, name in enumerate(known))]
        (place / f"{file}.txt").write_text("\n".join(lines) + "\n")
    parts: tuple[tuple[str, Triples], ...] = (("train", train), ("valid", validation), ("test", test))
    for name, part in parts:
        lines = [str(len(part)), *(f"{head} {tail} {relation}" for head, relation, tail in part.rows.tolist())]
        (place / f"{name}2id.txt").write_text("\n".join(lines) + "\n")
    return place


@pytest.mark.parametrize(("model", "compare"), [("TransE", "yes"), ("TransR", "no")])
def test_the_benchmark_gives_its_figures(
    model: str, compare: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_vectors, "GOAL", 0.1)
    changes = {"dim": 8, "epochs": 4, "batch": 64, "negatives": 50, "validation_every": 2, "learning_rate": 0.03}
    words = ["--data", str(_write(tmp_path)), "--format", "openke", "--json", str(tmp_path / "out.json")]
    words += ["--model", model, "--compare", compare, "--rounds", "1", "--threads", "1"]
    words += ["--changes", json.dumps(changes)]
    main("graph_vectors", graph_vectors.measure, argv=words, options=graph_vectors.OPTIONS)
    figures = json.loads((tmp_path / "out.json").read_text())["figures"]
    assert 0 < figures["test MRR"] <= 1
    assert figures["test MRR, difference of our ranking in blocks"] < 1e-4
    assert figures["epochs"] == 4
    assert ("epoch, wrong triples drawn, ours / bare PyKEEN" in figures) == (compare == "yes")
    assert ("TransE before, training (s)" in figures) == (model == "TransR")
