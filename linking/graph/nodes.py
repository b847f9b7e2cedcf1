"""Nodes that linking itself brings into the graph: aspects."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from kg.store.protocol import GraphStore
from linking.aspects import Aspect
from linking.graph.reading import ids


def write_aspects_into(store: GraphStore, aspects: Sequence[Aspect]) -> int:
    """Make the graph hold these aspects and no others; give how many were removed, with all that mentioned them."""
    wanted = {aspect.name for aspect in aspects}
    gone = [id_ for id_ in ids(store, "Aspect") if id_ not in wanted]
    removed = store.delete_nodes("Aspect", gone) if gone else 0
    if wanted:
        names = sorted(wanted)
        store.load_nodes("Aspect", [pa.record_batch({"id": pa.array(names), "name": pa.array(names)})])
    return removed
