"""Fixtures: the planted shop and models trained on it, each made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.snapshot import Holdout, Snapshot
from recommender import Recommender
from recommender.settings import TrainSettings
from recommender.training import train
from tests.recommender.shops import LAST, corner, planted, taken

Shop = tuple[Snapshot, Holdout]


@pytest.fixture(scope="session")
def planted_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Snapshot and holdout of the planted shop."""
    return taken(planted(), tmp_path_factory.mktemp("planted"), LAST)


@pytest.fixture(scope="session")
def corner_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Snapshot and holdout of the shop made by hand."""
    return taken(corner(), tmp_path_factory.mktemp("corner"))


@pytest.fixture(scope="session")
def tuned(planted_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a model that was tuned on the planted shop."""
    folder = tmp_path_factory.mktemp("tuned") / "model"
    train(*planted_shop, folder, settings=TrainSettings(trials=8))
    return folder


@pytest.fixture(scope="session")
def trained(corner_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Recommender]:
    """Give the recommender of a model of the shop made by hand, from its folder."""
    folder = tmp_path_factory.mktemp("corner-models")

    def give(model: str) -> Recommender:
        if not (folder / model).exists():
            train(*corner_shop, folder / model, settings=TrainSettings(model=model, tune=False))
        return Recommender.load(folder / model)

    return give


@pytest.fixture
def recommender(trained: Callable[[str], Recommender]) -> Recommender:
    """The shop made by hand, with the model that uses everything."""
    return trained("propagation")
