"""Making and reading rows in the tests of the contract."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from kg.store import EdgeKey, GraphStore

VIEWED = EdgeKey("User", "VIEWED", "Product")
ALSO_BOUGHT = EdgeKey("Product", "ALSO_BOUGHT", "Product")
HAS_BRAND = EdgeKey("Product", "HAS_BRAND", "Brand")
T0 = datetime(2024, 2, 29, 23, 59, 59, 123000, tzinfo=UTC)
T1 = datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)


def batch(*rows: dict[str, Any]) -> pa.RecordBatch:
    """Make a batch of rows; instants get milliseconds, columns that are null throughout are strings."""
    table = pa.Table.from_pylist(list(rows))
    for i, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(i, field.name, table[field.name].cast(pa.timestamp("ms", tz="UTC")))
    return table.combine_chunks().to_batches()[0]


def ids(*names: str) -> pa.RecordBatch:
    """Make a batch of nodes without properties."""
    return batch(*({"id": name} for name in names))


def nodes(store: GraphStore, label: str) -> list[dict[str, Any]]:
    """Read the nodes of a label without their nulls."""
    return _rows(store.nodes(label))


def edges(store: GraphStore, key: EdgeKey) -> list[dict[str, Any]]:
    """Read a table of edges without their nulls."""
    return _rows(store.edges(key))


def _rows(batches: Any) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if value is not None}
        for part in batches
        for row in part.to_pylist()
    ]
