"""Relations over two edges: products by what reviews mention and photos depict."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kg.snapshot import Snapshot
from recommender.data import training_data
from recommender.hops import Hop, hops, through
from tests.kg.fake_store import Row
from tests.recommender.shops import reviewed, store, taken


def found(snapshot: Snapshot) -> dict[str, dict[tuple[str, str], float]]:
    """Give relation -> product and target -> strength."""
    data = training_data(snapshot)
    item_of = np.full(len(snapshot.ids), -1, dtype=np.int64)
    item_of[data.item_rows] = np.arange(data.n_items)
    items = data.item_ids.to_pylist()

    def named(hop: Hop) -> dict[tuple[str, str], float]:
        targets, coo = snapshot.ids.ids(hop.targets).to_pylist(), hop.links.tocoo()
        return {(items[i], targets[t]): float(value) for i, t, value in zip(coo.row, coo.col, coo.data, strict=True)}

    return {hop.name: named(hop) for hop in hops(snapshot, item_of, data.n_items)}


def test_praise_and_blame_are_weighed_against_each_other(tmp_path: Path) -> None:
    own = found(taken(reviewed(), tmp_path)[0])
    assert own["MENTIONS:Aspect:praised"] == pytest.approx(
        {("a", "zip"): 2 / 2.5, ("b", "zip"): (0.9 - 0.3) / (0.9 + 0.3 + 0.5), ("a", "grip"): 0.5 / (0.5 + 0.5)}
    )
    assert own["MENTIONS:Aspect:criticised"] == pytest.approx({("c", "zip"): 1 / 1.5, ("d", "zip"): 1 / 1.5})
    assert own["MENTIONS:Aspect:neutral"] == pytest.approx({("d", "grip"): 1 / 1.5, ("c", "grip"): 0.5 / 1.0})


def test_other_mentions_count_with_their_confidence(tmp_path: Path) -> None:
    own = found(taken(reviewed(), tmp_path)[0])
    assert own["MENTIONS:Brand"] == pytest.approx({("a", "x"): 1.5 / 2, ("b", "x"): 1 / 1.5})


def test_the_surest_photo_of_a_product_counts(tmp_path: Path) -> None:
    own = found(taken(reviewed(), tmp_path)[0])
    assert own["DEPICTS:Attribute"] == pytest.approx(
        {("a", "pattern=dotted"): 0.9, ("b", "pattern=dotted"): 0.6, ("c", "pattern=dotted"): 0.6}
    )


@pytest.mark.parametrize("n", [1, 5, 500])
def test_many_reviews_count_three_times_as_much_as_one_at_most(tmp_path: Path, n: int) -> None:
    reviews: list[Row] = [{"id": f"r{number}"} for number in range(n)]
    shop = store(
        [{"id": "a"}],
        nodes={"Review": reviews, "Aspect": [{"id": "zip"}]},
        links={
            ("Review", "ABOUT", "Product"): [{"source": row["id"], "target": "a"} for row in reviews],
            ("Review", "MENTIONS", "Aspect"): [
                {"source": row["id"], "target": "zip", "start": 0, "sentiment": 0.5, "confidence": 1.0}
                for row in reviews
            ],
        },
    )
    strength = found(taken(shop, tmp_path)[0])["MENTIONS:Aspect:praised"]["a", "zip"]
    assert 0.5 <= strength <= 1.0
    assert strength == pytest.approx(0.5 * n / (0.5 * n + 0.5))


def test_products_outside_the_catalogue_and_edges_without_a_product_are_passed_over(tmp_path: Path) -> None:
    shop = store(
        [{"id": "a"}, {"id": "x", "in_catalogue": False}],
        nodes={
            "Review": [{"id": "r"}, {"id": "stray"}],
            "Image": [{"id": "i"}],
            "Aspect": [{"id": "zip"}],
            "Attribute": [{"id": "pattern=dotted"}],
        },
        links={
            ("Review", "ABOUT", "Product"): [{"source": "r", "target": "x"}],
            ("Review", "MENTIONS", "Aspect"): [
                {"source": "r", "target": "zip", "start": 0, "sentiment": 1.0},
                {"source": "stray", "target": "zip", "start": 0, "sentiment": 1.0},
            ],
            ("Image", "DEPICTS", "Attribute"): [{"source": "i", "target": "pattern=dotted", "model": "m"}],
        },
    )
    assert not any(found(taken(shop, tmp_path)[0]).values())


def test_a_graph_without_such_edges_has_no_such_relations(tmp_path: Path) -> None:
    shop = store(
        [{"id": "a", "brand": "x"}, {"id": "b", "brand": "x"}],
        nodes={"Review": [{"id": "r"}], "Image": [{"id": "i"}]},
        links={
            ("Review", "ABOUT", "Product"): [{"source": "r", "target": "a"}],
            ("Product", "HAS_IMAGE", "Image"): [{"source": "a", "target": "i"}],
        },
    )
    snapshot, _ = taken(shop, tmp_path)
    assert found(snapshot) == {}
    assert [relation.name for relation in training_data(snapshot).relations] == ["HAS_BRAND"]


def test_what_lies_between_is_known_for_relations_over_two_edges_only() -> None:
    for name, first, label in (("MENTIONS:Aspect:praised", "ABOUT", "Review"), ("DEPICTS:Brand", "HAS_IMAGE", "Image")):
        way = through(name)
        assert way is not None
        assert (way.first, way.label) == (first, label)
    assert through("HAS_BRAND") is None
    assert through("RELATED_TO:film.genre") is None
