"""Foretelling ratings: the latest fifth of the reviews, told from the rest with and without what was written.

Penalties are chosen on the latest fifth of what is learned from. The mean of all ratings, each product's mean and
biases alone (Koren 2009) are judged beside. People post the same words of several products, so the reviews of the test
part whose words stand in no review learned from are judged apart, too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.common import Arguments, Figures, seconds
from kg.quality import import_source
from recommender.arrays import BoolArray, DoubleArray, IntArray
from recommender.heads.rating import RatingHead
from recommender.heads.rating_learning import Rated, learn_ratings
from recommender.network import Modality
from shopgraph.heads import title_vectors

_HELD = 0.2


def measure_ratings(arguments: Arguments) -> Figures:
    """Learn from the earlier reviews, and foretell the later ones."""
    with tempfile.TemporaryDirectory() as folder:
        import_source(arguments.data, out=Path(folder), format_name=arguments.format)
        products = pq.read_table(Path(folder) / "products.parquet")
        reviews = pq.read_table(Path(folder) / "reviews.parquet")
    reviews = reviews.filter(reviews["rating"].is_valid()).sort_by([("at", "ascending"), ("id", "ascending")])
    rated = _rated(reviews)
    n = len(rated.ratings)
    known, asked = np.arange(n - int(n * _HELD)), np.arange(n - int(n * _HELD), n)
    vectors = _vectors(products)
    ids = products["id"].to_pylist()
    with seconds() as learning:
        report = learn_ratings(_only(rated, known), vectors, ids, seed=arguments.seed)
    biases = learn_ratings(_only(rated, known), [], [], seed=arguments.seed).head
    truth, test = rated.ratings[asked], _only(rated, asked)
    mean = float(rated.ratings[known].mean())
    said = {
        "mean of all": np.full(len(asked), mean),
        "mean of the product": _product_means(_only(rated, known), test.products, mean),
        "biases": _foretold(biases, test, reviews=False),
        "biases and product": _foretold(report.head, test, reviews=False),
        "with the review": _foretold(report.head, test, reviews=True),
        "with the review, no vectors": _foretold(biases, test, reviews=True),
    }
    new = _new_words(_only(rated, known), test)
    figures: dict[str, float | int] = {
        "ratings": n,
        "judged": len(asked),
        "products with a text": int(vectors[0].present.sum()) if vectors else 0,
        "customers new in the test part": float(
            np.mean([user not in set(rated.users[: len(known)]) for user in test.users])
        ),
    }
    for name, own in said.items():
        figures[f"RMSE, {name}"] = float(np.sqrt(((own - truth) ** 2).mean()))
        figures[f"MAE, {name}"] = float(np.abs(own - truth).mean())
    figures["judged, words never seen"] = int(new.sum())
    for name in ("biases", "with the review"):
        figures[f"RMSE, {name}, words never seen"] = float(np.sqrt(((said[name] - truth)[new] ** 2).mean()))
    figures |= {
        f"penalty, {side}, {name}": own for side, all_ in report.head.penalties.items() for name, own in all_.items()
    }
    return {**figures, "learning (s)": learning.seconds}


def _rated(reviews: pa.Table) -> Rated:
    return Rated(
        users=reviews["user_id"].to_pylist(),
        products=reviews["product_id"].to_pylist(),
        ratings=reviews["rating"].to_numpy(),
        reviews=list(zip(reviews["title"].to_pylist(), reviews["text"].to_pylist(), strict=True)),
        at=reviews["at"].cast(pa.int64()).fill_null(-1).to_numpy(),
    )


def _only(rated: Rated, rows: IntArray) -> Rated:
    users, products, reviews = (
        [own[row] for row in rows.tolist()] for own in (rated.users, rated.products, rated.reviews)
    )
    return Rated(users, products, rated.ratings[rows], reviews, rated.at[rows])


def _vectors(products: pa.Table) -> list[Modality]:
    named = products.rename_columns([{"title": "name", "title_zh": "name_zh"}.get(n, n) for n in products.column_names])
    vectors = title_vectors(named)
    return [Modality.of(vectors, products["id"])] if len(vectors.ids) else []


def _foretold(head: RatingHead, asked: Rated, *, reviews: bool) -> DoubleArray:
    found = head.rate(asked.products, users=asked.users, reviews=asked.reviews if reviews else None)
    return np.array([one.value for one in found])


def _product_means(known: Rated, products: Sequence[str], mean: float) -> DoubleArray:
    sums: dict[str, list[float]] = {}
    for product, rating in zip(known.products, known.ratings.tolist(), strict=True):
        sums.setdefault(product, []).append(rating)
    return np.array([float(np.mean(sums[product])) if product in sums else mean for product in products])


def _new_words(known: Rated, asked: Rated) -> BoolArray:
    seen = {(text or "").strip().lower() for _, text in filter(None, known.reviews)}
    return np.array([((own or ("", ""))[1] or "").strip().lower() not in seen for own in asked.reviews], dtype=np.bool_)
