"""The model that the benchmarks of serving ask."""

from __future__ import annotations

from pathlib import Path

from benchmarks.common import Arguments
from benchmarks.recommend import prepare
from kg.snapshot import load_holdout
from recommender.network import NetworkSettings
from recommender.settings import TrainSettings
from recommender.training import train


def model_at(arguments: Arguments, folder: Path) -> Path:
    """Give the model to be served: that of ``--model``, or one trained in ``folder`` with its default parameters.

    ``--network yes`` joins the network with it.
    """
    if arguments.options["model"]:
        return Path(arguments.options["model"]).resolve()
    snapshot, holdout = prepare(arguments, folder), load_holdout(folder / "holdout")
    network = NetworkSettings(seed=arguments.seed) if arguments.options["network"] == "yes" else None
    settings = TrainSettings(tune=False, network=network, seed=arguments.seed)
    train(snapshot, holdout, folder / "model", settings=settings)
    return folder / "model"
