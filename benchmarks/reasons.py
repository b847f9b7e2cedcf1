"""Whether reasons are true: taking away the products that they name costs a recommendation more than taking others.

    python -m benchmarks.reasons --data FOLDER --format pgpr --json FILE

Customers with at least eight products in train are drawn at random. Of the first recommendation of each, the reasons'
scores are added up for each product of the history; the three products that speak most for it are taken out of the
history, and the score is compared with what is left when three drawn at random from all go instead; equal counts as
a failure. The same is done with the products that the three strongest reasons name, as they are given to customers;
several may name one product, and as many are drawn at random then. ``--model FOLDER`` takes a model that is trained
already; ``--network no`` the closed form alone.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.common import Arguments, Figures, main
from benchmarks.recommend import prepare
from kg.snapshot import load_holdout
from recommender import Recommender
from recommender.network import NetworkSettings
from recommender.scoring import History
from recommender.settings import TrainSettings
from recommender.training import train

OPTIONS = {"--model": "", "--network": "yes", "--customers": "500", "--draws": "5"}
_FEWEST, _TAKEN = 8, 3


def measure(arguments: Arguments) -> Figures:
    """Train or load, then take reasons away."""
    options = arguments.options
    with tempfile.TemporaryDirectory() as folder:
        place = Path(options["model"]) if options["model"] else Path(folder) / "model"
        if not options["model"]:
            snapshot = prepare(arguments, Path(folder))
            network = NetworkSettings(seed=arguments.seed) if options["network"] == "yes" else None
            settings = TrainSettings(tune=False, network=network, seed=arguments.seed)
            train(snapshot, load_holdout(Path(folder) / "holdout"), place, settings=settings)
        recommender = Recommender.load(place)
    return fidelity(recommender, customers=int(options["customers"]), draws=int(options["draws"]), seed=arguments.seed)


def fidelity(recommender: Recommender, *, customers: int, draws: int, seed: int) -> dict[str, float | int | str]:
    """Give the share of cases in which the products that reasons name cost more than products drawn at random."""
    artefact, rng = recommender.artefact, np.random.default_rng(seed)
    histories, ids = artefact.histories, artefact.users.to_pylist()
    row_of = {name: row for row, name in enumerate(artefact.items["id"].to_pylist())}
    users = np.flatnonzero(np.diff(histories.indptr) >= _FEWEST)
    users = np.sort(rng.choice(users, min(customers, len(users)), replace=False))
    given_rng = np.random.default_rng([seed, 1])
    more, lost, lost_at_random, more_as_given = [], [], [], []
    for user in users.tolist():
        (found,) = recommender.recommend(user=ids[user], k=1, reasons=True).items
        named: dict[int, float] = {}
        for reason in found.reasons:
            if reason.history is not None:
                item = row_of[reason.history.id]
                named[item] = named.get(item, 0.0) + reason.score
        strongest = sorted(named, key=lambda item: -named[item])[:_TAKEN]
        history, target = History.of(histories, user), row_of[found.product.id]

        def without(items: object, history: History = history, target: int = target) -> float:
            kept = ~np.isin(history.items, items)  # type: ignore[arg-type]
            own = recommender.scorer.scores(History(history.items[kept], history.weights[kept]))
            return float(own[target])

        left = without(strongest)
        for _ in range(draws):
            at_random = without(rng.choice(history.items, _TAKEN, replace=False))
            more.append(left < at_random)
            lost_at_random.append(1 - at_random / found.score)
        lost.append(1 - left / found.score)
        given = {row_of[reason.history.id] for reason in found.reasons[:_TAKEN] if reason.history is not None}
        left = without(sorted(given))
        more_as_given += [
            left < without(given_rng.choice(history.items, len(given), replace=False)) for _ in range(draws)
        ]
    return {
        "customers": len(users),
        "the reasons' products cost more, share of cases": float(np.mean(more)),
        "three reasons as given cost more, share of cases": float(np.mean(more_as_given)),
        "score lost without the reasons' products": float(np.mean(lost)),
        "score lost without three drawn at random": float(np.mean(lost_at_random)),
        "model": recommender.model,
    }


if __name__ == "__main__":
    main("reasons", measure, options=OPTIONS)
