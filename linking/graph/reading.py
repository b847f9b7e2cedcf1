"""What linking reads of a graph, row by row: ids, properties of nodes, and what edges join."""

from __future__ import annotations

from collections.abc import Iterator
from typing import overload

import pyarrow as pa
import pyarrow.compute as pc

from kg.store.protocol import EdgeKey, GraphStore


def ids(store: GraphStore, label: str) -> Iterator[str]:
    """Stream the ids of a label, in order."""
    for batch in store.nodes(label):
        yield from batch.column("id").to_pylist()


@overload
def properties(store: GraphStore, label: str, name: str, /) -> Iterator[tuple[str, str | None]]: ...


@overload
def properties(
    store: GraphStore, label: str, name: str, other: str, /
) -> Iterator[tuple[str, str | None, str | None]]: ...


def properties(store: GraphStore, label: str, /, *names: str) -> Iterator[tuple[str | None, ...]]:
    """Stream id and these texts of the nodes of a label, in order of the id."""
    for batch in store.nodes(label):
        yield from zip(*(batch.column(name).to_pylist() for name in ("id", *names)), strict=True)


def pairs(store: GraphStore, key: EdgeKey) -> Iterator[tuple[str, str]]:
    """Stream source and target of the edges that came with the input, in order of the source's id.

    What linking itself inferred of photos and reviews is no witness for what they mean, and is left out.
    """
    for batch in store.edges(key):
        given = _given(batch)
        yield from zip(given.column("source").to_pylist(), given.column("target").to_pylist(), strict=True)


def _given(batch: pa.RecordBatch) -> pa.RecordBatch:
    if "origin" not in batch.schema.names:
        return batch
    return batch.filter(pc.equal(pc.fill_null(batch.column("origin"), "input"), "input"))
