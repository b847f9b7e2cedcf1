"""Learns to foretell ratings, its penalties chosen on the latest part of what may be learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kg.errors import InputError
from recommender.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from recommender.heads.rating import RatingHead, Side
from recommender.heads.ridge import CUSTOMER, PRODUCT, REVIEW, Design, Weights, solve
from recommender.heads.words import ReviewWords, Text
from recommender.network.modality import Modality

FEWEST = 50
"""Ratings below which nothing is learned, and reviews below which no words are."""
_PART = 0.2
"""Share of the ratings, the latest, that choose the penalties."""
_MOST = 100_000
"""Ratings that penalties are chosen with, the latest."""
_GRIDS: Mapping[str, tuple[float, ...]] = {
    CUSTOMER: (1.0, 3.0, 10.0, 30.0, 100.0),
    PRODUCT: (1.0, 3.0, 10.0, 30.0, 100.0),
    REVIEW: (0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
}
_VECTORS = (30.0, 100.0, 300.0, 1_000.0, 10_000.0)
_BEGIN = 10.0
_ROUNDS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Rated:
    """Ratings to learn from, one column for each thing that is known of them.

    Attributes:
        users: ids of the customers, None where unknown.
        products: ids of the products.
        ratings: ``(n,)``.
        reviews: title and text, None where nothing was written.
        at: milliseconds since 1970, -1 where unknown, ``(n,)``.
    """

    users: Sequence[str | None]
    products: Sequence[str]
    ratings: DoubleArray
    reviews: Sequence[Text | None]
    at: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class RatingReport:
    """What learning found out.

    Attributes:
        head: learned from all ratings.
        validation: root of the mean squared error on the part that chose, of the regression without reviews, of that
            with reviews, and of the mean.
    """

    head: RatingHead
    validation: Mapping[str, float]


def learn_ratings(rated: Rated, vectors: Sequence[Modality], products: Sequence[str], *, seed: int = 0) -> RatingReport:
    """Learn both regressions.

    Args:
        rated: to learn from.
        vectors: of the products, ``(n_products, dim)`` each.
        products: ids of the rows of the vectors; ratings of other products count, too.
        seed: of the part that chooses, where times are not known.

    Raises:
        InputError: there are fewer than 50 ratings, or all are the same.
    """
    ratings = np.asarray(rated.ratings, dtype=np.float64)
    if len(ratings) < FEWEST or ratings.min() == ratings.max():
        raise InputError(f"Ratings cannot be learned: there are {len(ratings)}, and {FEWEST} that differ are needed.")
    ids = [*products, *sorted(set(rated.products) - set(products))]
    users, who = _numbered([user or "" for user in rated.users])
    row_of = {id_: row for row, id_ in enumerate(ids)}
    what = np.array([row_of[product] for product in rated.products], dtype=np.int64)
    who = np.where([user is None for user in rated.users], -1, who)
    reviewed = np.array([own is not None and bool(own[0] or own[1]) for own in rated.reviews], dtype=np.bool_)
    texts = [own or (None, None) for own in rated.reviews]
    terms = ReviewWords.of([text for text, there in zip(texts, reviewed, strict=True) if there])
    words = terms.features(texts)
    placed, moments = _placed(vectors, what, len(ids))
    plain = Design(who, what, len(users), len(ids), placed, None)
    told = Design(who, what, len(users), len(ids), placed, words)
    late = _late(rated.at, seed)
    sides: dict[str, Side] = {}
    penalties: dict[str, dict[str, float]] = {}
    validation = {"mean": _root(ratings[~late].mean() - ratings[late])}
    for name, design, kept in (("plain", plain, np.ones_like(reviewed)), ("told", told, reviewed)):
        if name == "told" and (reviewed & ~late).sum() < FEWEST:
            continue
        penalties[name], validation[name] = _chosen(design, ratings, kept & ~late, kept & late, rated.at)
        rows = np.flatnonzero(kept)
        found = solve(design.only(rows), ratings[rows], penalties[name])
        sides[name] = _side(found, placed)
    head = RatingHead(
        scale=(float(ratings.min()), float(ratings.max())),
        users=pa.array(users, pa.string()),
        products=pa.array(ids, pa.string()),
        moments=moments,
        plain=sides["plain"],
        told=sides.get("told"),
        terms=terms if "told" in sides else None,
        penalties=penalties,
    )
    return RatingReport(head, validation)


def _chosen(
    design: Design, ratings: DoubleArray, learned: BoolArray, judged: BoolArray, at: IntArray
) -> tuple[dict[str, float], float]:
    """Choose one penalty after the other, twice over; give them and the error that they reach."""
    rows = np.flatnonzero(learned)
    rows = rows[np.argsort(at[rows], kind="stable")][-_MOST:]
    judges = np.flatnonzero(judged)
    known, asked = design.only(rows), design.only(judges)
    names = [*([REVIEW] if design.words is not None else []), PRODUCT, CUSTOMER, *design.vectors]
    chosen = {name: _VECTORS[-2] if name in design.vectors else _BEGIN for name in (CUSTOMER, PRODUCT, REVIEW, *names)}
    if not len(judges):
        return chosen, float("nan")
    low, high = float(ratings.min()), float(ratings.max())
    errors: dict[tuple[float, ...], float] = {}

    def error(tried: Mapping[str, float]) -> float:
        key = tuple(tried[name] for name in names)
        if key not in errors:
            found = solve(known, ratings[rows], tried).ratings(asked)
            errors[key] = _root(np.clip(found, low, high) - ratings[judges])
        return errors[key]

    for _ in range(_ROUNDS):
        for name in names:
            grid = _GRIDS.get(name, _VECTORS)
            chosen[name] = min(grid, key=lambda own: error({**chosen, name: own}))
    return chosen, error(chosen)


def _late(at: IntArray, seed: int) -> BoolArray:
    """Say which ratings choose: the latest, or drawn ones where the time of most is unknown, ``(n,)``."""
    n = len(at)
    order = np.argsort(at, kind="stable") if (at >= 0).mean() > 0.5 else np.random.default_rng(seed).permutation(n)
    late = np.zeros(n, dtype=np.bool_)
    late[order[n - int(n * _PART) :]] = True
    return late


def _placed(
    vectors: Sequence[Modality], what: IntArray, n_items: int
) -> tuple[dict[str, FloatArray], dict[str, tuple[FloatArray, float]]]:
    """Centre vectors over the products rated, their mean square length 1; rows without a vector are zeros."""
    placed, moments = {}, {}
    for modality in vectors:
        rows = np.unique(what)
        rows = rows[rows < len(modality.present)]
        own = modality.matrix[rows[modality.present[rows]]]
        if not len(own):
            continue
        mean = own.mean(axis=0).astype(np.float32)
        scale = float(1 / max(np.sqrt(((own - mean) ** 2).sum(axis=1).mean()), 1e-12))
        whole = np.zeros((n_items, modality.matrix.shape[1]), dtype=np.float32)
        whole[: len(modality.present)][modality.present] = (modality.matrix[modality.present] - mean) * scale
        placed[modality.name], moments[modality.name] = whole, (mean, scale)
    return placed, moments


def _side(found: Weights, placed: Mapping[str, FloatArray]) -> Side:
    said = {name: np.asarray(matrix @ found.vectors[name], dtype=np.float64) for name, matrix in placed.items()}
    return Side(found.constant, found.users, found.items, found.vectors, said, found.words)


def _numbered(values: Sequence[str]) -> tuple[list[str], IntArray]:
    known = {value: row for row, value in enumerate(sorted(set(values) - {""}))}
    return list(known), np.array([known.get(value, -1) for value in values], dtype=np.int64)


def _root(errors: DoubleArray) -> float:
    return float(np.sqrt((errors**2).mean()))
