"""Taking out of the graph what the tables no longer name.

What the system inferred, and attributes that it read from photos and reviews, are not in the tables and stay.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from kg.limits import limit
from kg.store.protocol import EdgeKey, GraphStore
from kg.store.rows import edge_key_columns, edge_schema


def prune_edges(connection: duckdb.DuckDBPyConnection, store: GraphStore, key: EdgeKey, given: str) -> tuple[int, int]:
    """Delete the given edges of one table that the statement ``given`` does not name.

    Returns:
        How many were deleted, and how many others stay that it does not name either.
    """
    columns = edge_key_columns(key)
    schema = edge_schema(key)
    gone = _not_given(connection, pa.RecordBatchReader.from_batches(schema, store.edges(key)), columns, given)
    kept = 0
    if "origin" in schema.names:
        ours = pc.equal(gone["origin"], "input")
        kept = gone.num_rows - int(pc.sum(ours).as_py() or 0)
        gone = gone.filter(ours)
    batches = gone.select(list(columns)).to_batches(max_chunksize=limit("batch_rows"))
    return store.delete_edges(key, batches), kept


def prune_nodes(connection: duckdb.DuckDBPyConnection, store: GraphStore, label: str, given: str) -> tuple[int, int]:
    """Delete the nodes of a label that the statement ``given`` does not name; gives the same as ``prune_edges``."""
    schema = pa.schema([("id", pa.string())])
    stored: Iterable[pa.RecordBatch] = (batch.select(["id"]) for batch in store.nodes(label))
    gone = set(
        _not_given(connection, pa.RecordBatchReader.from_batches(schema, stored), ("id",), given)["id"].to_pylist()
    )
    kept: set[str] = set()
    if label == "Attribute":
        kept = gone & set(store.query("MATCH (a:Attribute)<-[r]-() RETURN DISTINCT a.id AS id")["id"].to_pylist())
    return store.delete_nodes(label, sorted(gone - kept)), len(kept)


def _not_given(
    connection: duckdb.DuckDBPyConnection, stored: pa.RecordBatchReader, key: tuple[str, ...], given: str
) -> pa.Table:
    same = " AND ".join(f'stored."{name}" IS NOT DISTINCT FROM given."{name}"' for name in key)
    connection.register("stored", stored)
    try:
        return connection.sql(f"SELECT stored.* FROM stored ANTI JOIN ({given}) given ON {same}").to_arrow_table()
    finally:
        connection.unregister("stored")
