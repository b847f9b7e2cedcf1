"""Judging a model on the holdout: full ranking over the catalogue, beside popularity, with confidence intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from kg.errors import InputError
from kg.snapshot import Holdout
from recommender import metrics
from recommender.arrays import Csr, DoubleArray, IntArray, csr, empty
from recommender.artefact import Artefact
from recommender.groups import Group, judged_groups, parts_of
from recommender.ranking import ranked_lists
from recommender.scoring import HistoryScorer, LinearScorer
from recommender.serving import Recommender

CLOSED_FORM = "closed_form"
"""Name of the baseline that a model with vectors is compared with: its own item weights alone."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good a model's lists are.

    Attributes:
        metrics: ``recall@10``, ``ndcg@10`` and the like, means over users; ``coverage@k`` over all lists.
        intervals: half-widths of the 95 % confidence intervals of the means.
        baselines: the same metrics of simpler ways, by name; at least ``popularity``, and ``closed_form`` for a model
            with vectors.
        users: judged.
        model: name of the model.
        groups: the same for parts of customers and of test products; see ``recommender.groups``.
    """

    metrics: Mapping[str, float]
    intervals: Mapping[str, float]
    baselines: Mapping[str, Mapping[str, float]]
    users: int
    model: str
    groups: tuple[Group, ...] = ()


def evaluate(
    recommender: Recommender,
    holdout: Holdout,
    *,
    ks: tuple[int, ...] = (10, 20),
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Rank the whole catalogue for every user with test items, and compare with these.

    What a user has done of a kind to predict (such as purchases) in train is not recommended; a test item that is
    unknown to the model counts as missed. Metrics are defined in ``recommender.metrics``.

    Raises:
        InputError: the holdout has no test part for users of the model.
    """
    artefact = recommender.artefact
    users, relevant, n_relevant = test_users(artefact, holdout)
    judges: dict[str, HistoryScorer] = {artefact.model: recommender.scorer}
    if artefact.model != "popularity":
        judges["popularity"] = LinearScorer(empty(len(artefact.items), len(artefact.items)))
    if artefact.parts:
        judges[CLOSED_FORM] = LinearScorer(artefact.weights)
    lists: dict[str, IntArray] = {}
    for turn, (name, scorer) in enumerate(judges.items()):

        def told(done: int, of: int, turn: int = turn) -> None:
            if progress is not None:
                progress(turn * of + done, len(judges) * of)

        lists[name] = lists_of(artefact, scorer, users, k=max(ks), progress=told)
    found = {name: judged(top, relevant, n_relevant, artefact, ks) for name, top in lists.items()}
    means, intervals = found.pop(artefact.model)
    known = np.diff(artefact.histories.indptr).astype(np.int64)[users]
    groups = judged_groups(parts_of(known, _buyers(artefact), relevant, n_relevant), lists, ks)
    baselines = {name: own for name, (own, _) in found.items()}
    return Evaluation(means, intervals, baselines, len(users), artefact.model, groups)


def user_metrics(
    recommender: Recommender, holdout: Holdout, *, ks: tuple[int, ...] = (10, 20)
) -> dict[str, DoubleArray]:
    """Give recall and NDCG of every customer with test items, ``(n_users,)`` each, in the order of the model's users.

    Raises:
        InputError: the holdout has no test part for users of the model.
    """
    users, relevant, n_relevant = test_users(recommender.artefact, holdout)
    top = lists_of(recommender.artefact, recommender.scorer, users, k=max(ks))
    return metrics.recall_and_ndcg(metrics.hits(top, relevant), n_relevant, ks)


def lists_of(
    artefact: Artefact,
    scorer: HistoryScorer,
    users: IntArray,
    *,
    k: int,
    progress: Callable[[int, int], None] | None = None,
) -> IntArray:
    """Give the best k items of the whole catalogue for each of the users, rows of the model, ``(n_users, k)``."""
    top = np.full((len(users), k), -1, dtype=np.int64)
    histories, seen = artefact.histories[users], artefact.seen[users]
    for part, lists in ranked_lists(histories, scorer, seen, artefact.popularity, k=k):
        top[part] = lists
        if progress is not None:
            progress(part.stop, len(users))
    return top


def judged(
    top: IntArray, relevant: Csr, n_relevant: IntArray, artefact: Artefact, ks: tuple[int, ...]
) -> tuple[dict[str, float], dict[str, float]]:
    """Give means and 95 % half-widths of all metrics of the lists ``top``, ``(n_users, max(ks))``."""
    n_items = len(artefact.items)
    buyers = _buyers(artefact)
    groups = _first_categories(artefact)
    hit = metrics.hits(top, relevant)
    means: dict[str, float] = {}
    intervals: dict[str, float] = {}
    for k in ks:
        first, own = top[:, :k], hit[:, :k]
        values: dict[str, DoubleArray] = {
            "recall": metrics.recall(own, n_relevant),
            "precision": metrics.precision(own),
            "ndcg": metrics.ndcg(own, n_relevant),
            "hr": metrics.hit_rate(own),
            "mrr": metrics.reciprocal_rank(own),
            "map": metrics.average_precision(own, n_relevant),
            "novelty": metrics.novelty(first, buyers, artefact.histories.shape[0]),
            "popularity_bias": metrics.popularity_bias(first, buyers),
        }
        if groups is not None:
            values["diversity"] = metrics.diversity(first, groups)
        for name, summary in metrics.summary(values).items():
            means[f"{name}@{k}"] = summary["mean"]
            intervals[f"{name}@{k}"] = summary["ci95"]
        means[f"coverage@{k}"] = metrics.coverage(first, n_items)
    return means, intervals


def test_users(artefact: Artefact, holdout: Holdout) -> tuple[IntArray, Csr, IntArray]:
    """Give users with test items as rows of the model, their relevant known items, and how many are relevant in all.

    Raises:
        InputError: there are none.
    """
    test = holdout.test.filter(holdout.test["target"])
    user = pc.index_in(test["user_id"], value_set=artefact.users).fill_null(-1).to_numpy().astype(np.int64)
    ids = artefact.items["id"].combine_chunks()
    item = pc.index_in(test["product_id"], value_set=ids).fill_null(-1).to_numpy().astype(np.int64)
    _, product = np.unique(test["product_id"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
    known = user >= 0
    user, item, product = user[known], item[known], product[known]
    users, row = np.unique(user, return_inverse=True)
    if not len(users):
        raise InputError(
            f"{holdout.path} holds nothing to judge by: no customer of the model has a product in the test part. "
            'Set split.method in shopgraph.toml to "leave_last_out" or "random", and run again from the snapshot.'
        )
    pairs = np.unique(np.stack([row, product], axis=1), axis=0)
    n_relevant = np.bincount(pairs[:, 0], minlength=len(users)).astype(np.int64)
    inside = item >= 0
    relevant = csr(row[inside].astype(np.int64), item[inside], 1.0, (len(users), len(ids)))
    return users, relevant, n_relevant


def _buyers(artefact: Artefact) -> IntArray:
    """Give how many customers did something with each item, ``(n_items,)``."""
    return np.diff(artefact.kinds[0].members.indptr).astype(np.int64)


def _first_categories(artefact: Artefact) -> IntArray | None:
    """Give a number for each item's first category; items without one differ from each other; None if none has one."""
    firsts = [paths[0] if paths else None for paths in artefact.items["categories"].to_pylist()]
    known = {name: number for number, name in enumerate(sorted({name for name in firsts if name}))}
    if not known:
        return None
    return np.array([known[name] if name else len(known) + row for row, name in enumerate(firsts)], dtype=np.int64)
