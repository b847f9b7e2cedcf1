"""How true the chances of a purchase are: what was expected of customers in the test part beside what they bought.

A customer with n products in the test part made n purchases, so the chance that a product is among them is
``1 - (1 - p)^n``. All pairs of such customers and products that they had not bought before are judged.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.common import Arguments, Figures, seconds, tuning
from benchmarks.recommend import prepare
from kg.snapshot import Holdout, load_holdout
from recommender import Recommender
from recommender.arrays import DoubleArray
from recommender.chances import ChanceTable, places, popular
from recommender.evaluation import test_users
from recommender.network import NetworkSettings
from recommender.ranking import hide
from recommender.settings import TrainSettings
from recommender.training import train

EDGES = (0.0, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 1.0)
"""Of the reliability table: chances, each row from one to the next."""
_BLOCK = 256
_TOP = 10


class Judged(NamedTuple):
    """One customer's products: chances by the table and by popularity, places from 1, and whether bought, ``(n,)``."""

    chance: DoubleArray
    popular: DoubleArray
    ranks: DoubleArray
    bought: DoubleArray


def measure_purchases(arguments: Arguments) -> Figures:
    """Train on the train part alone, and judge on the test part."""
    options = arguments.options
    network = None if options["fusion"] == "none" else NetworkSettings(fusion=options["fusion"], seed=arguments.seed)
    settings = TrainSettings(
        **tuning(options),
        memory_gib=float(options["memory_gib"]),
        network=network,
        seed=arguments.seed,
    )
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        snapshot = prepare(arguments, work)
        holdout = load_holdout(work / "holdout")
        with seconds() as training:
            train(snapshot, holdout, work / "model", settings=settings)
        recommender = Recommender.load(work / "model")
        with seconds() as judging:
            figures = judge_chances(recommender, holdout)
    learned = recommender.artefact.metrics["chances"]
    return {**learned, **figures, "training (s)": training.seconds, "judging (s)": judging.seconds}


def judge_chances(recommender: Recommender, holdout: Holdout, *, table: ChanceTable | None = None) -> dict[str, float]:
    """Give Brier scores, calibration errors and the reliability table on the test part.

    Args:
        recommender: of the model.
        holdout: with the test part.
        table: to judge; by default the model's own.
    """
    table = table or recommender.artefact.chances
    assert table is not None, "too few customers could judge, so the model has no chances"
    squared = {"chances": 0.0, "popularity": 0.0}
    bins = np.zeros((len(EDGES) - 1, 3))
    top: list[tuple[DoubleArray, DoubleArray]] = []
    pairs, bought, customers = 0, 0.0, 0
    for own in _customers(recommender, holdout, table):
        customers, pairs, bought = customers + 1, pairs + len(own.chance), bought + float(own.bought.sum())
        squared["chances"] += float(((own.chance - own.bought) ** 2).sum())
        squared["popularity"] += float(((own.popular - own.bought) ** 2).sum())
        place = np.clip(np.searchsorted(EDGES, own.chance, side="right") - 1, 0, len(bins) - 1)
        for column, values in enumerate((np.ones(len(place)), own.chance, own.bought)):
            bins[:, column] += np.bincount(place, values, minlength=len(bins))
        first = own.ranks <= _TOP
        top.append((own.chance[first], own.bought[first]))
    base = bought / pairs
    worst = base * (1 - base)
    chance, hit = (np.concatenate(column) for column in zip(*top, strict=True))
    figures = {
        "customers": customers,
        "pairs": pairs,
        "base rate": base,
        "Brier, base rate": worst,
        "Brier, popularity": squared["popularity"] / pairs,
        "Brier, chances": squared["chances"] / pairs,
        "Brier skill against the base rate": 1 - squared["chances"] / pairs / worst,
        "calibration error, all pairs": float(np.abs(bins[:, 1] - bins[:, 2]).sum() / pairs),
        "calibration error, share of purchases": float(np.abs(bins[:, 1] - bins[:, 2]).sum() / bought),
        f"first {_TOP}: pairs": len(chance),
        f"first {_TOP}: expected purchases": float(chance.sum()),
        f"first {_TOP}: purchases": float(hit.sum()),
        f"first {_TOP}: calibration error": calibration_error(chance, hit),
        f"first {_TOP}: Brier, base rate": float(hit.mean() * (1 - hit.mean())),
        f"first {_TOP}: Brier, chances": float(((chance - hit) ** 2).mean()),
    }
    for row, (count, expected, real) in enumerate(bins.tolist()):
        name = f"chance {EDGES[row]:g} to {EDGES[row + 1]:g}"
        share = max(count, 1.0)
        figures |= {f"{name}: pairs": count, f"{name}: said": expected / share, f"{name}: bought": real / share}
    return figures


def calibration_error(chance: DoubleArray, bought: DoubleArray, *, bins: int = 10) -> float:
    """Give the expected calibration error over bins of equal size (Naeini et al., AAAI 2015)."""
    order = np.argsort(chance, kind="stable")
    parts = zip(np.array_split(chance[order], bins), np.array_split(bought[order], bins), strict=True)
    return float(sum(abs(said.sum() - real.sum()) for said, real in parts) / len(chance))


def _customers(recommender: Recommender, holdout: Holdout, table: ChanceTable) -> Iterator[Judged]:
    artefact = recommender.artefact
    users, relevant, _ = test_users(artefact, holdout)
    histories, seen = artefact.histories[users], artefact.seen[users]
    for start in range(0, len(users), _BLOCK):
        block = slice(start, start + _BLOCK)
        scores = np.asarray(recommender.scorer.block(histories[block]), dtype=np.float32)
        hide(scores, seen[block])
        for row, own in enumerate(scores):
            at = start + row
            items = np.flatnonzero(own > -np.inf)
            bought = relevant.indices[relevant.indptr[at] : relevant.indptr[at + 1]]
            found = places(own, items)
            chances = (table.chances(found), popular(artefact.popularity, items))
            said, plain = (1 - (1 - each) ** len(bought) for each in chances)
            yield Judged(said, plain, found.ranks, np.isin(items, bought).astype(np.float64))
