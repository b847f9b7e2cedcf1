"""The search for settings of the network: what it tries, what it keeps to, and what it refuses."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from kg.errors import ConfigurationError, DivergedError, ModelError
from recommender.data import training_data
from recommender.network import NetworkSettings
from recommender.network.estimate import extent_before, extent_bytes
from recommender.network.search import Tried, search
from recommender.network.training import Trainer
from recommender.network.validation import Validation
from recommender.settings import TrainSettings
from recommender.training import train
from tests.recommender.network.conftest import QUICK, Shop


def test_the_settings_given_are_tried_first_and_others_while_there_is_time(shop: Shop) -> None:
    told: list[str] = []
    settings = TrainSettings(tune=False, network=replace(QUICK, epochs=2, members=1))
    found = search(*shop, settings, minutes=0.08, progress=lambda stage, done, total: told.append(stage))
    assert sorted(found, key=lambda own: -own.worth) == list(found)
    assert sum(not own.changes for own in found) == 1, "the settings given"
    assert all(own.metrics["recall@10"] > 0 and own.epochs >= 1 for own in found)
    assert any("attempt 2" in stage for stage in told)


def test_without_time_the_settings_given_are_tried_all_the_same(shop: Shop) -> None:
    settings = TrainSettings(tune=False, network=replace(QUICK, epochs=1, members=1))
    (only,) = search(*shop, settings, minutes=1e-6)
    assert only.changes == {}


def test_what_is_fixed_is_what_every_attempt_was_judged_with(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[int] = []
    under = Validation.under

    def noted(self: Validation, own: NetworkSettings) -> Validation:
        used.append(own.dim)
        return under(self, own)

    monkeypatch.setattr(Validation, "under", noted)
    settings = TrainSettings(tune=False, network=replace(QUICK, epochs=2, members=1))
    seen: list[tuple[Tried, ...]] = []
    found = search(*shop, settings, minutes=0.08, fixed={"dim", "epochs", "fusion"}, found=seen.append)
    assert len(found) > 1
    assert all(own.changes.keys().isdisjoint({"dim", "epochs"}) for own in found)
    assert set(used) == {QUICK.dim}
    assert [len(own) for own in seen] == list(range(1, len(found) + 1)), "told after each attempt"
    assert all(own[0].worth == max(one.worth for one in own) for own in seen)
    assert seen[-1] == found


def test_what_would_not_fit_into_memory_is_not_tried(shop: Shop) -> None:
    """A little more memory than the 16 numbers need: of all that a search chooses from none fits."""
    network = replace(QUICK, epochs=1, members=1, sampled=False)
    needed = extent_bytes(extent_before(training_data(shop[0]), []), network) / 2**30
    found = search(*shop, TrainSettings(tune=False, network=network, memory_gib=needed * 1.05), minutes=5)
    assert len(found) == 1


def test_where_all_is_fixed_there_is_one_attempt(shop: Shop) -> None:
    settings = TrainSettings(tune=False, network=replace(QUICK, epochs=1, members=1))
    everything = [own.name for own in fields(NetworkSettings)]
    assert len(search(*shop, settings, minutes=5, fixed=everything)) == 1


def test_an_interruption_within_the_books_of_the_search_stays_one(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("optuna.samplers.TPESampler.after_trial", interrupted)
    settings = TrainSettings(tune=False, network=replace(QUICK, epochs=1, members=1))
    with pytest.raises(KeyboardInterrupt):
        search(*shop, settings, minutes=1)


def test_no_network_nothing_to_search(shop: Shop) -> None:
    for network in (None, replace(QUICK, fusion="decision")):
        with pytest.raises(ModelError, match="fusion"):
            search(*shop, TrainSettings(network=network), minutes=1)


def test_an_attempt_that_diverges_ends_itself_and_not_the_search(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    run, asked = Trainer.run_epoch, list[float]()

    def diverges(self: Trainer) -> float:
        asked.append(self.settings.learning_rate)
        if len(set(asked)) == 2:  # the second attempt
            raise DivergedError("no number")
        return run(self)

    monkeypatch.setattr(Trainer, "run_epoch", diverges)
    settings = TrainSettings(tune=False, network=replace(QUICK, epochs=1, members=1))
    found = search(*shop, settings, minutes=0.1)
    assert len(set(asked)) > 2, "it went on"
    assert asked[1] not in {own.changes.get("learning_rate") for own in found}
    monkeypatch.setattr(Trainer, "run_epoch", lambda self: (_ for _ in ()).throw(DivergedError("no number")))
    with pytest.raises(DivergedError):
        search(*shop, settings, minutes=0.1)


@pytest.mark.parametrize(
    ("device", "gpus", "told"),
    [("cuda:7", 0, "no GPU"), ("cuda:7", 1, "1 GPUs here"), ("abacus", 0, "abacus"), ("mps", 1, "mps")],
)
def test_a_device_that_is_not_here_is_told_before_anything_is_tuned(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: str, gpus: int, told: str
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: gpus > 0)
    monkeypatch.setattr("torch.cuda.device_count", lambda: gpus)
    said: list[str] = []
    settings = TrainSettings(network=replace(QUICK, device=device))
    with pytest.raises(ConfigurationError, match=told):
        train(*shop, tmp_path / "m", settings=settings, progress=lambda stage, *_: said.append(stage))
    with pytest.raises(ConfigurationError, match=told):
        search(*shop, settings, minutes=1)
    assert not said
