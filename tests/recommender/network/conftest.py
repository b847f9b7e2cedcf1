"""Fused models of the planted shop, each trained once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.vectors import Vectors
from kg.snapshot import Holdout, Snapshot
from recommender import Recommender
from recommender.network import NetworkSettings
from recommender.settings import TrainSettings
from recommender.training import train
from tests.recommender.shops import LAST, planted, taken

Shop = tuple[Snapshot, Holdout]
QUICK = NetworkSettings(dim=16, epochs=6, batch=64, device="cpu")


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Snapshot and holdout of the planted shop."""
    return taken(planted(), tmp_path_factory.mktemp("fused-shop"), LAST)


@pytest.fixture(scope="session")
def tastes(shop: Shop) -> Vectors:
    """Vectors that tell the two tastes apart, of two products in three."""
    ids = shop[0].products["id"].to_pylist()
    rng = np.random.default_rng(3)
    taste = np.arange(len(ids)) % 2 * 2.0 - 1
    matrix = rng.normal(size=(len(ids), 6)) * 0.3 + taste[:, None] * np.array([1, 1, 0, 0, 0, 0])
    kept = np.arange(len(ids)) % 3 > 0
    return Vectors.sorted("text", "Product", [ids[row] for row in np.flatnonzero(kept)], matrix[kept])


def fused(shop: Shop, out: Path, network: NetworkSettings, *vectors: Vectors) -> Recommender:
    """Train a fused model without tuning."""
    settings = TrainSettings(tune=False, network=network)
    train(*shop, out, settings=settings, modalities=vectors)
    return Recommender.load(out)


@pytest.fixture(scope="session")
def hybrid(shop: Shop, tastes: Vectors, tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    """Closed form and network over graph and text."""
    return fused(shop, tmp_path_factory.mktemp("hybrid") / "model", QUICK, tastes)
