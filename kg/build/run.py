"""The build: load what the tables name, take out what they no longer name, count."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from kg.build.mapping import EDGE_ROWS, NODE_ROWS
from kg.build.prune import prune_edges, prune_nodes
from kg.build.report import BuildReport, Progress
from kg.build.tables import open_tables
from kg.errors import GraphStoreError
from kg.limits import limit
from kg.store.protocol import EdgeKey, GraphStore
from kg.store.rows import edge_key_columns


def build(tables: Path, store: GraphStore, *, progress: Progress | None = None) -> BuildReport:
    """Make the graph in ``store`` hold what the clean tables say, and what the system inferred from it earlier.

    It may be stopped at any point and run again, and repeating it changes nothing. Rows that are new are added, rows
    that changed are updated, and what the tables no longer name is removed; memory stays bounded.

    Args:
        tables: folder with ``<table>.parquet``, as ``kg.quality`` writes it.
        store: open for writing.
        progress: called as rows are loaded.

    Raises:
        InputError: the tables are missing, or name products or customers they do not hold.
        GraphStoreError: the store refused, or holds other numbers at the end than the tables say.
    """
    start = time.monotonic()
    report = BuildReport()
    with open_tables(tables) as connection:
        store.create_schema()
        expected_nodes = {label: _count(connection, rows, ("id",)) for label, rows in NODE_ROWS.items()}
        expected_edges = {key: _count(connection, rows, edge_key_columns(key)) for key, rows in EDGE_ROWS.items()}
        for label, rows in NODE_ROWS.items():
            if expected_nodes[label]:
                store.load_nodes(label, _batches(connection, rows, ("id",), label, expected_nodes[label], progress))
        for key, rows in EDGE_ROWS.items():
            if expected_edges[key]:
                order = edge_key_columns(key)
                store.load_edges(key, _batches(connection, rows, order, key.type, expected_edges[key], progress))
        edges, nodes = store.edge_counts(), store.node_counts()
        for key, rows in EDGE_ROWS.items():
            if edges[key] > expected_edges[key]:
                removed, kept = prune_edges(connection, store, key, rows)
                expected_edges[key] += kept
                if removed:
                    report.removed_edges[key] = removed
        for label, rows in NODE_ROWS.items():
            if nodes[label] > expected_nodes[label]:
                removed, kept = prune_nodes(connection, store, label, rows)
                expected_nodes[label] += kept
                if removed:
                    report.removed_nodes[label] = removed
    report.nodes, report.edges = store.node_counts(), store.edge_counts()
    _check(expected_nodes, report.nodes)
    _check(expected_edges, report.edges)
    report.seconds = time.monotonic() - start
    return report


def _count(connection: duckdb.DuckDBPyConnection, rows: str, key: tuple[str, ...]) -> int:
    columns = ", ".join(f'"{name}"' for name in key)
    [(number,)] = connection.sql(f"SELECT count(*) FROM (SELECT DISTINCT {columns} FROM ({rows}))").fetchall()
    return int(number)


def _batches(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    order: tuple[str, ...],
    what: str,
    total: int,
    progress: Progress | None,
) -> Iterator[pa.RecordBatch]:
    """Stream rows in the order that lets a store load them without looking for each."""
    columns = ", ".join(f'"{name}"' for name in order)
    done = 0
    relation = connection.sql(f"SELECT * FROM ({rows}) ORDER BY {columns}")
    for batch in relation.to_arrow_reader(limit("batch_rows")):
        yield batch
        done += batch.num_rows
        if progress is not None:
            progress(what, done, total)


def _check(expected: dict[str, int] | dict[EdgeKey, int], found: dict[str, int] | dict[EdgeKey, int]) -> None:
    for what, number in expected.items():
        if found[what] != number:  # type: ignore[index]
            raise GraphStoreError(
                f"The tables name {number:,} {what}, the graph holds {found[what]:,}. "  # type: ignore[index]
                "Run the build again, and make sure that nothing else writes the graph meanwhile"
            )
