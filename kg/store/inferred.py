"""What a model concluded, in the graph: ``LIKELY``, ``INTERESTED_IN`` and ``RECOMMENDED``, each with the model's name.

A model's conclusions are replaced as a whole: what it no longer concludes goes, what another model concluded stays, and
so does everything that was given. A second run of the same changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from kg.errors import GraphStoreError
from kg.limits import limit
from kg.schema import CONCLUSIONS
from kg.store.protocol import EdgeKey, GraphStore
from kg.store.rows import edge_key_columns, edge_schema, edge_tables


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing conclusions.

    Attributes:
        edges: there now, of the model.
        removed: that the model concluded before and no longer does.
    """

    edges: int
    removed: int


def write_conclusions(store: GraphStore, model: str, wanted: Mapping[EdgeKey, pa.Table]) -> Written:
    """Make the graph hold these conclusions of a model, and no other ones of it.

    What is gone is removed before anything is written, table by table; the next run makes one whole that was cut short.

    Args:
        store: open for writing, with the schema.
        model: name that the edges carry.
        wanted: ``source``, ``target``, ``score`` and, for ``LIKELY``, ``relation``, for ``RECOMMENDED``, ``rank``, by
            table of edges. A table of edges that is left out loses all that the model concluded.

    Raises:
        GraphStoreError: a table is not one of conclusions, a column is missing, an end does not exist, or the store
            refused.
    """
    tables = conclusion_tables()
    for key in wanted:
        if key not in tables:
            raise GraphStoreError(
                f"{key} holds no conclusions; there are: {', '.join(map(str, tables))}. Keep others in a file."
            )
    ready = {key: _with_model(table, key, model) for key, table in wanted.items()}
    edges = removed = 0
    for key in tables:
        table = ready.get(key, edge_schema(key).empty_table())
        removed += _remove_others(store, key, table, model)
        if table.num_rows:
            edges += store.load_edges(key, _sorted(table, key))
    return Written(edges, removed)


def remove_conclusions(store: GraphStore, model: str) -> int:
    """Remove all that a model concluded; give how many edges there were.

    Raises:
        GraphStoreError: the store refused.
    """
    return write_conclusions(store, model, {}).removed


def conclusion_tables() -> tuple[EdgeKey, ...]:
    """Give the tables of edges that hold conclusions of models."""
    return tuple(key for key in edge_tables() if key.type in CONCLUSIONS)


def _with_model(table: pa.Table, key: EdgeKey, model: str) -> pa.Table:
    schema = edge_schema(key)
    needed = [name for name in schema.names if name != "model"]
    if missing := [name for name in needed if name not in table.column_names]:
        raise GraphStoreError(f'Conclusions {key} need a column "{missing[0]}"; they have: {table.column_names}')
    named = table.select(needed).append_column("model", pa.array([model] * table.num_rows, pa.string()))
    return named.select(schema.names).cast(schema)


def _remove_others(store: GraphStore, key: EdgeKey, wanted: pa.Table, model: str) -> int:
    """Remove the edges of the model that are not wanted."""
    names = ", ".join(f'"{name}"' for name in edge_key_columns(key))
    there = pa.RecordBatchReader.from_batches(edge_schema(key), store.edges(key))
    with duckdb.connect() as connection:
        connection.register("there", there)
        connection.register("wanted", wanted)
        gone = connection.sql(
            f"SELECT {names} FROM (SELECT * FROM there WHERE model = $model) ANTI JOIN wanted USING ({names})",
            params={"model": model},
        ).to_arrow_table()
    return store.delete_edges(key, gone.to_batches(max_chunksize=limit("batch_rows"))) if gone.num_rows else 0


def _sorted(table: pa.Table, key: EdgeKey) -> Iterator[pa.RecordBatch]:
    """Give the rows in the order in which a store takes them fastest."""
    order = [(name, "ascending") for name in edge_key_columns(key)]
    yield from table.sort_by(order).to_batches(max_chunksize=limit("batch_rows"))
