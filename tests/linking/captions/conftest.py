"""Fixtures: the drawn shop, and a captioner trained on it, each made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from linking.captions.catalogue import PhotoExample, Training, train_catalogue
from tests.linking.captions.shops import make_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> list[PhotoExample]:
    """Photos to learn from."""
    return make_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def new_photos(tmp_path_factory: pytest.TempPathFactory) -> list[PhotoExample]:
    """Photos of other products of the same shop."""
    return make_shop(tmp_path_factory.mktemp("new"), seed=1, each=2)


@pytest.fixture(scope="session")
def training(shop: list[PhotoExample]) -> Training:
    """What training on the drawn shop gives."""
    return train_catalogue(shop)


@pytest.fixture
def model(training: Training, tmp_path: Path) -> Path:
    """A folder with the trained captioner."""
    training.captioner.save(tmp_path / "captioner")
    return tmp_path / "captioner"
