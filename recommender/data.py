"""What models learn from: the interaction matrix, and every relation of the graph that says something about items.

An item is a product of the catalogue; its row in the matrices is its position here. External ids stay at the edges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from kg.errors import ModelError
from kg.snapshot import Snapshot
from recommender.arrays import BoolArray, Csr, IntArray, csr
from recommender.relations import ItemRelation, item_relations

MS_PER_DAY = 86_400_000

KIND_WEIGHTS: Mapping[str, float] = {
    "PURCHASED": 1.0,
    "RATED": 1.0,
    "LIKED": 1.0,
    "CARTED": 0.6,
    "CLICKED": 0.3,
    "VIEWED": 0.2,
}
"""How much an interaction counts, by its kind; where a customer did several things with a product, the most counts.

What somebody disliked or dismissed is no sign of liking; it counts for nothing."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """All that a model may learn from.

    Attributes:
        user_ids: external ids of the users, ``(n_users,)``.
        item_ids: external ids of the items, ``(n_items,)``.
        item_rows: row of each item in the snapshot's id map, ``(n_items,)``.
        interactions: user-by-item matrix of weights, see ``KIND_WEIGHTS``, ``(n_users, n_items)``; what is to be
            predicted is stored even where it weighs nothing.
        at: milliseconds since 1970 of each stored entry of ``interactions``, -1 where unknown, ``(n_entries,)``.
        target: entries of a kind that is to be predicted, such as purchases, ``(n_entries,)``.
        relations: what the graph says of the items, besides interactions.
    """

    user_ids: pa.StringArray
    item_ids: pa.StringArray
    item_rows: IntArray
    interactions: Csr
    at: IntArray
    target: BoolArray
    relations: tuple[ItemRelation, ...]

    @property
    def n_users(self) -> int:
        """Number of users."""
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.item_ids)

    @property
    def seen(self) -> Csr:
        """What is not recommended again: interactions of a kind to predict, ``(n_users, n_items)``."""
        return entries_of(self.interactions, self.target)

    @property
    def last(self) -> IntArray:
        """Milliseconds since 1970 of each user's last interaction, -1 where unknown, ``(n_users,)``."""
        found = np.full(self.n_users, -1, dtype=np.int64)
        np.maximum.at(found, np.repeat(np.arange(self.n_users), np.diff(self.interactions.indptr)), self.at)
        return found

    def only(self, entries: BoolArray) -> TrainingData:
        """Give the same data with only the chosen stored entries of ``interactions``, ``(n_entries,)``."""
        coo = self.interactions.tocoo()
        kept = csr(
            coo.row[entries].astype(np.int64),
            coo.col[entries].astype(np.int64),
            coo.data[entries],
            self.interactions.shape,
        )
        return replace(self, interactions=kept, at=self.at[entries], target=self.target[entries])

    def faded(self, half_life: float) -> TrainingData:
        """Give the same data, an interaction's weight halved for each half-life between it and the customer's last.

        Interactions without a time keep their weight.

        Args:
            half_life: days; 0 for no fading.
        """
        if not half_life:
            return self
        user = np.repeat(np.arange(self.n_users), np.diff(self.interactions.indptr))
        days = np.where(self.at >= 0, (self.last[user] - self.at) / MS_PER_DAY, 0.0)
        matrix = self.interactions.copy()
        matrix.data = (matrix.data * 0.5 ** (days / half_life)).astype(np.float32)
        return replace(self, interactions=matrix)

    def without_relations(self) -> TrainingData:
        """Give the same data as if the graph held nothing but interactions."""
        return replace(self, relations=())


def entries_of(matrix: Csr, chosen: BoolArray) -> Csr:
    """Give a matrix with ones at the chosen stored entries of another, ``(n_entries,)``, whatever these hold."""
    found = matrix.copy()
    found.data = chosen.astype(np.float32)
    found.eliminate_zeros()
    return found


def training_data(snapshot: Snapshot, *, kind_weights: Mapping[str, float] = KIND_WEIGHTS) -> TrainingData:
    """Make the matrices a model learns from out of a snapshot.

    Raises:
        ModelError: the catalogue is empty.
    """
    products = snapshot.products
    rows = np.flatnonzero(products["in_catalogue"].to_numpy().astype(np.bool_)).astype(np.int64)
    if not len(rows):
        raise ModelError("The catalogue is empty: no product has in_catalogue. Import products first.")
    start = snapshot.ids.slice("Product").start
    item_of = np.full(len(snapshot.ids), -1, dtype=np.int64)
    item_of[rows + start] = np.arange(len(rows))
    users = snapshot.ids.slice("User")
    interactions, at, target = _interactions(snapshot, item_of, users, len(rows), kind_weights)
    item_ids = products["id"].combine_chunks().take(pa.array(rows))
    return TrainingData(
        user_ids=snapshot.ids.label_ids("User"),
        item_ids=item_ids if isinstance(item_ids, pa.StringArray) else pa.concat_arrays(item_ids.chunks),
        item_rows=rows + start,
        interactions=interactions,
        at=at,
        target=target,
        relations=item_relations(snapshot, item_of, len(rows)),
    )


def _interactions(
    snapshot: Snapshot, item_of: IntArray, users: slice, n_items: int, kind_weights: Mapping[str, float]
) -> tuple[Csr, IntArray, BoolArray]:
    heads, tails, weights, times, wanted = [], [], [], [], []
    target_kinds = {kind.upper() for kind in snapshot.target_kinds}
    for kind, edges in snapshot.interactions.items():
        weight = kind_weights.get(kind, 0.0)
        item = item_of[edges.tail]
        known = item >= 0
        if (weight > 0 or kind in target_kinds) and known.any():
            heads.append(edges.head[known] - users.start)
            tails.append(item[known])
            weights.append(np.full(int(known.sum()), weight, dtype=np.float32))
            times.append(edges.at[known])
            wanted.append(np.full(int(known.sum()), kind in target_kinds))
    empty = np.zeros(0, dtype=np.int64)
    user = np.concatenate([empty, *heads])
    item = np.concatenate([empty, *tails])
    shape = (users.stop - users.start, n_items)
    matrix = csr(user, item, np.concatenate([np.zeros(0, np.float32), *weights]), shape)
    latest = np.full(matrix.nnz, -1, dtype=np.int64)
    codes = np.repeat(np.arange(shape[0]), np.diff(matrix.indptr)) * n_items + matrix.indices
    place = np.searchsorted(codes, user * n_items + item)
    np.maximum.at(latest, place, np.concatenate([empty, *times]))
    target = np.zeros(matrix.nnz, dtype=np.bool_)
    np.logical_or.at(target, place, np.concatenate([np.zeros(0, np.bool_), *wanted]))
    return matrix, latest, target
