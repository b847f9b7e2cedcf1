"""Metrics against TREC's own programme, and against plain loops."""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender import Recommender, metrics
from recommender.arrays import csr
from recommender.evaluation import evaluate

MEASURES = {"recall": "recall", "precision": "P", "ndcg": "ndcg_cut", "hr": "success", "map": "map_cut"}


def random_lists(seed: int, k: int) -> tuple[np.ndarray, list[list[int]], list[int], int]:
    """Give lists with places left empty, relevant items (some users have none), and how many more are unknown."""
    rng = np.random.default_rng(seed)
    n_users, n_items = int(rng.integers(1, 8)), int(rng.integers(1, 30))
    top = np.full((n_users, k), -1, dtype=np.int64)
    for row in top:
        length = int(rng.integers(0, min(k, n_items) + 1))
        row[:length] = rng.permutation(n_items)[:length]
    relevant = [rng.permutation(n_items)[: rng.integers(0, n_items + 1)].tolist() for _ in range(n_users)]
    unknown = rng.integers(0, 3, n_users).tolist()
    return top, relevant, unknown, n_items


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 20))
def test_accuracy_is_that_of_trec(seed: int, k: int) -> None:
    top, relevant, unknown, n_items = random_lists(seed, k)
    rows = np.repeat(np.arange(len(top)), [len(each) for each in relevant])
    columns = np.array([item for each in relevant for item in each], dtype=np.int64)
    hit = metrics.hits(top, csr(rows, columns, 1.0, (len(top), n_items)))
    n_relevant = np.array([len(known) + more for known, more in zip(relevant, unknown, strict=True)])
    ours = {
        "recall": metrics.recall(hit, n_relevant),
        "precision": metrics.precision(hit),
        "ndcg": metrics.ndcg(hit, n_relevant),
        "hr": metrics.hit_rate(hit),
        "map": metrics.average_precision(hit, n_relevant),
        "mrr": metrics.reciprocal_rank(hit),
    }
    qrels = {
        str(user): {str(item): 1 for item in known} | {f"unknown{n}": 1 for n in range(unknown[user])}
        for user, known in enumerate(relevant)
    }
    run = {
        str(user): {str(item): float(k - place) for place, item in enumerate(row) if item >= 0}
        for user, row in enumerate(top.tolist())
    }
    judge = pytrec_eval.RelevanceEvaluator(qrels, {f"{m}.{k}" for m in MEASURES.values()} | {"recip_rank"})
    theirs = judge.evaluate(run)
    for name, values in ours.items():
        measure = "recip_rank" if name == "mrr" else f"{MEASURES[name]}_{k}"
        wanted = [theirs.get(str(user), {}).get(measure, 0.0) for user in range(len(top))]
        assert values == pytest.approx(wanted, abs=1e-6), name


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12))
def test_what_lists_are_made_of_by_plain_loops(seed: int, k: int) -> None:
    top, _, _, n_items = random_lists(seed, k)
    rng = np.random.default_rng(seed + 1)
    buyers, groups, n_users = rng.integers(0, 50, n_items), rng.integers(0, 4, n_items), 60
    lists = [[item for item in row if item >= 0] for row in top.tolist()]
    assert metrics.coverage(top, n_items) == pytest.approx(len({i for own in lists for i in own}) / n_items)
    novelty, bias, diversity = (
        metrics.novelty(top, buyers, n_users),
        metrics.popularity_bias(top, buyers),
        metrics.diversity(top, groups),
    )
    for user, own in enumerate(lists):
        bits = [-math.log2((buyers[item] + 1) / (n_users + 1)) for item in own]
        assert novelty[user] == pytest.approx(sum(bits) / len(own) if own else 0.0, abs=1e-6)
        ranks = [sum(other <= buyers[item] for other in buyers) / n_items for item in own]
        assert bias[user] == pytest.approx(sum(ranks) / len(own) if own else 0.0, abs=1e-6)
        apart = [groups[a] != groups[b] for a, b in combinations(own, 2)]
        assert diversity[user] == pytest.approx(sum(apart) / len(apart) if apart else 0.0, abs=1e-6)


def test_summary_gives_mean_and_interval() -> None:
    values = np.array([0.0, 1.0, 1.0, 0.0, 1.0])
    found = metrics.summary({"hr": values, "one": values[:1], "none": values[:0]})
    assert found["hr"]["mean"] == pytest.approx(0.6)
    assert found["hr"]["ci95"] == pytest.approx(1.96 * math.sqrt(sum((values - 0.6) ** 2) / 4 / 5))
    assert found["one"]["mean"] == 0.0
    assert math.isnan(found["one"]["ci95"])
    assert math.isnan(found["none"]["mean"])


def test_the_evaluator_agrees_with_trec_on_the_lists_that_customers_get(tuned: Path, planted_shop: tuple) -> None:  # type: ignore[type-arg]
    """From scores to figures, by external ids: what is hidden, how ties fall, and who is judged."""
    recommender, holdout = Recommender.load(tuned), planted_shop[1]
    found = evaluate(recommender, holdout)
    qrels: dict[str, dict[str, int]] = {}
    for row in holdout.test.to_pylist():
        if row["target"] and recommender.knows(row["user_id"]):
            qrels.setdefault(row["user_id"], {})[row["product_id"]] = 1
    run = {
        user: {item.product.id: -float(item.rank) for item in recommender.recommend(user=user, k=20).items}
        for user in qrels
    }
    judge = pytrec_eval.RelevanceEvaluator(qrels, {"recall.10,20", "ndcg_cut.10,20", "success.10"})
    theirs = judge.evaluate(run)
    assert found.users == len(theirs) == len(qrels) > 50
    for name, measure in {
        "recall@10": "recall_10",
        "recall@20": "recall_20",
        "ndcg@10": "ndcg_cut_10",
        "ndcg@20": "ndcg_cut_20",
        "hr@10": "success_10",
    }.items():
        assert found.metrics[name] == pytest.approx(np.mean([own[measure] for own in theirs.values()]), abs=1e-6)
