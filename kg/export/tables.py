"""What the exports that are made from the store have in common: its tables, and times as text."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from kg.schema import EDGE_TYPES
from kg.store.protocol import EdgeKey


def edge_tables() -> Iterator[EdgeKey]:
    """Give every table of edges in the schema, in its order."""
    return (EdgeKey(source, edge.name, target) for edge in EDGE_TYPES for source, target in edge.pairs)


def edge_file(key: EdgeKey) -> str:
    """Give the name of the file for a table of edges, without its ending."""
    return f"edges_{key.source}.{key.type}.{key.target}"


def iso_time(times: pa.Array) -> pa.StringArray:
    """Give instants as text, such as ``2024-05-01T12:30:00.000Z``."""
    local = times.cast(pa.timestamp("ms"), safe=False)
    return pc.binary_join_element_wise(pc.strftime(local, format="%Y-%m-%dT%H:%M:%S"), "Z", "")
