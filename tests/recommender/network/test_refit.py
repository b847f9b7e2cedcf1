"""The last fit learns from everything, and chooses nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.vectors import Vectors
from kg.snapshot import Snapshot
from kg.snapshot.split import SplitMethod, SplitSettings
from recommender import Recommender
from recommender.artefact import load, read_manifest
from recommender.refit import JUDGED, refit
from recommender.settings import TrainSettings
from recommender.training import train
from tests.recommender.network.conftest import QUICK
from tests.recommender.shops import LAST, planted, taken

SETTINGS = TrainSettings(tune=False)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The planted shop with nothing kept apart."""
    split = SplitSettings(method=SplitMethod.NONE, target_kinds=("purchased",))
    return taken(planted(), tmp_path_factory.mktemp("everything"), split)[0]


def test_it_is_the_model_that_training_on_everything_gives(everything: Snapshot, tmp_path: Path) -> None:
    snapshot, holdout = taken(planted(), tmp_path, LAST)
    parameters = {"ridge": 77.0, "popularity": 0.2}
    train(snapshot, holdout, tmp_path / "judged", settings=replace(SETTINGS, parameters=parameters))
    before = read_manifest(tmp_path / "judged")
    refit(tmp_path / "judged", everything, tmp_path / "model", settings=SETTINGS)
    whole, _ = taken(planted(), tmp_path / "whole", SplitSettings(method=SplitMethod.NONE, target_kinds=("purchased",)))
    train(whole, holdout, tmp_path / "direct", settings=replace(SETTINGS, parameters=parameters))
    found, wanted = load(tmp_path / "model"), load(tmp_path / "direct")
    assert found.parameters == wanted.parameters
    assert found.weights.nnz == wanted.weights.nnz
    assert (found.weights != wanted.weights).nnz == 0
    assert found.metrics[JUDGED] == before["fingerprint"] == read_manifest(tmp_path / "judged")["fingerprint"]
    assert (found.weights != load(tmp_path / "judged").weights).nnz


def test_what_was_kept_apart_is_known_and_not_shown_again(everything: Snapshot, tmp_path: Path) -> None:
    snapshot, holdout = taken(planted(), tmp_path, LAST)
    train(snapshot, holdout, tmp_path / "judged", settings=SETTINGS)
    refit(tmp_path / "judged", everything, tmp_path / "model", settings=SETTINGS)
    judged, served = Recommender.load(tmp_path / "judged"), Recommender.load(tmp_path / "model")
    again = known = 0
    for row in holdout.test.to_pylist():
        user, product = row["user_id"], row["product_id"]
        again += product in [item.product.id for item in judged.recommend(user=user, k=20).items]
        assert product not in [node.id for node in judged.history(user)]
        known += product in [node.id for node in served.history(user)]
        assert product not in [item.product.id for item in served.recommend(user=user, k=20).items]
    assert again > 20
    assert known == len(holdout.test)


@pytest.mark.parametrize("fusion", ["hybrid", "feature", "decision"])
def test_networks_are_trained_on_everything_with_the_judged_epochs_and_weights(
    fusion: str, everything: Snapshot, tastes: Vectors, tmp_path: Path
) -> None:
    snapshot, holdout = taken(planted(), tmp_path, LAST)
    settings = replace(SETTINGS, network=replace(QUICK, fusion=fusion, members=1, epochs=4))
    train(snapshot, holdout, tmp_path / "judged", settings=settings, modalities=[tastes])
    refit(tmp_path / "judged", everything, tmp_path / "model", settings=settings, modalities=[tastes])
    judged, served = load(tmp_path / "judged"), load(tmp_path / "model")
    assert [(part.name, part.weight, list(part.outputs)) for part in served.parts] == [
        (part.name, part.weight, list(part.outputs)) for part in judged.parts
    ]
    assert served.weight == judged.weight
    assert served.chances is not None and judged.chances is not None
    assert served.chances.told() == judged.chances.told()
    assert served.metrics["epochs"] == judged.metrics["epochs"]
    moved = not np.array_equal(judged.parts[0].inputs, served.parts[0].inputs)
    assert moved == (fusion != "decision")  # a modality that scores by itself is not trained
    (item, *_) = Recommender.load(tmp_path / "model").recommend(user="u000", k=1, reasons=True).items
    assert sum(reason.score for reason in item.reasons) == pytest.approx(item.score, abs=1e-4)
    assert not list(tmp_path.glob(".model*"))
