"""The network that fuses graph, text, image and behaviour, beside the closed form and its rivals, on a public set.

    python -m benchmarks.fusion --data FOLDER --format pgpr --seeds 3 --json FILE

Everything is chosen on a part of train. The closed form's parameters are tuned once (``--trials``), and each seed
trains the network and, for intervals, draws its own validation part. ``--texts`` adds MiniLM vectors of the products'
titles and descriptions, ``--images`` vectors of their photos by the offline encoder. ``--ablate`` names what to leave
out or change, each run with the first seed: ``relations`` (no messages over the graph), ``hops``, ``text``, ``image``,
``network`` is always there as ``closed_form``, ``feature`` and ``decision`` are the other levels of fusion, and
``random_graph`` gives closed form and network a graph in which each link goes to a random node, all degrees kept.
``--compare`` names further closed-form models. ``--network members=1,epochs=6`` changes settings of the network.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.common import Arguments, Figures, main, seconds, tuning
from benchmarks.fusion_data import image_vectors_of, text_vectors_of, with_random_links
from benchmarks.recommend import prepare
from embeddings.vectors import Vectors
from kg.snapshot import Holdout, Snapshot, load_holdout
from recommender import Recommender
from recommender.evaluation import CLOSED_FORM, Evaluation, evaluate
from recommender.network import NetworkSettings
from recommender.settings import TrainSettings
from recommender.training import train

OPTIONS = {
    "--trials": "usual",
    "--seeds": "3",
    "--texts": "no",
    "--images": "no",
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
        with seconds() as training:
            report = train(snapshot, holdout, work / "0", settings=settings, modalities=list(vectors.values()))
        first = _judge(work / "0", holdout)
        figures: dict[str, float | int | str] = {
            "users": first.users,
            "vectors (s)": encoding.seconds,
            "training with tuning (s)": training.seconds,
        }
        known = replace(settings, parameters=report.parameters)
        runs = [first, *_further_seeds(snapshot, holdout, work, known, vectors, int(options["seeds"]))]
        figures |= _summary(runs)
        for name in filter(None, options["ablate"].split(",")):
            found = _variant(name, snapshot, holdout, work, known, vectors)
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


def _further_seeds(
    snapshot: Snapshot,
    holdout: Holdout,
    work: Path,
    known: TrainSettings,
    vectors: dict[str, Vectors],
    seeds: int,
) -> list[Evaluation]:
    found = []
    for seed in range(known.seed + 1, known.seed + seeds):
        assert known.network is not None
        own = replace(known, seed=seed, network=replace(known.network, seed=seed))
        train(snapshot, holdout, work / str(seed), settings=own, modalities=list(vectors.values()))
        found.append(_judge(work / str(seed), holdout))
    return found


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


def _variant(
    name: str,
    snapshot: Snapshot,
    holdout: Holdout,
    work: Path,
    known: TrainSettings,
    vectors: dict[str, Vectors],
) -> Evaluation:
    network = known.network or NetworkSettings()
    kept = dict(vectors)
    if name == "relations":
        network = replace(network, relations=False, knowledge=0.0)
    elif name == "hops":
        network = replace(network, hops=0)
    elif name in ("feature", "decision"):
        network = replace(network, fusion=name)
    elif name == "random_graph":
        snapshot = with_random_links(snapshot, seed=known.seed)
    elif name in kept:
        del kept[name]
    else:
        raise SystemExit(f"--ablate knows no {name!r} here.")
    own = replace(known, network=network)
    train(snapshot, holdout, work / name, settings=own, modalities=list(kept.values()))
    return _judge(work / name, holdout)


def _judge(model: Path, holdout: Holdout) -> Evaluation:
    return evaluate(Recommender.load(model), holdout)


if __name__ == "__main__":
    main("fusion", measure, options=OPTIONS)
