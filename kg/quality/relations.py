"""Rules between rows and between tables, by DuckDB over the staged Parquet files: references and repeated keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from kg.tables import Table

_MEMORY = "768MB"


@contextmanager
def database(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty database that keeps to its memory by writing to ``folder``."""
    folder.mkdir(exist_ok=True)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "temp_directory": str(folder),
        "threads": 2,
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        yield connection


def parquet(path: Path) -> str:
    """Give the SQL that reads a Parquet file with the number of each row in it."""
    quoted = str(path).replace("'", "''")
    return f"read_parquet('{quoted}', file_row_number = true)"


def find_rejects(connection: duckdb.DuckDBPyConnection, table: Table, staged: Path, known: dict[str, Path]) -> int:
    """Fill the table ``rejects`` (row, code, reason) with the staged rows that break a rule between rows.

    References come first, so that a row which refers to nothing does not stand in the way of a later sound one.

    Args:
        connection: from ``database``.
        table: the table.
        staged: its staged file.
        known: column -> clean file whose ``id`` its values must be among.

    Returns:
        How many rows were found.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE rejects (row BIGINT, code VARCHAR, reason VARCHAR)")
    rows = parquet(staged)
    for column, others in known.items():
        connection.execute(
            f"""
            INSERT INTO rejects
            SELECT r.file_row_number, 'UNKNOWN_REFERENCE',
                   '"{column}" names "' || r.{column} || '", which is not among the {others.stem} kept'
            FROM {rows} r
            ANTI JOIN {parquet(others)} o ON r.{column} = o.id
            WHERE r.{column} IS NOT NULL AND r.file_row_number NOT IN (SELECT row FROM rejects)
            """
        )
    _find_repeated(connection, table, rows)
    return _count(connection, "rejects")


def _find_repeated(connection: duckdb.DuckDBPyConnection, table: Table, rows: str) -> None:
    """Add the rows whose key an earlier row has."""
    # First only hashes of the keys are counted, 16 bytes each; the keys themselves are looked at where hashes repeat.
    key = ", ".join(f'"{column}"' for column in table.key)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE suspects AS
        SELECT hash({key}) AS key_hash FROM {rows} GROUP BY key_hash HAVING count(*) > 1
        """
    )
    if not _count(connection, "suspects"):
        return
    contents = ", ".join(f'"{column.name}"' for column in table.columns)
    if table.key == ("id",):
        code = "CASE WHEN content = first_content THEN 'DUPLICATE_ID' ELSE 'CONFLICT' END"
        same = "the id"
    else:
        code, same = "'DUPLICATE'", f"the same {', '.join(table.key)}"
    connection.execute(
        f"""
        INSERT INTO rejects
        SELECT row, {code}, '{same} stands at ' || first_file || ':' || first_line || ' already'
        FROM (
            SELECT row, content,
                   first_value(content) OVER same_key AS first_content,
                   first_value(_file) OVER same_key AS first_file,
                   first_value(_line) OVER same_key AS first_line,
                   row_number() OVER same_key AS occurrence
            FROM (
                SELECT file_row_number AS row, hash({contents}) AS content, _file, _line, {key}
                FROM {rows} WHERE hash({key}) IN (SELECT key_hash FROM suspects)
                AND file_row_number NOT IN (SELECT row FROM rejects)
            )
            WINDOW same_key AS (PARTITION BY {key} ORDER BY row)
        )
        WHERE occurrence > 1
        """
    )


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found[0]) if found else 0


def rejects_in_order(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, str, str]]:
    """Stream (row, code, reason) of the table ``rejects`` by row."""
    found = connection.execute("SELECT row, code, reason FROM rejects ORDER BY row")
    while batch := found.fetchmany(10_000):
        yield from batch
