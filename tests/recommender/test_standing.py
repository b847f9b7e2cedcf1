"""How new products stand among the known ones, and that vectors of text and photo count."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.vectors import Vectors
from recommender import Recommender
from recommender.filters import Filters
from recommender.network import Modality
from recommender.newcomers import NewProduct, extended
from recommender.standing import Judge, Play, Standing, standing


def tastes(recommender: Recommender) -> Vectors:
    """Give photos that show a product's category, also of two new products; the second new one is of taste 1."""
    items = recommender.artefact.items.select(["id", "categories"]).to_pylist()
    shows = [int("Taste 1" in " ".join(row["categories"])) for row in items] + [0, 1]
    noise = 0.3 * np.random.default_rng(0).normal(size=(len(shows), 8))
    ids = [row["id"] for row in items] + ["new0", "new1"]
    return Vectors.sorted("image", "Product", ids, np.eye(8)[np.array(shows)] + noise)


def test_a_photo_alone_finds_those_who_like_it(tuned: Path) -> None:
    old = Recommender.load(tuned)
    products = [NewProduct(id="new0"), NewProduct(id="new1")]
    new = old.with_products(products, modalities=[tastes(old)])
    only = Filters(products=("new0", "new1"))
    right = [new.recommend(user=f"u{user:03}", k=1, filters=only).items[0].product.id for user in range(160)]
    assert np.mean([own == f"new{user % 2}" for user, own in enumerate(right)]) > 0.9
    blind = old.with_products(products)
    assert all(item.score == 0 for item in blind.recommend(user="u000", k=2, filters=only).items)


def test_a_source_that_helped_nobody_is_asked_of_one_that_has_nothing_else(tuned: Path) -> None:
    artefact = Recommender.load(tuned).artefact
    chosen = Standing(sources={"links": 1.0, "words": 0.3, "image": 0.0}, gains=(1.0,) * len(artefact.parts))
    photos = [tastes(Recommender.load(tuned))]
    brand = next(own for own in artefact.items["brand"].to_pylist() if own)
    new = Recommender(
        extended(
            artefact, [NewProduct(id="new0"), NewProduct(id="new1", brand=brand)], modalities=photos, standing=chosen
        )
    )
    linked = Recommender(
        extended(artefact, [NewProduct(id="new0"), NewProduct(id="new1", brand=brand)], standing=chosen)
    )
    assert new.similar("new0", k=3).source == "similar"
    assert linked.similar("new0", k=3).items == (), "without its photo nothing is known of it"
    judged, before = (
        {item.product.id: item.score for item in own.similar("new1", filters=Filters(exclude=("new0",))).items}
        for own in (new, linked)
    )
    assert judged == pytest.approx(before), "who has links is judged by what helped"


def test_newcomers_get_the_places_that_they_are_to_get(tuned: Path) -> None:
    artefact = Recommender.load(tuned).artefact
    play = Play.of(artefact, (), places=1.0, seed=0)
    assert play is not None
    assert 0 < play.places < 0.5
    rng = np.random.default_rng(1)
    judge = Judge(play, rng.random((len(play.bought), len(play.known))).astype(np.float32))
    scores = (rng.random(play.bought.shape) * 1e-2).astype(np.float32) + np.float32(1e-4)
    scale = judge.scale(scores)
    assert scale > 20, "scores a hundredth of the others' are raised"
    assert judge.scale(scores * 10) < scale


def test_the_standing_is_the_same_each_time_and_of_the_sources_that_help(tuned: Path) -> None:
    recommender = Recommender.load(tuned)
    known = [Modality.of(tastes(recommender), recommender.artefact.items["id"])]
    found = standing(recommender.artefact, known)
    assert found == standing(recommender.artefact, known)
    assert set(found.sources) == {"links", "words", "image"}
    assert found.scale > 0
    assert len(found.gains) == len(recommender.artefact.parts)
