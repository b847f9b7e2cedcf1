"""The ratings of a snapshot: reviews with their words, and ratings without."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from kg.snapshot import Snapshot
from kg.snapshot.edges import Relation
from recommender.arrays import IntArray
from recommender.heads.rating_learning import Rated
from recommender.heads.words import Text

MOST = 300_000
"""Ratings learned from, the latest."""


def ratings_of(snapshot: Snapshot) -> Rated:
    """Give all ratings of the training part; of a pair with a review that of the review alone.

    Raises:
        ModelError: the snapshot is damaged.
    """
    users, products = snapshot.ids.slice("User"), snapshot.ids.slice("Product")
    review, product, rating, at = _reviews(snapshot)
    author = _tails(snapshot, Relation("User", "WROTE", "Review"), reverse=True)[review]
    reviews = snapshot.ids.slice("Review")
    heads, tails, values, times = [author], [product], [rating], [at]
    rows = [review - reviews.start]
    rated = snapshot.interactions.get("RATED")
    if rated is not None:
        width = len(snapshot.ids)
        codes = rated.head.astype(np.int64) * width + rated.tail
        alone = np.isfinite(rated.value) & ~np.isin(codes, author * width + product)
        heads.append(rated.head[alone].astype(np.int64))
        tails.append(rated.tail[alone].astype(np.int64))
        values.append(rated.value[alone].astype(np.float64))
        times.append(rated.at[alone].astype(np.int64))
        rows.append(np.full(int(alone.sum()), -1, dtype=np.int64))
    who, what, value, when, row = (np.concatenate(own) for own in (heads, tails, values, times, rows))
    kept = np.sort(np.argsort(when, kind="stable")[-MOST:])
    who, what, value, when, row = who[kept], what[kept], value[kept], when[kept], row[kept]
    user_ids, product_ids = snapshot.ids.label_ids("User"), snapshot.ids.label_ids("Product")
    return Rated(
        users=user_ids.take(pa.array(who - users.start, mask=who < 0)).to_pylist(),
        products=product_ids.take(pa.array(what - products.start)).to_pylist(),
        ratings=value,
        reviews=_texts(snapshot, row),
        at=when,
    )


def _reviews(snapshot: Snapshot) -> tuple[IntArray, IntArray, np.ndarray, IntArray]:
    """Give row, product's row, rating and time of each review that has a product and a rating."""
    reviews = snapshot.ids.slice("Review")
    about = _tails(snapshot, Relation("Review", "ABOUT", "Product"), reverse=False)
    row = np.arange(reviews.start, reviews.stop, dtype=np.int64)
    rating = snapshot.reviews["rating"].to_numpy().astype(np.float64)
    at = snapshot.reviews["at"].cast(pa.int64()).fill_null(-1).to_numpy()
    kept = np.isfinite(rating) & (about[row] >= 0)
    return row[kept], about[row[kept]], rating[kept], at[kept]


def _tails(snapshot: Snapshot, relation: Relation, *, reverse: bool) -> IntArray:
    """Give what each row is joined to, -1 where nothing, ``(n_nodes,)``."""
    found = np.full(len(snapshot.ids), -1, dtype=np.int64)
    edges = snapshot.edges.get(relation)
    if edges is not None:
        source, target = (edges.tail, edges.head) if reverse else (edges.head, edges.tail)
        found[source] = target
    return found


def _texts(snapshot: Snapshot, rows: IntArray) -> list[Text | None]:
    start = snapshot.ids.slice("Review").start
    written = pa.array(np.maximum(rows, 0), mask=rows < 0)
    texts = snapshot.reviews["text"].take(written).to_pylist()
    titles = snapshot.names.take(pa.array(np.maximum(rows, 0) + start, mask=rows < 0)).to_pylist()
    return [(title, text) if title or text else None for title, text in zip(titles, texts, strict=True)]
