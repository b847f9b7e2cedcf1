"""Ratings foretold from customer, product, vectors and words: each counts where it is, and is not missed where not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from kg.errors import InputError, ModelError
from recommender.arrays import IntArray
from recommender.heads.rating import RatingHead
from recommender.heads.rating_learning import Rated, learn_ratings
from recommender.heads.ridge import Design, solve
from recommender.heads.words import ReviewWords, words_of
from recommender.network import Modality

PRODUCTS = [f"p{n:02}" for n in range(40)]
SAID = ("terrible and broken", "not good", "it is good", "wonderful, love it")


def shop(n: int = 3_000, *, seed: int = 0) -> tuple[Rated, list[Modality]]:
    """Draw ratings of customers and products that differ; photos tell half of the products, words tell the rest."""
    rng = np.random.default_rng(seed)
    photos = rng.normal(size=(40, 3)).astype(np.float32)
    there = rng.random(40) < 0.8
    worth = np.where(there, 0.5 * photos[:, 0], 0.0) + 0.2 * rng.normal(size=40)
    kind = 0.4 * rng.normal(size=60)
    user, item, mood = rng.integers(60, size=n), rng.integers(40, size=n), rng.integers(4, size=n)
    ratings = np.clip(3.0 + worth[item] + kind[user] + (mood - 1.5) * 0.7 + 0.2 * rng.normal(size=n), 1, 5)
    reviews = [("A review", SAID[own]) if row % 3 else None for row, own in enumerate(mood.tolist())]
    own = [f"u{row}" for row in user.tolist()], [PRODUCTS[row] for row in item.tolist()]
    return Rated(*own, ratings, reviews, np.arange(n)), [Modality("image", photos, there)]


def part(rated: Rated, rows: IntArray) -> Rated:
    users, products, reviews = ([own[row] for row in rows] for own in (rated.users, rated.products, rated.reviews))
    return Rated(users, products, rated.ratings[rows], reviews, rated.at[rows])


def error(head: RatingHead, rated: Rated, *, users: bool = True, reviews: bool = True) -> float:
    found = head.rate(rated.products, users=rated.users if users else None, reviews=rated.reviews if reviews else None)
    return float(np.sqrt(np.mean((np.array([own.value for own in found]) - rated.ratings) ** 2)))


def test_every_part_makes_it_better_on_what_was_not_seen() -> None:
    rated, vectors = shop()
    known, asked = part(rated, np.arange(2_400)), part(rated, np.arange(2_400, 3_000))
    head = learn_ratings(known, vectors, PRODUCTS).head
    mean = float(np.sqrt(np.mean((asked.ratings - known.ratings.mean()) ** 2)))
    whole, no_words, no_user = error(head, asked), error(head, asked, reviews=False), error(head, asked, users=False)
    assert whole < no_words - 0.1 < mean - 0.2
    assert whole < no_user - 0.05
    bare = learn_ratings(known, [], PRODUCTS).head
    assert error(bare, asked, reviews=False) == pytest.approx(no_words, abs=0.05)


def test_a_product_without_ratings_is_told_by_its_photo_also_by_one_in_the_request() -> None:
    rated, vectors = shop()
    new = int(np.argmax(np.where(vectors[0].present, vectors[0].matrix[:, 0], -9)))
    worst = int(np.argmin(np.where(vectors[0].present, vectors[0].matrix[:, 0], 9)))
    known = part(rated, np.flatnonzero([product not in (PRODUCTS[new], PRODUCTS[worst]) for product in rated.products]))
    head = learn_ratings(known, vectors, PRODUCTS).head
    good, bad = head.rate([PRODUCTS[new], PRODUCTS[worst]])
    assert good.value > bad.value + 0.5
    assert good.parts["product"] == pytest.approx(0.0, abs=1e-6)
    shown = Modality("image", vectors[0].matrix[[new]], np.ones(1, np.bool_))
    assert head.rate(["unknown"], vectors=[shown])[0].value == pytest.approx(good.value, abs=1e-4)


def test_parts_add_up_and_the_value_stays_on_the_scale() -> None:
    rated, vectors = shop(800)
    head = learn_ratings(rated, vectors, PRODUCTS).head
    found = head.rate(PRODUCTS[:3], users=["u1", None, "stranger"], reviews=[("", SAID[3]), None, ("", SAID[0])])
    assert set(found[0].parts) == {"overall", "customer", "product", "image", "review"}
    assert set(found[1].parts) == {"overall", "customer", "product", "image"}
    for own in found:
        assert own.value == pytest.approx(np.clip(sum(own.parts.values()), *head.scale))
    assert found[0].parts["review"] > 0.3 > -0.3 > found[2].parts["review"]
    assert found[1].parts["customer"] == found[2].parts["customer"] == 0.0
    assert min(own.value for own in head.rate(PRODUCTS, reviews=[("", SAID[0])] * 40)) >= 1
    with pytest.raises(InputError, match="one for each"):
        head.rate(PRODUCTS, users=["u1"])


def test_it_is_kept_and_damage_is_noticed(tmp_path: Path) -> None:
    rated, vectors = shop(600)
    head = learn_ratings(rated, vectors, PRODUCTS).head
    head.save(tmp_path / "head")
    again = RatingHead.load(tmp_path / "head")
    assert again.rate(rated.products, users=rated.users, reviews=rated.reviews) == head.rate(
        rated.products, users=rated.users, reviews=rated.reviews
    )
    assert again.penalties == head.penalties
    (tmp_path / "head" / "users.parquet").write_bytes(b"")
    with pytest.raises(ModelError, match="changed"):
        RatingHead.load(tmp_path / "head")


def test_few_reviews_leave_words_out_and_few_ratings_are_refused() -> None:
    rated, vectors = shop(300)
    silent = Rated(rated.users, rated.products, rated.ratings, [None] * 300, np.full(300, -1))
    head = learn_ratings(silent, vectors, PRODUCTS).head
    assert head.told is None
    assert "review" not in head.rate(["p01"], reviews=[("", SAID[3])])[0].parts
    with pytest.raises(InputError, match="50 that differ"):
        learn_ratings(part(rated, np.arange(20)), vectors, PRODUCTS)


def test_the_solution_is_that_of_the_normal_equations() -> None:
    rng = np.random.default_rng(3)
    users, items = rng.integers(-1, 4, size=50), rng.integers(0, 5, size=50)
    vectors = {"image": rng.normal(size=(5, 2)).astype(np.float32)}
    words = sp.random(50, 6, 0.4, format="csr", dtype=np.float32, random_state=1)
    y = rng.normal(size=50) + 3
    penalties = {"customer": 2.0, "product": 3.0, "image": 5.0, "review": 0.5}
    found = solve(Design(users, items, 4, 5, vectors, words), y, penalties)
    one_hot = np.stack([users == n for n in range(4)], axis=1).astype(float)
    X = np.concatenate([np.ones((50, 1)), one_hot, np.eye(5)[items], vectors["image"][items], words.toarray()], axis=1)
    ridge = np.diag(np.repeat([0.01, 2.0, 3.0, 5.0, 0.5], [1, 4, 5, 2, 6]))
    direct = np.linalg.solve(X.T @ X + ridge, X.T @ (y - y.mean()))
    own = np.concatenate([[found.constant - y.mean()], found.users, found.items, found.vectors["image"], found.words])
    assert own == pytest.approx(direct, abs=1e-3)


def test_words_and_their_pairs_in_both_languages() -> None:
    assert {"not good", "^bad", "not", "bad"} <= set(words_of(("Bad", "not good")))
    assert {"不", "好", "不好"} <= set(words_of((None, "不好")))
    words = ReviewWords.of([("a", "b c")] * 3 + [("", "b")])
    found = words.features([("a", "b c"), (None, None), ("", "zzz")])
    assert np.asarray(found.multiply(found).sum(axis=1)).ravel() == pytest.approx([1.0, 0.0, 0.0], abs=1e-5)
