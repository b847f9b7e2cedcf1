"""Someone who knew a customer's taste recommends far better than popularity, and than co-occurrence alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.shopgraph.demo.conftest import Rows

Read = Callable[[str], Rows]
CUT_DAYS = 150


def _has(product: dict[str, Any], table: dict[str, Any], by: str) -> set[str]:
    return {
        "category": {product["kind"].split(" > ")[1]},
        "brand": {product["brand"]},
        "material": {product["material"]},
        "occasion": set(table["categories"].split("|")[1:]),
        "family": {str(product["family"])},
        "quality": set(product["qualities"]),
        "finish": {product["finish"]},
        "colour": set() if product["colour_listed"] else {product["colour_family"]},
    }[by]


def _recall_at_10(scores: np.ndarray, seen: set[int], wanted: set[int]) -> float:
    scores = scores.astype(float)
    scores[list(seen)] = -np.inf
    top = set(np.argsort(-scores, kind="stable")[:10].tolist())
    return len(top & wanted) / min(10, len(wanted))


@pytest.fixture(scope="module")
def recall(read: Read) -> dict[str, dict[str, float]]:
    """Recall@10 on the purchases of the last months: source of the taste -> recommender -> mean over customers."""
    planted, table = read("truth/products.jsonl"), read("products.csv")
    customers = read("truth/customers.jsonl")
    item = {row["product_id"]: n for n, row in enumerate(planted)}
    user = {row["user_id"]: n for n, row in enumerate(customers)}
    bought = [row for row in read("interactions.csv.gz") if row["kind"] == "purchased"]
    cut = max(int(row["at"]) for row in bought) - CUT_DAYS * 86_400_000
    X = np.zeros((len(user), len(item)))
    later: dict[int, set[int]] = defaultdict(set)
    for row in bought:
        u, i = user[row["user_id"]], item[row["product_id"]]
        if int(row["at"]) < cut:
            X[u, i] = 1
        else:
            later[u].add(i)
    popularity = X.sum(0)
    together = X.T @ X
    similar = together / np.sqrt(np.outer(popularity, popularity) + 1)
    np.fill_diagonal(similar, 0)
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for u, wanted in later.items():
        taste, seen = customers[u], set(np.flatnonzero(X[u]).tolist())
        fits = np.array(
            [
                (not taste["area"] or product["kind"].split(" > ")[1] in taste["area"])
                and bool(_has(product, row, taste["by"]) & set(taste["values"]))
                for product, row in zip(planted, table, strict=True)
            ]
        )
        scores = {
            "popularity": popularity,
            "together": X[u] @ similar,
            "taste": fits * 1e3 + popularity,
        }
        for name, score in scores.items():
            found[taste["source"]][name].append(_recall_at_10(score, seen, wanted))
    return {source: {name: float(np.mean(values)) for name, values in one.items()} for source, one in found.items()}


@pytest.mark.parametrize("source", ["general", "graph", "review", "photo"])
def test_knowing_the_taste_beats_popularity(recall: dict[str, dict[str, float]], source: str) -> None:
    assert recall[source]["taste"] > 2 * recall[source]["popularity"]


@pytest.mark.parametrize("source", ["graph", "review", "photo"])
def test_co_occurrence_alone_does_not_find_the_taste(recall: dict[str, dict[str, float]], source: str) -> None:
    assert recall[source]["together"] < 0.7 * recall[source]["taste"]


def test_each_source_has_its_customers(read: Read) -> None:
    sources = [row["source"] for row in read("truth/customers.jsonl")]
    for source in ("general", "graph", "review", "photo"):
        assert sources.count(source) > 0.15 * len(sources)
