"""Groups of customers and of test products, reckoned by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recommender import Recommender
from recommender.arrays import csr
from recommender.evaluation import evaluate
from recommender.groups import judged_groups, parts_of, popular
from tests.recommender.conftest import Shop

BUYERS = np.array([6, 3, 2, 1, 0])
RELEVANT = [(0, 0), (0, 2), (1, 0), (2, 1), (2, 4), (3, 3)]
"""Pairs of test user and item; user 1 has a product besides that the model does not know."""
N_RELEVANT = np.array([2, 2, 2, 1])


def _parts(known: list[int], buyers: np.ndarray = BUYERS) -> dict[str, tuple[list[int], list[int], int, int]]:
    rows, columns = np.array(RELEVANT).T
    parts = parts_of(np.array(known), buyers, csr(rows, columns, 1.0, (4, 5)), N_RELEVANT)
    return {part.name: (part.users.tolist(), part.n_relevant.tolist(), part.least, part.most) for part in parts}


def test_customers_are_parted_at_thirds_and_products_at_half_of_the_interactions() -> None:
    assert _parts([0, 2, 3, 9]) == {
        "unknown": ([0], [2], 0, 0),
        "few": ([1], [2], 2, 2),
        "some": ([2], [2], 3, 3),
        "many": ([3], [1], 9, 9),
        "popular": ([0, 1], [1, 1], 6, 6),
        "rare": ([0, 2, 3], [1, 1, 1], 1, 3),
        "new": ([1, 2], [1, 1], 0, 0),
    }


def test_customers_alike_stand_together() -> None:
    found = _parts([4, 4, 4, 4])
    assert found["few"] == ([0, 1, 2, 3], [2, 2, 2, 1], 4, 4)
    assert not {"unknown", "some", "many"} & set(found)


def test_what_is_equally_bought_is_equally_popular() -> None:
    assert popular(np.array([1, 4, 4, 4, 0])).tolist() == [False, True, True, True, False]
    assert popular(np.array([5, 5])).tolist() == [True, True]
    assert popular(np.array([9, 8, 1])).tolist() == [True, False, False]
    assert popular(np.zeros(3, dtype=np.int64)).tolist() == [False] * 3
    assert popular(np.zeros(0, dtype=np.int64)).tolist() == []
    assert "popular" not in _parts([1, 1, 1, 1], np.zeros(5, dtype=np.int64))


def test_recall_of_a_part_of_products_is_over_that_part_alone() -> None:
    rows, columns = np.array(RELEVANT).T
    parts = parts_of(np.array([0, 2, 3, 9]), BUYERS, csr(rows, columns, 1.0, (4, 5)), N_RELEVANT)
    lists = {"model": np.array([[2, 1], [1, 0], [1, 4], [-1, -1]]), "popularity": np.array([[0, 1]] * 4)}
    found = {group.name: group for group in judged_groups(parts, lists, (1, 2))}
    second = 1 / np.log2(3)
    assert found["popular"].metrics["model"] == pytest.approx(
        {"recall@1": 0, "recall@2": 1 / 2, "ndcg@1": 0, "ndcg@2": second / 2}
    ), "product 0 of user 0 is missed, of user 1 second"
    assert found["rare"].metrics["model"]["recall@1"] == pytest.approx(2 / 3), "2 of user 0, 1 of user 2, 3 missed"
    assert found["new"].metrics["model"] == pytest.approx(
        {"recall@1": 0, "recall@2": 1 / 2, "ndcg@1": 0, "ndcg@2": second / 2}
    ), "that of user 1 is unknown to the model, so missed"
    assert found["some"].metrics["model"]["recall@2"] == 1.0
    assert found["unknown"].metrics["model"] == pytest.approx(
        {"recall@1": 1 / 2, "recall@2": 1 / 2, "ndcg@1": 1, "ndcg@2": 1 / (1 + second)}
    )
    assert found["popular"].metrics["popularity"]["recall@1"] == 1.0
    assert (found["rare"].users, found["rare"].pairs, found["new"].pairs) == (3, 3, 2)
    assert found["popular"].intervals["model"]["recall@2"] == pytest.approx(1.96 * np.sqrt(1 / 2) / np.sqrt(2))
    assert found["some"].intervals["model"] == {}, "one customer says nothing of others"


def test_the_parts_make_up_the_whole(planted_shop: Shop, tuned: Path) -> None:
    found = evaluate(Recommender.load(tuned), planted_shop[1], ks=(10,))
    customers = [group for group in found.groups if group.of == "customers"]
    products = [group for group in found.groups if group.of == "products"]
    assert sum(group.users for group in customers) == found.users
    assert sum(group.pairs for group in products) == sum(group.pairs for group in customers)
    for method, metrics in {found.model: found.metrics, **found.baselines}.items():
        joined = sum(group.users * group.metrics[method]["recall@10"] for group in customers) / found.users
        assert joined == pytest.approx(metrics["recall@10"])
    head = next(group for group in products if group.name == "popular")
    tail = next(group for group in products if group.name == "rare")
    assert head.metrics["popularity"]["recall@10"] > tail.metrics["popularity"]["recall@10"]
