"""The attributes of each product, for filters: also those that no other product has, which no basket holds."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from kg.snapshot import Snapshot
from recommender.arrays import IntArray

HAS_ATTRIBUTE = "HAS_ATTRIBUTE"


def attribute_ids(snapshot: Snapshot, item_rows: IntArray) -> pa.Array:
    """Give the ids of each item's attributes, such as ``colour=red``, as lists, ``(n_items,)``.

    Args:
        snapshot: to read from.
        item_rows: row of each item in the snapshot's id map, ``(n_items,)``.
    """
    item_of = np.full(len(snapshot.ids), -1, dtype=np.int64)
    item_of[item_rows] = np.arange(len(item_rows))
    items, targets = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for relation in snapshot.relations(HAS_ATTRIBUTE):
        edges = snapshot.edges[relation]
        known = item_of[edges.head] >= 0
        items.append(item_of[edges.head[known]])
        targets.append(edges.tail[known])
    item, target = np.concatenate(items), np.concatenate(targets)
    order = np.argsort(item, kind="stable")
    offsets = np.searchsorted(item[order], np.arange(len(item_rows) + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), snapshot.ids.ids(target[order]))
