"""The links of products that no basket holds: to nodes that one product alone has, and of relations not learned from.

Models learn from what products share, so baskets leave these out. Filters ask for them all the same, and a new product
may have such a node too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.snapshot import Snapshot
from recommender.arrays import IntArray
from recommender.baskets import INTERACTIONS, Baskets
from recommender.relations import ItemRelation, every_relation

_NONE = np.zeros(0, dtype=np.int64)
LINKS = pa.schema(
    {
        "relation": pa.string(),
        "outgoing": pa.bool_(),
        "item": pa.int64(),
        "target": pa.int64(),
        "weight": pa.float32(),
        "label": pa.string(),
        "id": pa.string(),
        "name": pa.string(),
    }
)
"""``item`` is the product's row in the model; ``target`` the node's row in the snapshot's id map, -1 where it has none;
``outgoing`` says that the edge goes from the product; ``label``, ``id`` and ``name`` are the node's."""


def other_links(snapshot: Snapshot, item_rows: IntArray, kinds: Sequence[Baskets]) -> pa.Table:
    """Give every link of the items that no basket holds, as ``LINKS`` says.

    Reviews are left out: they are their customers', who may want to be forgotten.

    Args:
        snapshot: to read from.
        item_rows: row of each item in the snapshot's id map, ``(n_items,)``.
        kinds: the baskets.
    """
    item_of = np.full(len(snapshot.ids), -1, dtype=np.int64)
    item_of[item_rows] = np.arange(len(item_rows))
    reviews = snapshot.ids.slice("Review")
    parts = [LINKS.empty_table()]
    for relation in every_relation(snapshot, item_of, len(item_rows)):
        left = ~np.isin(relation.targets, _held(kinds, relation))
        left &= (relation.targets < reviews.start) | (relation.targets >= reviews.stop)
        links = relation.links.tocoo()
        own = left[links.col]
        targets = relation.targets[links.col[own]]
        columns = {
            "relation": pa.repeat(relation.name, len(targets)),
            "outgoing": pa.repeat(relation.outgoing, len(targets)),
            "item": pa.array(links.row[own].astype(np.int64)),
            "target": pa.array(targets),
            "weight": pa.array(links.data[own].astype(np.float32)),
        }
        nodes = named_nodes(snapshot, targets)
        parts.append(pa.table({**columns, **{name: nodes[name] for name in nodes.column_names}}, schema=LINKS))
    return pa.concat_tables(parts).combine_chunks()


def named_nodes(snapshot: Snapshot, rows: IntArray) -> pa.Table:
    """Give label, id and name of nodes; the id where one has no name.

    Args:
        snapshot: to read from.
        rows: in its id map, ``(n,)``.
    """
    ids = snapshot.ids.ids(rows)
    names = pc.coalesce(snapshot.names.take(pa.array(rows)).combine_chunks(), ids)
    return pa.table({"label": pa.array(snapshot.ids.labels_of(rows).tolist(), pa.string()), "id": ids, "name": names})


def _held(kinds: Sequence[Baskets], relation: ItemRelation) -> IntArray:
    """Give the targets of a relation that have a basket."""
    named = [kind for kind in kinds if kind.name == relation.name and kind.name != INTERACTIONS]
    return np.concatenate([_NONE, *(kind.targets for kind in named if kind.outgoing == relation.outgoing)])
