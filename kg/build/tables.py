"""The clean tables as DuckDB sees them: the Parquet files, streamed, with sorting spilled to disk."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kg.build.mapping import REFERENCES, VIEWS
from kg.errors import InputError
from kg.limits import limit
from kg.tables import TABLES

_RUN_IMPORT = "Run the import again: shopgraph import"


@contextlib.contextmanager
def open_tables(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the clean tables of a folder; a table without a file is empty.

    Raises:
        InputError: there is none of the tables, one lacks a column that it must have, or names a product or customer
            that the others lack.
    """
    if not any((folder / f"{name}.parquet").is_file() for name in TABLES):
        raise InputError(f"There are no clean tables in {folder}. {_RUN_IMPORT}")
    with tempfile.TemporaryDirectory(prefix="shopgraph-build-") as scratch, duckdb.connect() as connection:
        connection.execute("SET temp_directory = ?", [scratch])
        connection.execute("SET memory_limit = ?", [f"{limit('build_memory_bytes')}B"])
        connection.execute("SET TimeZone = 'UTC'")
        for name in TABLES:
            _open_table(connection, name, folder / f"{name}.parquet")
        for view in VIEWS:
            connection.execute(view)
        _check_references(connection)
        yield connection


def _open_table(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    schema = TABLES[name].arrow
    if not path.is_file():
        connection.from_arrow(schema.empty_table()).create(name)
        return
    try:
        present = pq.read_schema(path).names
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path} is no Parquet file: {error}. {_RUN_IMPORT}") from error
    empty = connection.from_arrow(schema.empty_table())
    columns = []
    for column, kind in zip(empty.columns, empty.types, strict=True):
        spec = TABLES[name].column(column)
        if column not in present and spec is not None and spec.required:
            raise InputError(f'{path} has no column "{column}". {_RUN_IMPORT}')
        value = f'"{column}"' if column in present else "NULL"
        columns.append(f'CAST({value} AS {kind}) AS "{column}"')
    file = str(path).replace("'", "''")
    connection.execute(f"CREATE TEMP VIEW {name} AS SELECT {', '.join(columns)} FROM read_parquet('{file}')")


def _check_references(connection: duckdb.DuckDBPyConnection) -> None:
    for table, column, other in REFERENCES:
        _check(connection, f"{table}.{column}", f"SELECT {column} AS id FROM {table}", other)
    for end in ("head", "tail"):
        rows = f"SELECT {end} AS id FROM typed_triples WHERE {end}_label = 'Product'"
        _check(connection, f"triples.{end}", rows, "products")


def _check(connection: duckdb.DuckDBPyConnection, where: str, rows: str, other: str) -> None:
    [(number, first)] = connection.sql(
        f"SELECT count(DISTINCT id), min(id) FROM ({rows}) named ANTI JOIN {other} USING (id) WHERE id IS NOT NULL"
    ).fetchall()
    if number:
        raise InputError(
            f'{where} names {number:,} ids that {other}.parquet does not have, the first is "{first}". {_RUN_IMPORT}'
        )
