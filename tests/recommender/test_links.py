"""Filters know every link of a product, also to what no other product has; and so do products that come later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kg.errors import ConfigurationError
from recommender import Recommender
from recommender.artefact import Artefact, load, save
from recommender.filters import Filters
from recommender.links import LINKS
from recommender.newcomers import NewProduct
from recommender.nothing import why_nothing
from recommender.rules import Boost, Rules
from recommender.settings import TrainSettings
from recommender.training import train
from tests.kg.fake_store import Row
from tests.recommender.shops import random_shop, store, taken

PRODUCTS: list[Row] = [
    {"id": "a", "brand": "acme", "categories": ["Food > Tea"]},
    {"id": "b", "brand": "acme", "categories": ["Food > Coffee"]},
    {"id": "c", "brand": "solo", "categories": ["Food > Tea"]},
    {"id": "d", "name": "Cup"},
]
EDGES: Mapping[tuple[str, str, str], list[Row]] = {
    ("Product", "HAS_ATTRIBUTE", "Attribute"): [
        {"source": "a", "target": "colour=red"},
        {"source": "b", "target": "colour=red"},
        {"source": "c", "target": "colour=gold"},
    ],
    ("Product", "HAS_IMAGE", "Image"): [{"source": "d", "target": "cup.jpg"}],
    ("Product", "SUBSTITUTES", "Product"): [{"source": "a", "target": "b"}],
    ("Review", "ABOUT", "Product"): [{"source": "r1", "target": "a"}],
}
NODES: Mapping[str, list[Row]] = {
    "Attribute": [{"id": "colour=red", "name": "red"}, {"id": "colour=gold", "name": "gold"}],
    "Image": [{"id": "cup.jpg"}],
    "Review": [{"id": "r1"}],
}


def trained(folder: Path, **settings: object) -> Recommender:
    bought: list[Row] = [{"source": "u", "target": own} for own in ("a", "c")]
    shop = store(PRODUCTS, users=["u"], interactions={"PURCHASED": bought}, links=EDGES, nodes=NODES)
    train(*taken(shop, folder), folder / "model", settings=TrainSettings(tune=False, **settings))  # type: ignore[arg-type]
    return Recommender.load(folder / "model")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    return trained(tmp_path_factory.mktemp("links"))


def linked(recommender: Recommender, relation: str, *names: str) -> set[str]:
    """Give the ids of the products that a filter by links lets through."""
    mask = recommender.catalogue.allowed(Filters(links={relation: names}))
    return {recommender.artefact.items["id"][row].as_py() for row in np.flatnonzero(mask).tolist()}


@pytest.mark.parametrize(
    ("relation", "name", "found"),
    [
        ("HAS_BRAND", "acme", {"a", "b"}),
        ("HAS_BRAND", "Solo", {"c"}),
        ("IN_CATEGORY", "Food > Coffee", {"b"}),
        ("IN_CATEGORY", "Tea", {"a", "c"}),
        ("HAS_ATTRIBUTE", "colour=gold", {"c"}),
        ("HAS_ATTRIBUTE", "gold", {"c"}),
        ("HAS_IMAGE", "cup.jpg", {"d"}),
        ("SUBSTITUTES", "b", {"a"}),
        ("HAS_BRAND", "nobody", set()),
    ],
)
def test_a_filter_finds_what_one_product_alone_is_linked_to(
    shop: Recommender, relation: str, name: str, found: set[str]
) -> None:
    assert linked(shop, relation, name) == found
    told = why_nothing(shop.catalogue, Filters(links={relation: (name,)}))
    assert bool(told) == (not found), "nothing is said to be missing that is there"


def test_a_boost_by_such_a_link_moves_its_product(shop: Recommender) -> None:
    rules = Rules(boosts=(Boost(Filters(links={"HAS_IMAGE": ("cup.jpg",)}), add=9.0),))
    assert shop.recommend(k=1, rules=rules).items[0].product.id == "d"


def test_an_unknown_relation_is_told_with_those_there_are(shop: Recommender) -> None:
    with pytest.raises(ConfigurationError, match=r"HAS_IMAGES.*Did you mean .HAS_IMAGE.*They have: .*HAS_BRAND"):
        linked(shop, "HAS_IMAGES", "x")
    assert "ABOUT" not in shop.catalogue.relations, "a review is its customer's, who may want to be forgotten"


def test_a_relation_that_nothing_was_learned_from_can_be_filtered_by(tmp_path: Path) -> None:
    recommender = trained(tmp_path, relations=("IN_CATEGORY",))
    assert linked(recommender, "HAS_BRAND", "acme") == {"a", "b"}
    assert linked(recommender, "HAS_BRAND", "solo") == {"c"}


@pytest.mark.parametrize("seed", range(8))
def test_every_edge_of_the_graph_is_known(tmp_path: Path, seed: int) -> None:
    made = random_shop(seed)
    train(*taken(made, tmp_path), tmp_path / "model", settings=TrainSettings(tune=False))
    recommender = Recommender.load(tmp_path / "model")
    sold = set(recommender.catalogue.row_of)
    wanted: dict[tuple[str, str], set[str]] = {}
    for key, count in made.edge_counts().items():
        if not count or "Product" not in (key.source, key.target) or {"User", "Review"} & {key.source, key.target}:
            continue
        for batch in made.edges(key):
            for row in batch.to_pylist():
                product, other = row["source"], row["target"]
                if key.source != "Product":
                    product, other = other, product
                if product in sold:
                    name = f"{key.type}:{row['relation']}" if row.get("relation") else key.type
                    wanted.setdefault((name, other), set()).add(product)
    for (relation, other), products in wanted.items():
        found = linked(recommender, relation, other)
        assert products == found if relation != "IN_CATEGORY" else products <= found


def test_a_model_that_was_saved_before_is_read(shop: Recommender, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    save(shop.artefact, folder)
    _without_links(folder)
    old = Recommender(load(folder))
    assert old.artefact.links.equals(LINKS.empty_table())
    assert linked(old, "HAS_BRAND", "acme") == {"a", "b"}
    assert old.recommend(user="u", k=4) == shop.recommend(user="u", k=4)


def _without_links(folder: Path) -> None:
    """Make a model as it was saved before links were kept."""
    from recommender.artefact import _fingerprint

    (folder / "links.parquet").unlink()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    del manifest["files"]["links.parquet"]
    manifest["fingerprint"] = _fingerprint(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def test_what_is_learned_is_as_if_such_links_were_not_there(shop: Recommender) -> None:
    without: Artefact = replace(shop.artefact, links=LINKS.empty_table())
    for history in (["a"], ["c"], ["d"]):
        told, plain = (own.recommend(history=history, k=4, reasons=True) for own in (shop, Recommender(without)))
        assert told == plain


def test_a_new_product_shares_what_one_known_product_alone_had(shop: Recommender) -> None:
    new = shop.with_products([NewProduct(id="n1", brand="Solo"), NewProduct(id="n2", attributes=("colour=gold",))])
    assert linked(new, "HAS_BRAND", "solo") == {"c", "n1"}
    assert linked(new, "HAS_ATTRIBUTE", "gold") == {"c", "n2"}
    for product, relation in (("n1", "HAS_BRAND"), ("n2", "HAS_ATTRIBUTE")):
        found = new.explain(product=product, history=["c"])
        assert found.score > 0
        assert relation in {reason.relation for reason in found.reasons}
        assert sum(reason.score for reason in found.reasons) == pytest.approx(found.score, rel=1e-5)
    assert linked(shop, "HAS_BRAND", "solo") == {"c"}, "the first one stays as it is"


def test_a_new_product_keeps_links_that_are_new_to_the_model(shop: Recommender) -> None:
    first = NewProduct(id="n1", brand="Fresh", attributes=("colour=blue",), links={"SUBSTITUTES": ("d",)})
    new = shop.with_products([first]).with_products([NewProduct(id="n2", brand="fresh", categories=("Toys",))])
    assert linked(new, "HAS_BRAND", "Fresh") == {"n1", "n2"}
    assert linked(new, "HAS_ATTRIBUTE", "colour=blue") == {"n1"}
    assert linked(new, "SUBSTITUTES", "d") == {"n1"}
    assert linked(new, "IN_CATEGORY", "Toys") == {"n2"}
    assert linked(new, "HAS_BRAND", "solo") == {"c"}
    answers = [own.recommend(history=["a"], k=2, reasons=True).items for own in (shop, new)]
    assert answers[0] == answers[1], "what was known is recommended as before"


def test_a_model_with_new_products_can_be_saved(shop: Recommender, tmp_path: Path) -> None:
    new = shop.with_products([NewProduct(id="n1", brand="Solo"), NewProduct(id="n2", brand="Fresh")])
    save(new.artefact, tmp_path / "model")
    again = Recommender.load(tmp_path / "model")
    assert again.recommend(history=["c"], k=5, reasons=True) == new.recommend(history=["c"], k=5, reasons=True)
    assert linked(again, "HAS_BRAND", "Solo") == {"c", "n1"}
