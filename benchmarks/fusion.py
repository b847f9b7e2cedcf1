"""The network that fuses graph, text, image and behaviour, beside the closed form and its rivals, on a public set.

    python -m benchmarks.fusion --data FOLDER --format pgpr --seeds 3 --json FILE

Everything is chosen on a part of train. The closed form's parameters are tuned once (``--trials``), and each seed
trains the network and, for intervals, draws its own validation part. ``--texts`` adds MiniLM vectors of the products'
titles and descriptions, ``--images`` vectors of their photos by the offline encoder,
``--space`` the space that both share (CCA). ``--ablate`` names variants of
``recommender.ablation``, such as ``without_text,random_graph``, each run with the first seed; the network alone is
always left out once, as ``closed_form``.
``--compare`` names further closed-form models. ``--network members=1,epochs=6`` changes settings of the network.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.common import Arguments, Figures, main, seconds, tuning
from benchmarks.fusion_data import image_vectors_of, shared_vectors_of, text_vectors_of
from benchmarks.recommend import prepare
from embeddings.vectors import Vectors
from kg.snapshot import Holdout, load_holdout
from recommender import Recommender
from recommender.ablation import Inputs, seeded, varied
from recommender.evaluation import CLOSED_FORM, Evaluation, evaluate
from recommender.network import NetworkSettings
from recommender.settings import TrainSettings
from recommender.training import train

OPTIONS = {
    "--trials": "usual",
    "--seeds": "3",
    "--texts": "no",
    "--images": "no",
    "--space": "no",
    "--ablate": "",
    "--compare": "",
    "--memory-gib": "8",
    "--network": "",
}
_SHOWN = ("recall@10", "ndcg@10", "recall@20", "ndcg@20", "hr@10")


def measure(arguments: Arguments) -> Figures:
    """Tune once, train and judge each seed and each variant."""
    options = arguments.options
    settings = TrainSettings(
        **tuning(options),
        memory_gib=float(options["memory_gib"]),
        seed=arguments.seed,
        network=_network(options["network"], arguments.seed),
    )
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        snapshot = prepare(arguments, work)
        holdout = load_holdout(work / "holdout")
        vectors: dict[str, Vectors] = {}
        with seconds() as encoding:
            if options["texts"] == "yes":
                vectors["text"] = text_vectors_of(snapshot)
            if options["images"] == "yes":
                vectors["image"] = image_vectors_of(snapshot)
            if options["space"] == "yes":
                vectors["shared"] = shared_vectors_of(vectors["text"], vectors["image"])
        with seconds() as training:
            report = train(snapshot, holdout, work / "0", settings=settings, modalities=list(vectors.values()))
        first = _judge(work / "0", holdout)
        figures: dict[str, float | int | str] = {
            "users": first.users,
            "vectors (s)": encoding.seconds,
            "training with tuning (s)": training.seconds,
        }
        known = replace(settings, parameters=report.parameters, recency=report.recency)
        inputs = Inputs(snapshot, known, tuple(vectors.values()))
        further = [seeded(inputs, seed) for seed in range(known.seed + 1, known.seed + int(options["seeds"]))]
        figures |= _summary([first, *(_trained(own, holdout, work / str(own.settings.seed)) for own in further)])
        for name in filter(None, options["ablate"].split(",")):
            found = _trained(varied(name, inputs), holdout, work / name)
            figures |= {f"{name} {metric}": found.metrics[metric] for metric in _SHOWN}
            figures |= {f"{name} lower by, {m}": 1 - found.metrics[m] / first.metrics[m] for m in _SHOWN[:2]}
        for name in filter(None, options["compare"].split(",")):
            rival = replace(settings, model=name, network=None, parameters=None)
            train(snapshot, holdout, work / name, settings=rival)
            found = _judge(work / name, holdout)
            figures |= {f"{name} {metric}": found.metrics[metric] for metric in _SHOWN}
        return figures


def _network(changes: str, seed: int) -> NetworkSettings:
    """Read settings of the network given as ``name=number,...``."""
    given = dict(change.split("=", 1) for change in filter(None, changes.split(",")))
    return replace(NetworkSettings(seed=seed), **{name: json.loads(value) for name, value in given.items()})


def _trained(inputs: Inputs, holdout: Holdout, folder: Path) -> Evaluation:
    train(inputs.snapshot, holdout, folder, settings=inputs.settings, modalities=inputs.modalities)
    return _judge(folder, holdout)


def _summary(runs: list[Evaluation]) -> dict[str, float]:
    """Give means over seeds, their standard deviations, and the closed form of the same runs."""
    figures: dict[str, float] = {}
    for metric in _SHOWN:
        values = np.array([run.metrics[metric] for run in runs])
        figures[metric] = float(values.mean())
        if len(runs) > 1:
            figures[f"{metric}, standard deviation over seeds"] = float(values.std(ddof=1))
            figures[f"{metric}, lowest seed"] = float(values.min())
    for name, own in runs[0].baselines.items():
        figures |= {f"{name} {metric}": own[metric] for metric in _SHOWN}
    for metric in _SHOWN[:2]:
        figures[f"{metric}, against {CLOSED_FORM}"] = figures[metric] / figures[f"{CLOSED_FORM} {metric}"]
    return figures


def _judge(model: Path, holdout: Holdout) -> Evaluation:
    return evaluate(Recommender.load(model), holdout)


if __name__ == "__main__":
    main("fusion", measure, options=OPTIONS)
