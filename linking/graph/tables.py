"""Making a table of edges hold what is wanted, by a comparison of what is there with what should be."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from kg.limits import limit
from kg.store.protocol import EdgeKey, GraphStore
from kg.store.rows import edge_key_columns, edge_schema


def apply_edges(
    store: GraphStore, connection: duckdb.DuckDBPyConnection, key: EdgeKey, wanted: str, *, ours: str
) -> tuple[int, int]:
    """Write the edges of a table that a statement gives, and remove those of ours that it does not.

    Args:
        store: open for writing.
        connection: to run the statements in.
        key: of the table.
        wanted: statement with ``source``, ``target`` and properties.
        ours: condition on the edges that are there, as SQL; others are left alone.

    Returns:
        How many edges were written, and how many removed.

    Raises:
        GraphStoreError: the store refused.
    """
    columns = edge_key_columns(key)
    names = ", ".join(f'"{name}"' for name in columns)
    connection.register("there", pa.RecordBatchReader.from_batches(edge_schema(key), store.edges(key)))
    try:
        gone = connection.sql(
            f"SELECT {names} FROM (SELECT * FROM there WHERE {ours}) ANTI JOIN ({wanted}) USING ({names})"
        ).to_arrow_table()
    finally:
        connection.unregister("there")
    removed = store.delete_edges(key, gone.to_batches(max_chunksize=limit("batch_rows"))) if gone.num_rows else 0
    return store.load_edges(key, sorted_batches(connection, wanted, columns)), removed


def sorted_batches(
    connection: duckdb.DuckDBPyConnection, statement: str, columns: tuple[str, ...]
) -> Iterator[pa.RecordBatch]:
    """Stream the rows of a statement in the order in which a store takes them fastest."""
    names = ", ".join(f'"{name}"' for name in columns)
    yield from connection.sql(f"SELECT * FROM ({statement}) ORDER BY {names}").to_arrow_reader(limit("batch_rows"))
