"""The validation part that came with the data: what judges, and is learned from in the end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recommender.arrays import BoolArray, Csr, IntArray, csr
from recommender.data import TrainingData


def held_matrix(table: pa.Table, data: TrainingData) -> Csr | None:
    """Give the targets of a holdout table as a user-by-item matrix; None where there are none."""
    table = table.filter(table["target"])
    if not len(table):
        return None
    users, items, known = _places(table, data)
    return csr(users[known], items[known], 1.0, (data.n_users, data.n_items))


def joined(data: TrainingData, given: Csr, table: pa.Table) -> TrainingData:
    """Add a validation part that came with the data to what is learned from in the end.

    Args:
        data: train, not faded.
        given: of the validation part, as ``held_matrix`` gives it.
        table: that it was made of, which has the times.
    """
    own, new = data.interactions.tocoo(), given.tocoo()
    user = np.concatenate([own.row, new.row]).astype(np.int64)
    item = np.concatenate([own.col, new.col]).astype(np.int64)
    both = csr(user, item, np.concatenate([own.data, new.data]), own.shape)  # `maximum` would lose what weighs nothing
    width = data.n_items
    codes = np.repeat(np.arange(both.shape[0]), np.diff(both.indptr)) * width + both.indices
    old = np.repeat(np.arange(both.shape[0]), np.diff(data.interactions.indptr)) * width + data.interactions.indices
    place = np.searchsorted(codes, old)
    at = np.full(both.nnz, -1, dtype=np.int64)
    at[place] = data.at
    table = table.filter(table["target"])
    users, items, known = _places(table, data)
    times = table["at"].cast(pa.int64()).fill_null(-1).to_numpy()
    np.maximum.at(at, np.searchsorted(codes, users[known] * width + items[known]), times[known])
    target = np.ones(both.nnz, dtype=np.bool_)
    target[place] = data.target
    return replace(data, interactions=both, at=at, target=target)


def _places(table: pa.Table, data: TrainingData) -> tuple[IntArray, IntArray, BoolArray]:
    """Give customer and product of each row, and whether train knows both."""
    users = pc.index_in(table["user_id"], value_set=data.user_ids).fill_null(-1).to_numpy().astype(np.int64)
    items = pc.index_in(table["product_id"], value_set=data.item_ids).fill_null(-1).to_numpy().astype(np.int64)
    return users, items, (users >= 0) & (items >= 0)
