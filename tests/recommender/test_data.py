"""What models learn from, made of a snapshot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kg.errors import ModelError
from kg.snapshot import SplitMethod, SplitSettings
from recommender.baskets import INTERACTIONS, all_baskets
from recommender.data import KIND_WEIGHTS, TrainingData, training_data
from recommender.relations import ItemRelation
from tests.kg.fake_store import FakeStore, Row
from tests.recommender.shops import store, taken

DAY = 86_400_000
PRODUCTS: list[Row] = [{"id": name} for name in "abcd"]


def data_of(shop: FakeStore, folder: Path, split: SplitSettings | None = None, **options: object) -> TrainingData:
    snapshot, _ = taken(shop, folder, split or SplitSettings(method=SplitMethod.NONE))
    return training_data(snapshot, **options)  # type: ignore[arg-type]


def relation(data: TrainingData, name: str) -> ItemRelation:
    (found,) = [each for each in data.relations if each.name == name]
    return found


def test_every_kind_has_its_weight_and_the_strongest_counts(tmp_path: Path) -> None:
    shop = store(
        PRODUCTS,
        users=["u", "v"],
        interactions={
            "VIEWED": [{"source": "u", "target": "a", "at": 9}, {"source": "u", "target": "b", "at": 4}],
            "CLICKED": [{"source": "u", "target": "c"}],
            "CARTED": [{"source": "v", "target": "a", "at": 1}],
            "PURCHASED": [{"source": "u", "target": "a", "at": 2}, {"source": "u", "target": "a", "at": 3}],
        },
    )
    data = data_of(shop, tmp_path)
    assert data.user_ids.to_pylist() == ["u", "v"]
    assert data.item_ids.to_pylist() == ["a", "b", "c", "d"]
    assert data.interactions.toarray() == pytest.approx(np.array([[1.0, 0.2, 0.3, 0.0], [0.6, 0.0, 0.0, 0.0]]))
    assert data.at.tolist() == [9, 4, -1, 1], "the time of a pair is that of its last interaction"
    assert data.target.tolist() == [True, False, False, False]
    seen = data_of(shop, tmp_path, kind_weights={**KIND_WEIGHTS, "VIEWED": 2.0, "CARTED": 0.0})
    assert seen.interactions.toarray().tolist()[0] == pytest.approx([2.0, 2.0, 0.3, 0.0])
    assert seen.interactions[[1]].nnz == 0


def test_weights_halve_with_the_days_before_a_customers_last_interaction(tmp_path: Path) -> None:
    times = {"a": 0, "b": 20, "c": 30}
    bought: list[Row] = [{"source": "u", "target": own, "at": day * DAY} for own, day in times.items()]
    shop = store(
        PRODUCTS,
        users=["u", "v", "w"],
        interactions={
            "PURCHASED": [*bought, {"source": "v", "target": "a", "at": 0}, {"source": "w", "target": "b"}],
            "VIEWED": [{"source": "u", "target": "d", "at": 20 * DAY}, {"source": "w", "target": "c", "at": 5 * DAY}],
        },
    )
    data = data_of(shop, tmp_path)
    faded = data.faded(10)
    assert faded.interactions.toarray() == pytest.approx(
        np.array(
            [
                [0.125, 0.5, 1.0, 0.1],
                [1.0, 0.0, 0.0, 0.0],  # long ago, but nothing came after
                [0.0, 1.0, 0.2, 0.0],  # of unknown time
            ]
        )
    )
    assert data.interactions[0, 0] == 1, "the data given stay as they are"
    assert faded.at.tolist() == data.at.tolist()


def test_what_was_bought_stays_bought_whatever_it_weighs(tmp_path: Path) -> None:
    times = {"a": 0, "b": 4_000}
    shop = store(
        PRODUCTS,
        users=["u"],
        interactions={
            "PURCHASED": [{"source": "u", "target": own, "at": day * DAY} for own, day in times.items()],
            "VIEWED": [{"source": "u", "target": "c", "at": 0}],
            "DISMISSED": [{"source": "u", "target": "d", "at": 0}],
        },
    )
    faded = data_of(shop, tmp_path / "faded").faded(1)
    assert faded.interactions[0, 0] == 0, "half of it four thousand times over"
    assert faded.seen.toarray().tolist() == [[1, 1, 0, 0]]
    nothing = data_of(shop, tmp_path / "nothing", kind_weights={"PURCHASED": 0.0, "VIEWED": 0.2})
    assert nothing.interactions.toarray() == pytest.approx(np.array([[0, 0, 0.2, 0]]))
    assert nothing.seen.toarray().tolist() == [[1, 1, 0, 0]]


def test_products_outside_the_catalogue_are_no_items_but_join_those_that_link_to_them(tmp_path: Path) -> None:
    shop = store(
        [*PRODUCTS, {"id": "bb", "in_catalogue": False}],
        users=["u"],
        interactions={"PURCHASED": [{"source": "u", "target": "bb"}, {"source": "u", "target": "c"}]},
        links={
            ("Product", "ALSO_BOUGHT", "Product"): [
                {"source": "a", "target": "bb"},
                {"source": "d", "target": "bb"},
                {"source": "bb", "target": "c"},
            ]
        },
    )
    data = data_of(shop, tmp_path)
    assert data.item_ids.to_pylist() == ["a", "b", "c", "d"]
    assert data.interactions.toarray().tolist() == [[0, 0, 1, 0]]
    kinds = {kind.name: kind for kind in all_baskets(data)}
    assert set(kinds) == {INTERACTIONS, "ALSO_BOUGHT"}
    assert kinds["ALSO_BOUGHT"].members.toarray().ravel().tolist() == [1, 0, 0, 1]


def test_direct_links_are_baskets_of_two_whichever_way_they_go(tmp_path: Path) -> None:
    shop = store(
        PRODUCTS,
        links={
            ("Product", "COMPLEMENTS", "Product"): [
                {"source": "a", "target": "b", "weight": 1.0},
                {"source": "b", "target": "a", "weight": 5.0},
                {"source": "d", "target": "c"},
            ]
        },
    )
    data = data_of(shop, tmp_path)
    direct = relation(data, "COMPLEMENTS").direct
    assert direct is not None
    strengths = {(int(j), int(i)): float(direct[j, i]) for j, i in zip(*direct.nonzero(), strict=True)}
    # divided by the root of the mean square, (1 + 25 + 1) / 3
    assert strengths == pytest.approx({(0, 1): 1 / 3, (1, 0): 5 / 3, (3, 2): 1 / 3})
    (pairs,) = [kind for kind in all_baskets(data) if kind.direct]
    product = (pairs.members @ pairs.members.T).toarray()
    np.fill_diagonal(product, 0)
    assert product == pytest.approx(np.array([[0, 25, 0, 0], [25, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]) / 9)
    assert pairs.targets.tolist() == [0, 3]


def test_a_product_stands_in_all_wider_categories(tmp_path: Path) -> None:
    shop = store(
        [
            {"id": "a", "categories": ["Clothing > Shoes > Running"]},
            {"id": "b", "categories": ["Clothing > Shoes"]},
            {"id": "c", "categories": ["Clothing > Hats", "Gifts"]},
            {"id": "d"},
        ]
    )
    snapshot, _ = taken(shop, tmp_path)
    found = relation(training_data(snapshot), "IN_CATEGORY")
    names = snapshot.ids.ids(found.targets).to_pylist()
    members = {
        name: {"abcd"[item] for item in np.flatnonzero(found.links[:, [column]].toarray().ravel())}
        for column, name in enumerate(names)
    }
    assert members == {
        "Clothing": {"a", "b", "c"},
        "Clothing > Shoes": {"a", "b"},
        "Clothing > Shoes > Running": {"a"},
        "Clothing > Hats": {"c"},
        "Gifts": {"c"},
    }


def test_a_circle_of_categories_ends(tmp_path: Path) -> None:
    shop = store(
        [{"id": "a", "categories": ["X"]}, {"id": "b", "categories": ["Y"]}],
        links={("Category", "PART_OF", "Category"): [{"source": "X", "target": "Y"}, {"source": "Y", "target": "X"}]},
    )
    assert relation(data_of(shop, tmp_path), "IN_CATEGORY").links.toarray().tolist() == [[1, 1], [1, 1]]


def test_relations_that_join_no_two_products_are_left_out(tmp_path: Path) -> None:
    shop = store(
        [{"id": "a", "brand": "x"}, {"id": "b", "brand": "y"}, {"id": "c"}],
        nodes={"Image": [{"id": "i", "path": "i.jpg"}], "Review": [{"id": "r", "text": "good"}]},
        links={
            ("Product", "HAS_IMAGE", "Image"): [{"source": "a", "target": "i"}],
            ("Review", "ABOUT", "Product"): [{"source": "r", "target": "a"}],
        },
    )
    assert data_of(shop, tmp_path).relations == ()


def test_edges_that_come_to_the_products_count_too(tmp_path: Path) -> None:
    shop = store(
        PRODUCTS,
        nodes={"Entity": [{"id": "e"}]},
        links={
            ("Entity", "RELATED_TO", "Product"): [
                {"source": "e", "target": "a", "relation": "film.cast"},
                {"source": "e", "target": "c", "relation": "film.cast"},
            ]
        },
    )
    data = data_of(shop, tmp_path)
    found = relation(data, "RELATED_TO:film.cast")
    assert not found.outgoing
    assert found.links.toarray().ravel().tolist() == [1, 0, 1, 0]
    assert data.without_relations().relations == ()


def test_customers_are_no_relation_of_products(tmp_path: Path) -> None:
    shop = store(
        PRODUCTS,
        users=["u"],
        nodes={"Attribute": [{"id": "age=30"}]},
        interactions={"PURCHASED": [{"source": "u", "target": "a"}, {"source": "u", "target": "b"}]},
        links={("User", "HAS_ATTRIBUTE", "Attribute"): [{"source": "u", "target": "age=30"}]},
    )
    assert data_of(shop, tmp_path).relations == ()


@pytest.mark.parametrize("products", [[], [{"id": "x", "in_catalogue": False}]])
def test_an_empty_catalogue_is_an_error(tmp_path: Path, products: list[Row]) -> None:
    with pytest.raises(ModelError, match="catalogue is empty"):
        data_of(store(products), tmp_path)
