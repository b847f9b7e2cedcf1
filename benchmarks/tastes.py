"""What each source is worth on the demo shop, whose customers have tastes that one source alone shows.

    python -m benchmarks.tastes --data . --format demo --json FILE

``--data`` may name a project of the demo shop that was run; else one is made from ``--seed``. Every way is chosen on a
part of train, and ranks the whole catalogue for all customers of the test part:

- each source alone: ``behaviour`` (the closed form over interactions), nearest neighbours by the links of the tables
  (``graph``), what reviews mention (``review``), what photos show (``photo``), and vectors of texts and photos;
- behaviour with one further source (``behaviour + review``): the closed form over interactions and its relations;
- ``hybrid``: everything, with the network.

Figures are Recall@10 of all customers, and of those whose planted taste a source shows.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from benchmarks.common import Arguments, Figures, main, tuning
from kg.snapshot import Holdout, load_holdout, load_snapshot
from recommender import Recommender, metrics
from recommender.alike import LINKS, Likeness
from recommender.arrays import Csr, DoubleArray
from recommender.data import training_data
from recommender.evaluation import lists_of, test_users
from recommender.network import Modality, NetworkSettings
from recommender.scoring import HistoryScorer, LinearScorer
from recommender.settings import TrainSettings
from recommender.training import train
from shopgraph.demo import make_demo
from shopgraph.pipeline import import_into, run_pipeline
from shopgraph.pipeline.stages.train import product_vectors
from shopgraph.project import Project

OPTIONS = {"--trials": "usual", "--users": "1500", "--interactions": "30000"}
SOURCES = {"review": "MENTIONS", "photo": "DEPICTS"}
"""Relations that a source alone tells, by the beginning of their names; all others are the tables' (``graph``)."""
K = 10
BEHAVIOUR = "behaviour"


@dataclass(frozen=True, slots=True, eq=False)
class Customers:
    """Those who are asked.

    Attributes:
        holdout: the test part.
        tastes: source that shows the taste of each customer, by id.
    """

    holdout: Holdout
    tastes: Mapping[str, str]

    def recall(self, recommender: Recommender, scorer: HistoryScorer, name: str) -> dict[str, float]:
        """Give Recall@10 of all and of each group, by name of the figure."""
        artefact = recommender.artefact
        users, relevant, n_relevant = test_users(artefact, self.holdout)
        hit = metrics.hits(lists_of(artefact, scorer, users, k=K), relevant)
        values: DoubleArray = metrics.recall(hit, n_relevant)
        groups = np.array([self.tastes[artefact.users[int(row)].as_py()] for row in users])
        found = {name: float(values.mean())}
        found |= {f"{name}: {group} tastes": float(values[groups == group].mean()) for group in np.unique(groups)}
        return found


def measure(arguments: Arguments) -> Figures:
    """Make the project, and judge every way."""
    with tempfile.TemporaryDirectory() as scratch:
        given = (arguments.data / "state.json").is_file()
        project = Project.open(arguments.data) if given else _made(Path(scratch) / "project", arguments)
        tastes = {str(row["user_id"]): str(row["source"]) for row in _rows(project.folder / "shop" / "truth")}
        customers = Customers(load_holdout(project.holdout), tastes)
        figures = dict(_judge(project, customers, Path(scratch), arguments))
    single = [figures[name] for name in (BEHAVIOUR, *_alone(figures))]
    joined = [figures[f"{BEHAVIOUR} + {source}"] for source in ("graph", *SOURCES)]
    figures["hybrid, against the best source alone"] = figures["hybrid"] / max(single)
    figures["hybrid, against behaviour with the best further source"] = figures["hybrid"] / max(joined)
    for source in ("graph", *SOURCES):
        group = f": {source} tastes"
        own = figures[f"{BEHAVIOUR} + {source}{group}"]
        others = [figures[f"{BEHAVIOUR} + {other}{group}"] for other in ("graph", *SOURCES) if other != source]
        figures[f"{source} tastes: their source, against behaviour"] = own / figures[f"{BEHAVIOUR}{group}"]
        figures[f"{source} tastes: their source, against the others' best"] = own / max(others)
    return figures


def _judge(project: Project, customers: Customers, scratch: Path, arguments: Arguments) -> Iterator[tuple[str, float]]:
    snapshot = load_snapshot(project.snapshot)
    names = [relation.name for relation in training_data(snapshot).relations]
    relations = {source: [name for name in names if source_of(name) == source] for source in ("graph", *SOURCES)}
    vectors = product_vectors(project)

    def trained(chosen: Sequence[str] | None, network: NetworkSettings | None = None) -> Recommender:
        settings = TrainSettings(
            **tuning(arguments.options),
            seed=arguments.seed,
            network=network,
            relations=None if chosen is None else tuple(chosen),
        )
        train(snapshot, customers.holdout, scratch / "model", settings=settings, modalities=vectors if network else ())
        return Recommender.load(scratch / "model")

    plain = trained(())
    yield from customers.recall(plain, plain.scorer, BEHAVIOUR).items()
    for source, chosen in relations.items():
        joined = trained(chosen)
        yield from customers.recall(joined, joined.scorer, f"{BEHAVIOUR} + {source}").items()
        yield from customers.recall(joined, LinearScorer(_neighbours(joined, ())), source).items()
    for own in vectors:
        modality = Modality.of(own, plain.artefact.items["id"])
        yield from customers.recall(plain, LinearScorer(_neighbours(plain, (modality,))), f"{own.name} vectors").items()
    hybrid = trained(None, NetworkSettings(seed=arguments.seed))
    closed = LinearScorer(hybrid.artefact.weights)
    yield from customers.recall(hybrid, closed, "closed form over everything").items()
    yield from customers.recall(hybrid, hybrid.scorer, "hybrid").items()


def _alone(figures: Mapping[str, float]) -> list[str]:
    return [name for name in figures if name in ("graph", *SOURCES) or name.endswith(" vectors")]


def _neighbours(recommender: Recommender, modalities: Sequence[Modality]) -> Csr:
    """Give cosines of all products, by the vectors given or else by the model's relations."""
    artefact = recommender.artefact
    likeness = Likeness(artefact.kinds, {}, artefact.items, modalities, n_old=len(artefact.items))
    own = likeness.matrix(modalities[0].name if modalities else LINKS)
    return sp.csr_matrix(own @ own.T, dtype=np.float32)


def _made(folder: Path, arguments: Arguments) -> Project:
    """Make the demo shop and a project of it, up to its vectors."""
    shop = make_demo(
        folder / "shop",
        seed=arguments.seed or 7,
        n_users=int(arguments.options["users"]),
        n_interactions=int(arguments.options["interactions"]),
    ).folder
    project = Project.create(folder)
    for file in ("aliases.csv", "aspects.toml"):
        shutil.copyfile(shop / file, folder / file)
    import_into(project, shop, format_name="tables")
    run_pipeline(project, until="vectors")
    return project


def source_of(relation: str) -> str:
    """Give the source that tells a relation."""
    return next((source for source, start in SOURCES.items() if relation.startswith(start)), "graph")


def _rows(truth: Path) -> Iterator[dict[str, object]]:
    with (truth / "customers.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main("tastes", measure, options=OPTIONS)
