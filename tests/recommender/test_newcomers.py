"""Products that came after training: recommended at once, by links or by words, with reasons that add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from kg.errors import InputError
from recommender import Recommender
from recommender.filters import Filters
from recommender.newcomers import NewProduct

SHOE = NewProduct(
    id="new", name="Quick shoes", brand="Acme", categories=("Clothing > Shoes > Running",), price=60.0, in_stock=True
)


def of(recommender: Recommender, product: str, **request_: object) -> tuple[int, float, float]:
    """Give the rank and score of a product, and the sum of its reasons."""
    found = recommender.explain(product=product, **request_)  # type: ignore[arg-type]
    return found.rank, found.score, sum(reason.score for reason in found.reasons)


@pytest.mark.parametrize("model", ["propagation", "graph_filter"])
def test_a_new_product_joins_by_its_links(trained: Callable[[str], Recommender], model: str) -> None:
    old = trained(model)
    new = old.with_products([SHOE])
    assert (old.products, new.products) == (7, 8)
    answer = new.recommend(user="u1", k=8, reasons=True)
    (item,) = (item for item in answer.items if item.product.id == "new")
    assert item.score > 0
    assert item.product.name == "Quick shoes"
    assert sum(reason.score for reason in item.reasons) == pytest.approx(item.score, rel=1e-5)
    assert {reason.relation for reason in item.reasons} >= {"HAS_BRAND", "IN_CATEGORY"}
    before = {item.product.id: item.score for item in old.recommend(user="u1", k=8).items}
    assert {item.product.id: item.score for item in answer.items if item.product.id != "new"} == pytest.approx(before)
    shoes, teas = (of(new, "new", history=[bought])[1] for bought in ("a", "c"))
    assert shoes > max(teas, 0)
    rank, score, parts = of(new, "b", history=["new"])
    assert (rank <= 3, score > 0) == (True, True), "it speaks for others, too"
    assert parts == pytest.approx(score, rel=1e-5)


def test_a_new_product_is_filtered_found_and_alike(trained: Callable[[str], Recommender]) -> None:
    new = trained("propagation").with_products([SHOE])
    for filters in (
        Filters(brands=("acme",), price_max=70),
        Filters(categories=("Running",), price_min=55),
        Filters(links={"HAS_BRAND": ("acme",)}, exclude=("a", "b", "f")),
    ):
        assert "new" in {item.product.id for item in new.recommend(filters=filters).items}
    assert new.search("quick shoes").items[0].product.id == "new"
    assert {item.product.id for item in new.similar("new").items} >= {"a", "b"}
    assert "new" in {item.product.id for item in new.similar("a").items}


def test_a_direct_link_is_a_reason(trained: Callable[[str], Recommender]) -> None:
    new = trained("propagation").with_products([NewProduct(id="new", links={"ALSO_BOUGHT": ("a", "zzz")})])
    found = new.explain(product="new", history=["a"])
    assert found.score > 0
    assert found.reasons[0].named_path() == "Runner shoes <-[ALSO_BOUGHT]- new"
    assert new.similar("new").items[0].product.id == "a"


def test_the_stronger_of_two_links_says_more(trained: Callable[[str], Recommender]) -> None:
    def scores(links: Mapping[str, float]) -> tuple[float, float]:
        new = trained("propagation").with_products([NewProduct(id="new", links={"ALSO_BOUGHT": links})])
        return of(new, "new", history=["a"])[1], of(new, "new", history=["c"])[1]

    even, uneven = scores({"a": 1.0, "c": 1.0}), scores({"a": 4.0, "c": 1.0})
    assert uneven[0] > even[0]
    assert uneven[1] < even[1]
    assert scores({"a": 1.0, "c": 0.25}) == pytest.approx(uneven), "their unit does not matter"


@pytest.mark.parametrize("model", ["propagation", "ease", "graph_filter", "item_neighbours"])
def test_a_product_of_words_alone_takes_the_weights_of_those_like_it(
    trained: Callable[[str], Recommender], model: str
) -> None:
    new = trained(model).with_products([NewProduct(id="new", name="Black tea, strong", name_zh="浓红茶")])
    rank, score, parts = of(new, "new", history=["c"])
    assert (rank, score > 0) == (2, True), "after the black tea that others bought with this one"
    assert parts == pytest.approx(score, rel=1e-5)
    assert of(new, "new", history=["a"])[1] < score


def test_a_product_of_which_nothing_is_known_changes_nothing(trained: Callable[[str], Recommender]) -> None:
    old = trained("propagation")
    new = old.with_products([NewProduct(id="zz", released=datetime(2024, 1, 1, tzinfo=UTC))])
    assert of(new, "zz", history=["a"])[1:] == (0.0, 0)
    assert new.recommend(user="u1", k=3, reasons=True) == old.recommend(user="u1", k=3, reasons=True)
    assert old.with_products([]).recommend(user="u1") == old.recommend(user="u1")


def test_what_is_there_already_is_refused(trained: Callable[[str], Recommender]) -> None:
    old = trained("propagation")
    with pytest.raises(InputError, match='"a" is in the catalogue already'):
        old.with_products([NewProduct(id="a")])
    with pytest.raises(InputError, match='"n" is in the catalogue already'):
        old.with_products([NewProduct(id="n"), NewProduct(id="n")])


def test_customers_get_the_new_products_of_their_taste(tuned: Path) -> None:
    recommender = Recommender.load(tuned)
    catalogue = recommender.artefact.items.select(["brand", "categories"]).to_pylist()
    kinds = sorted({(row["brand"], *row["categories"]) for row in catalogue})
    new = recommender.with_products(
        [NewProduct(id=category + brand, brand=brand, categories=(category,)) for brand, category in kinds]
    )
    only = Filters(products=tuple(category + brand for brand, category in kinds))
    right = [
        item.product.id.startswith(f"Shop > Taste {user % 2}")
        for user in range(160)
        for item in new.recommend(user=f"u{user:03}", k=3, filters=only).items
    ]
    assert np.mean(right) > 0.9
