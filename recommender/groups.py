"""Groups of customers by how much is known of them, and of test products by how many buy them.

A mean over all customers hides who gains. Customers are parted by the products they have in train, at the thirds of
the customers judged: each group then has enough of them for a narrow interval, in a shop of five products a customer
as in one of fifty, which no fixed bounds would give. Products are parted where the most bought ones make up half of
train's interactions: N50 of Kilkki, "A practical model for analyzing long tails", First Monday 12(5), 2007.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from recommender import metrics
from recommender.arrays import BoolArray, Csr, IntArray, csr

CUSTOMERS, PRODUCTS = "customers", "products"
UNKNOWN, FEW, SOME, MANY = "unknown", "few", "some", "many"
POPULAR, RARE, NEW = "popular", "rare", "new"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the test part.

    Attributes:
        of: ``customers`` or ``products``.
        name: customers: ``unknown`` (no product in train), ``few``, ``some``, ``many``; products: ``popular``,
            ``rare``, ``new`` (no customer in train).
        least, most: products that these customers have in train, or customers that these products have.
        users: rows of the test users that are judged, ``(n,)``.
        relevant: of each of these, the known relevant items of the part, ``(n, n_items)``.
        n_relevant: how many are relevant in all, products unknown to the model included, ``(n,)``.
    """

    of: str
    name: str
    least: int
    most: int
    users: IntArray
    relevant: Csr
    n_relevant: IntArray


@dataclass(frozen=True, slots=True)
class Group:
    """How good lists are for a part of customers or of test products.

    Attributes:
        of, name, least, most: as in ``Part``.
        users: judged.
        pairs: of customer and test product.
        metrics: method (as ``model``, ``popularity``, ``closed_form``) -> metric -> mean over the users.
        intervals: the same with half-widths of the 95 % confidence intervals; a single user gives none.
    """

    of: str
    name: str
    least: int
    most: int
    users: int
    pairs: int
    metrics: Mapping[str, Mapping[str, float]]
    intervals: Mapping[str, Mapping[str, float]]


def parts_of(known: IntArray, buyers: IntArray, relevant: Csr, n_relevant: IntArray) -> list[Part]:
    """Part the test users and the test products; parts without any are left out.

    Args:
        known: products that each test user has in train, ``(n_users,)``.
        buyers: customers that each item has in train, ``(n_items,)``.
        relevant: the known relevant items of each test user, ``(n_users, n_items)``.
        n_relevant: how many are relevant in all, ``(n_users,)``.
    """
    return [*_of_customers(known, relevant, n_relevant), *_of_products(buyers, relevant, n_relevant)]


def judged_groups(parts: list[Part], lists: Mapping[str, IntArray], ks: tuple[int, ...]) -> tuple[Group, ...]:
    """Judge the lists of every method in each part.

    Recall and NDCG of a part of products are over the user's relevant products of that part alone, in lists over the
    whole catalogue.

    Args:
        parts: as ``parts_of`` gives.
        lists: method -> items in rank order, ``(n_users, max(ks))``.
        ks: lengths of the lists.
    """
    found = []
    for part in parts:
        means: dict[str, dict[str, float]] = {}
        intervals: dict[str, dict[str, float]] = {}
        for method, top in lists.items():
            hit = metrics.hits(top[part.users], part.relevant)
            summary = metrics.summary(metrics.recall_and_ndcg(hit, part.n_relevant, ks))
            means[method] = {name: own["mean"] for name, own in summary.items()}
            intervals[method] = {name: own["ci95"] for name, own in summary.items() if len(part.users) > 1}
        pairs = int(part.n_relevant.sum())
        found.append(Group(part.of, part.name, part.least, part.most, len(part.users), pairs, means, intervals))
    return tuple(found)


def popular(buyers: IntArray) -> BoolArray:
    """Say which items are the fewest that make up half of all interactions, ``(n_items,)``; equals stand together."""
    order = np.sort(buyers)[::-1]
    reached = np.cumsum(order)
    if not len(order) or not reached[-1]:
        return np.zeros(len(buyers), dtype=np.bool_)
    last = order[np.searchsorted(reached, reached[-1] / 2)]
    return np.asarray(buyers >= last)


def _of_customers(known: IntArray, relevant: Csr, n_relevant: IntArray) -> Iterator[Part]:
    some = known[known > 0]
    low, high = np.quantile(some, [1 / 3, 2 / 3], method="inverted_cdf") if len(some) else (0, 0)
    place = np.where(known == 0, 0, 1 + (known > low) + (known > high))
    for number, name in enumerate((UNKNOWN, FEW, SOME, MANY)):
        users = np.flatnonzero(place == number)
        if len(users):
            least, most = int(known[users].min()), int(known[users].max())
            yield Part(CUSTOMERS, name, least, most, users, relevant[users], n_relevant[users])


def _of_products(buyers: IntArray, relevant: Csr, n_relevant: IntArray) -> Iterator[Part]:
    head = popular(buyers)
    row = np.repeat(np.arange(relevant.shape[0]), np.diff(relevant.indptr))
    outside = n_relevant - np.diff(relevant.indptr)  # products that the model does not know have no customer either
    for name, items in ((POPULAR, head), (RARE, (buyers > 0) & ~head), (NEW, buyers == 0)):
        own = items[relevant.indices]
        number = np.bincount(row[own], minlength=len(n_relevant)).astype(np.int64) + (outside if name == NEW else 0)
        users = np.flatnonzero(number)
        if len(users):
            mine = csr(row[own], relevant.indices[own].astype(np.int64), 1.0, relevant.shape)
            span = buyers[items] if items.any() else np.zeros(1, dtype=np.int64)
            yield Part(PRODUCTS, name, int(span.min()), int(span.max()), users, mine[users], number[users])
