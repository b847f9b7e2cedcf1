"""Training: it learns, stops early, tells how far it is, and can be taken up again to the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from embeddings.graph.model import GraphModel
from embeddings.graph.objectives import make_objective
from embeddings.graph.run import Progress
from embeddings.graph.settings import GraphSettings, default_settings, start_settings
from embeddings.graph.training import make_graph_vectors, train_graph_model
from embeddings.graph.triples import Triples, hold_out
from embeddings.vectors import Vectors
from kg.errors import ConfigurationError, ModelError
from tests.embeddings.graph.worlds import planted, quick
from tests.recommender.shops import contents

CHANCE_MRR = 0.045  # of random scores over 120 entities


class _StopError(Exception):
    """Stands for whatever ends a process in the middle."""


def _same(one: GraphModel, other: GraphModel) -> bool:
    mine, theirs = one.artefact(), other.artefact()
    return (
        mine.vectors.matrix.tobytes() == theirs.vectors.matrix.tobytes()
        and {name: tensor.tobytes() for name, tensor in mine.tensors.items()}
        == {name: tensor.tobytes() for name, tensor in theirs.tensors.items()}
        and json.dumps(mine.metrics) == json.dumps(theirs.metrics)
    )


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        ("TransE", {}),
        ("TransE", {"inverse": False}),
        ("TransR", {}),
        ("DistMult", {}),
        ("RotatE", {}),
        ("TransE", {"loss": "NSSALoss", "loss_options": {"margin": 5.0}, "negatives": 4, "batch": 256}),
    ],
)
def test_models_learn_what_was_planted(model: str, changes: dict[str, Any]) -> None:
    trained = train_graph_model(planted(), settings=quick(model, **changes))
    assert trained.metrics["validation"]["mrr"] > 2.5 * CHANCE_MRR


def test_the_same_seed_gives_the_same_bytes_and_leaves_the_callers_chance_alone() -> None:
    torch.manual_seed(5)
    first = train_graph_model(planted(), settings=quick(epochs=3))
    drawn = torch.rand(1)
    torch.manual_seed(5)
    assert torch.rand(1) == drawn
    assert _same(first, train_graph_model(planted(), settings=quick(epochs=3)))
    assert not _same(first, train_graph_model(planted(), settings=quick(epochs=3, seed=1)))


def test_training_keeps_the_best_and_stops_when_nothing_gets_better() -> None:
    settings = quick(epochs=60, learning_rate=0.2, final_rate=1.0, validation_every=1, patience=2)
    trained = train_graph_model(planted(), settings=settings)
    history = trained.metrics["history"]
    assert len(history) < 60
    best = max(range(len(history)), key=lambda place: history[place]["mrr"])
    assert best == len(history) - 3
    assert trained.metrics["best_epoch"] == history[best]["epoch"]
    shorter = train_graph_model(
        planted(), settings=quick(epochs=60, learning_rate=0.2, final_rate=1.0, validation_every=1, patience=1)
    )
    assert len(shorter.metrics["history"]) <= len(history)


def test_progress_tells_loss_validation_and_what_is_left() -> None:
    seen: list[Progress] = []
    train_graph_model(planted(), settings=quick(epochs=6, validation_every=2), progress=seen.append)
    ends = [progress for progress in seen if progress.batch == progress.batches]
    assert [progress.epoch for progress in ends] == [1, 2, 3, 4, 5, 6]
    assert ends[0].validation_mrr is None
    assert ends[1].validation_mrr is not None
    assert ends[-1].loss < ends[0].loss
    assert ends[-1].best_mrr == max(progress.validation_mrr for progress in ends if progress.validation_mrr)
    assert ends[-1].seconds_left == 0
    assert ends[0].seconds_left is not None
    assert ends[0].seconds_left > 0


def _stopping(after: int) -> Iterator[int]:
    yield from range(after)
    raise _StopError


@pytest.mark.parametrize(("model", "changes"), [
    ("TransE", {}), ("TransR", {}), ("TransE", {"optimizer": "Adagrad"}),
    ("TransE", {"loss": "NSSALoss", "negatives": 2}),
])  # fmt: skip
def test_what_was_stopped_anywhere_ends_with_the_same_bytes(
    model: str, changes: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = quick(model, epochs=4, validation_every=1, patience=3, **changes)
    undisturbed = train_graph_model(planted(), settings=settings)
    path = tmp_path / "checkpoint"
    from embeddings.graph import run

    real = run.Run.step
    for after in (1, 7, 20):
        left = _stopping(after)

        def step(self: run.Run, batch: Any, number: int, left: Iterator[int] = left) -> float:
            next(left)
            return real(self, batch, number)

        monkeypatch.setattr(run.Run, "step", step)
        with pytest.raises(_StopError):
            train_graph_model(planted(), settings=settings, checkpoint=path, checkpoint_seconds=0)
        torch.manual_seed(after)  # the process that goes on has another state of chance
    monkeypatch.setattr(run.Run, "step", real)
    assert _same(train_graph_model(planted(), settings=settings, checkpoint=path), undisturbed)
    assert _same(train_graph_model(planted(), settings=settings, checkpoint=path), undisturbed)  # done already


def test_a_checkpoint_of_another_training_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    train_graph_model(planted(), settings=quick(epochs=1), checkpoint=path)
    for settings, triples in ((quick(epochs=2), planted()), (quick(epochs=1), planted(seed=1))):
        with pytest.raises(ModelError, match="other triples, settings"):
            train_graph_model(triples, settings=settings, checkpoint=path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ModelError, match="Remove the file"):
        train_graph_model(planted(), settings=quick(epochs=1), checkpoint=path)
    path.write_bytes(b"\x80\x04}q\x00.")  # a pickle
    with pytest.raises(ModelError, match="no whole checkpoint"):
        train_graph_model(planted(), settings=quick(epochs=1), checkpoint=path)


def test_making_vectors_leaves_the_artefact_alone_in_its_folder(tmp_path: Path) -> None:
    make_graph_vectors(planted(), tmp_path / "graph", settings=quick(epochs=1), checkpoint_seconds=0)
    assert [path.name for path in tmp_path.iterdir()] == ["graph"]
    assert set(contents(tmp_path / "graph")) == {"manifest.json", "vectors.safetensors", "ids.parquet"}


def test_triples_of_low_confidence_count_less() -> None:
    triples = planted()
    wrong = np.column_stack((triples.rows[:, 0], triples.rows[:, 1], (triples.rows[:, 2] + 60) % 120))
    rows = np.concatenate((triples.rows, wrong))
    doubted = np.concatenate((np.ones(len(triples)), np.full(len(wrong), 0.02)))
    mixed = Triples.of(triples.entities, triples.relations, rows, weight=doubted)
    _, held = hold_out(triples, share=0.1, most=100, seed=0)
    learned = set(map(tuple, mixed.rows.tolist())) - set(map(tuple, held.rows.tolist()))
    part = mixed.taken(np.array([tuple(row) in learned for row in mixed.rows.tolist()]))
    by_confidence, alike = (
        train_graph_model(part, settings=quick(confidence=confidence), validation=held).metrics["validation"]["mrr"]
        for confidence in (True, False)
    )
    assert by_confidence > 1.1 * alike


def test_with_a_loss_of_pykeen_a_triple_takes_part_as_often_as_it_is_sure() -> None:
    triples = planted()
    weight = np.where(np.arange(len(triples)) % 2, 0.25, 1.0)
    doubted = Triples.of(triples.entities, triples.relations, triples.rows, weight=weight)
    objective = make_objective(doubted, quick(loss="NSSALoss", inverse=False), by_relation=False)
    counts = np.zeros(len(doubted))
    for epoch in range(60):
        for _, part in objective.batches(epoch):
            counts[part] += 1
    assert (counts[doubted.weight == 1] == 60).all()
    assert counts[doubted.weight < 1].mean() == pytest.approx(15, rel=0.1)


def test_transr_starts_as_the_transe_that_it_is_given() -> None:
    learned, held = hold_out(planted(), share=0.1, most=100, seed=0)
    simple = train_graph_model(learned, settings=quick(), validation=held)
    settings = quick("TransR", epochs=1, learning_rate=1e-9)
    started = train_graph_model(learned, settings=settings, validation=held, start=simple)
    rows = np.arange(10)
    np.testing.assert_allclose(started.tails(rows, 1), simple.tails(rows, 1), atol=1e-3)
    alone = train_graph_model(learned, settings=settings, validation=held, start=simple.vectors())
    np.testing.assert_allclose(alone.vectors().matrix, simple.vectors().matrix, atol=1e-6)
    with pytest.raises(ConfigurationError, match="same dim"):
        train_graph_model(learned, settings=quick("TransR", dim=8), start=simple)
    with pytest.raises(ConfigurationError, match="inverse"):
        train_graph_model(learned, settings=quick("TransR", inverse=False), start=simple)


def test_training_never_makes_worse_what_it_started_from() -> None:
    learned, held = hold_out(planted(), share=0.1, most=100, seed=0)
    simple = train_graph_model(learned, settings=quick(), validation=held)
    rough = quick("TransR", epochs=2, learning_rate=3.0, projection_rate=1.0, validation_every=1)
    kept = train_graph_model(learned, settings=rough, validation=held, start=simple)
    first, *later = kept.metrics["history"]
    assert first["mrr"] == pytest.approx(simple.metrics["validation"]["mrr"], abs=1e-3)
    assert max(entry["mrr"] for entry in later) < first["mrr"]
    assert kept.metrics["best_epoch"] == 0
    np.testing.assert_array_equal(kept.vectors().matrix, simple.vectors().matrix)


def test_what_a_model_starts_from_has_its_size_and_relations() -> None:
    settings = default_settings("TransR", dim=12, inverse=True, seed=3)
    before = start_settings(settings, epochs=5)
    assert before is not None
    assert (before.model, before.dim, before.inverse, before.seed, before.epochs) == ("TransE", 12, True, 3, 5)
    assert before.learning_rate == default_settings("TransE").learning_rate
    assert start_settings(before) is None


def test_projections_learn_at_a_rate_of_their_own_and_do_not_decay() -> None:
    simple = train_graph_model(planted(), settings=quick(epochs=1))
    identity = np.broadcast_to(np.eye(16, dtype=np.float32), (6, 16, 16))
    far = []
    for rate in (0.0, 0.01, 0.1):
        changes = {"projection_rate": rate, "optimizer": "AdamW", "weight_decay": 0.5, "validation_share": 0.0}
        trained = train_graph_model(planted(), settings=quick("TransR", epochs=1, **changes), start=simple)
        assert not np.array_equal(trained.vectors().matrix, simple.vectors().matrix)
        found = trained.projections()
        assert found is not None
        far.append(float(np.abs(found - identity).max()))
    assert far[0] == 0 < far[1] < far[2]


@pytest.mark.parametrize(("changes", "said"), [
    ({"loss": "NoLoss"}, "softmax"), ({"sampler": "psychic", "loss": "NSSALoss"}, "basic"),
    ({"device": "cuda:7"}, "no GPU"), ({"device": "abacus"}, "abacus"),
    ({"loss": "NSSALoss", "loss_options": {"colour": 2}}, "options"),
])  # fmt: skip
def test_settings_that_do_not_fit_are_refused(changes: dict[str, Any], said: str) -> None:
    if torch.cuda.is_available() and "cuda" in str(changes):
        pytest.skip("there is a GPU")
    with pytest.raises(ConfigurationError, match=said):
        train_graph_model(planted(), settings=quick(**changes))


@pytest.mark.parametrize("changes", [
    {"dim": 0}, {"epochs": 0}, {"learning_rate": 0}, {"validation_share": 1.0}, {"optimizer": "SGDX"},
    {"mixed_precision": "maybe"}, {"final_rate": 2}, {"patience": -1},
])  # fmt: skip
def test_wrong_settings_are_named(changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(changes))):
        GraphSettings(**changes)


def test_an_unknown_setting_is_named_with_those_that_there_are() -> None:
    with pytest.raises(ConfigurationError, match="learning_rate"):
        default_settings("TransE", learning_speed=1)


def test_training_that_diverges_says_so() -> None:
    triples = planted()
    huge = Vectors("graph", triples.entities, np.full((120, 16), 1e25, dtype=np.float32))
    with pytest.raises(ModelError, match="smaller learning_rate"):
        train_graph_model(triples, settings=quick(), start=huge)


def test_nothing_to_learn_from_is_refused() -> None:
    triples = planted()
    with pytest.raises(ConfigurationError, match="no triple"):
        train_graph_model(triples.taken(np.zeros(0, dtype=np.int64)), settings=quick())


def test_mixed_precision_runs_where_it_is_asked_for() -> None:
    trained = train_graph_model(planted(), settings=quick("DistMult", mixed_precision="on"))
    assert trained.metrics["validation"]["mrr"] > 2 * CHANCE_MRR
