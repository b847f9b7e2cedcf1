"""What validation chooses, when it ends, and what a kill leaves of a training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from kg.snapshot import SplitMethod, SplitSettings
from recommender import training
from recommender.baskets import all_baskets
from recommender.models import model
from recommender.network.blend import choose_weights, worth
from recommender.network.material import Material
from recommender.network.part import VectorPart
from recommender.network.training import Trainer
from recommender.network.validation import Validation
from recommender.settings import TrainSettings
from recommender.training import parted
from recommender.tuning import Judge
from tests.recommender.network.conftest import QUICK, Shop
from tests.recommender.shops import contents, planted, taken


def test_weights_are_those_that_the_judging_customers_are_served_best_with() -> None:
    """One score finds what customers seek, one is noise, and the first sees half of it."""
    rng = np.random.default_rng(0)
    seen, held = sp.csr_matrix((300, 40), dtype=np.float32), sp.lil_matrix((300, 40), dtype=np.float32)
    sought = rng.integers(0, 40, 300)
    held[np.arange(300), sought] = 1
    scores = {name: rng.normal(size=(300, 40)).astype(np.float32) for name in ("first", "noise", "knows")}
    scores["knows"][np.arange(300), sought] += 3
    scores["first"][np.arange(0, 300, 2), sought[::2]] += 3
    given = {name: (lambda part, own=own: own[part]) for name, own in scores.items()}
    judge = Judge(seen, sp.csr_matrix(held))
    alone, grid = judge(given["first"]), (0.1, 1.0, 3.0, 60.0)
    by_hand = {
        weight: worth(judge(lambda part, weight=weight: scores["first"][part] + weight * scores["knows"][part]), alone)  # type: ignore[misc]
        for weight in grid
    }
    two = {name: given[name] for name in ("first", "knows")}
    weights, found = choose_weights(judge, two, first="first", grid=grid)
    assert weights == {"first": 1.0, "knows": max(by_hand, key=lambda weight: by_hand[weight])}
    assert worth(found, alone) == max(by_hand.values()) > 1.2
    assert weights["knows"] in grid[1:3], "more would drown what the first sees, and less what it does not"
    only, _ = choose_weights(judge, {name: given[name] for name in ("knows", "noise")}, first="knows", grid=(5.0, 9.0))
    assert only == {"knows": 1.0}, "what helps nobody gets no weight"


def test_training_ends_when_validation_gains_no_more_and_the_best_epoch_is_kept(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    gains = [1.01, 1.05, 1.04, 1.03, 1.2, 1.3]
    weighed: list[float] = []

    def weigh(self: Validation, trainers: Sequence[Trainer]) -> tuple[dict[str, float], dict[str, float]]:
        self.latest = VectorPart("network", *trainers[0].vectors(), 1.0)
        weighed.append(gains[len(weighed)])
        alone = self.judge(lambda part: self.closed[part])
        return {"closed_form": 1.0, "network": weighed[-1]}, {k: own * weighed[-1] for k, own in alone.items()}

    monkeypatch.setattr(Validation, "weigh", weigh)
    settings = replace(QUICK, epochs=40, patience=2, members=1)
    data, given, rest, held = parted(*shop, TrainSettings(network=settings))
    chosen = model("propagation")
    material = Material(
        rest=rest,
        held=held,
        whole=data,
        modalities=[],
        model=chosen.name,
        parameters=chosen.defaults(all_baskets(data)),
        resources=TrainSettings().resources,
    )
    found = Validation(material, settings, lambda *_: None).choose_epochs(lambda *_: None)
    assert given is None
    assert weighed == gains[:4], "two validations without gain"
    assert (found.epochs, found.weights["network"]) == (4, 1.05)


def test_a_training_that_is_killed_after_the_networks_trains_none_of_them_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = taken(planted(), tmp_path, SplitSettings(method=SplitMethod.RANDOM))
    network = replace(QUICK, epochs=2, validation_fraction=0.15)
    settings = TrainSettings(tune=False, network=network, validation_fraction=0.4)
    monkeypatch.setattr("recommender.training._ENOUGH", 1)
    whole = tmp_path / "whole"
    training.train(*shop, whole, settings=settings)
    epochs: list[str] = []

    def told(stage: str, *_: int) -> None:
        epochs.extend([stage] if stage.startswith("training the network") else [])

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    place = tmp_path / "place"
    with monkeypatch.context() as dying:
        dying.setattr("recommender.training.with_chances", killed)
        with pytest.raises(KeyboardInterrupt):
            training.train(*shop, place / "model", settings=settings, progress=told)
    assert len(epochs) == 2 * network.members * 2, "two networks of two members, two epochs each"
    epochs.clear()
    training.train(*shop, place / "model", settings=settings, progress=told)
    assert epochs == []
    assert contents(place / "model") == contents(whole)
    assert [path.name for path in place.iterdir()] == ["model"], "and nothing of them is left"
