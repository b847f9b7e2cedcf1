"""Recommendation on a public set: files in, metrics on its test part out, beside simpler models of the same run.

``--compare`` names models to run beside (``ease``, ``graph_filter``, ``item_neighbours``; popularity always is) and
``without_relations``, the same model as if the graph held interactions only. All are tuned in the same way, on a part
of train alone. Of a catalogue without buyers, ``similar`` and ``search`` are asked instead. ``--trials 0`` takes the
models' defaults; ``--again no`` leaves out the timing of a second training.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.common import Arguments, Figures, main, seconds, tuning
from kg.build import build
from kg.quality import import_source
from kg.snapshot import Holdout, Snapshot, load_holdout, take_snapshot
from kg.store import open_store
from recommender import Recommender
from recommender.evaluation import Evaluation, evaluate
from recommender.settings import TrainSettings
from recommender.training import train

WITHOUT_RELATIONS = "without_relations"
_SHOWN = ("recall@10", "ndcg@10", "hr@10", "recall@20", "ndcg@20")
OPTIONS = {"--model": "propagation", "--trials": "usual", "--compare": "", "--again": "yes", "--memory-gib": "8"}


def measure(arguments: Arguments) -> Figures:
    """Import, build, take the snapshot, train and judge each model; give metrics and the seconds of each step."""
    settings = TrainSettings(
        model=arguments.options["model"],
        **tuning(arguments.options),
        memory_gib=float(arguments.options["memory_gib"]),
        seed=arguments.seed,
    )
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        with seconds() as preparing:
            snapshot = prepare(arguments, work)
        holdout = load_holdout(work / "holdout")
        figures: dict[str, float | int | str] = {"users": 0, "import, build, snapshot (s)": preparing.seconds}
        with seconds() as training:
            report = train(snapshot, holdout, work / "model", settings=settings)
        if not len(holdout.test):
            return figures | without_buyers(Recommender.load(work / "model")) | {"training (s)": training.seconds}
        with seconds() as judging:
            judged = evaluate(Recommender.load(work / "model"), holdout)
        figures["users"] = judged.users
        figures |= {f"{name} (95 % ±)": judged.intervals[name] for name in _SHOWN[:2]}
        figures |= dict(judged.metrics)
        figures |= {f"popularity {name}": judged.baselines["popularity"][name] for name in _SHOWN}
        figures |= {"training with tuning (s)": training.seconds, "evaluation (s)": judging.seconds}
        if arguments.options["again"] == "yes":
            known = replace(settings, parameters=report.parameters, recency=report.recency)
            with seconds() as again:
                train(snapshot, holdout, work / "again", settings=known)
            figures["training with settings known (s)"] = again.seconds
        for name in filter(None, arguments.options["compare"].split(",")):
            other = compared(name, settings)
            found = _judge(snapshot, holdout, work / name, other)
            figures |= {f"{name} {metric}": found.metrics[metric] for metric in _SHOWN}
            if name == WITHOUT_RELATIONS:
                share = {metric: 1 - found.metrics[metric] / judged.metrics[metric] for metric in _SHOWN}
                figures |= {f"{name} lower by, {metric}": share[metric] for metric in _SHOWN}
        return figures


def without_buyers(recommender: Recommender) -> dict[str, float]:
    """Ask a catalogue that nobody has bought from: every tenth product's like, and a search for its title."""
    products = recommender.artefact.items.select(["id", "name"]).to_pylist()[::10]
    like = [bool(recommender.similar(product["id"]).items) for product in products]
    found = [
        product["id"] in {item.product.id for item in recommender.search(product["name"] or "").items}
        for product in products
    ]
    return {"similar answers, share": sum(like) / len(like), "search finds the title, share": sum(found) / len(found)}


def prepare(arguments: Arguments, work: Path) -> Snapshot:
    """Take the data from its files to a snapshot and a holdout in ``work``."""
    import_source(arguments.data, out=work / "data", format_name=arguments.format)
    with open_store(str(work / "graph")) as store:
        build(work / "data", store)
        return take_snapshot(store, work / "snapshot", holdout=work / "holdout")


def compared(name: str, settings: TrainSettings) -> TrainSettings:
    """Give the settings of a model to run beside."""
    if name == WITHOUT_RELATIONS:
        return replace(settings, relations=())
    return replace(settings, model=name)


def _judge(snapshot: Snapshot, holdout: Holdout, out: Path, settings: TrainSettings) -> Evaluation:
    train(snapshot, holdout, out, settings=settings)
    return evaluate(Recommender.load(out), holdout)


if __name__ == "__main__":
    main("recommend", measure, options=OPTIONS)
