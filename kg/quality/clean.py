"""The quality stage as a whole: a stream of records in, a folder of clean tables with quarantine and report out."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kg.errors import InputError
from kg.quality.implied import implied_products, implied_users
from kg.quality.quarantine import Quarantine, raw_values
from kg.quality.relations import database, find_rejects, rejects_in_order
from kg.quality.report import QualityReport, TableReport
from kg.quality.rules import Problem
from kg.quality.staging import Stager, TableWriter
from kg.records import Look, Record, Reject
from kg.tables import TABLES, Table

# What is referred to comes first.
_ORDER = ("users", "products", "interactions", "reviews", "images", "links", "triples")
_COMPLETED = frozenset({("links", "other_id")})  # these references get a row for what they name instead
_BATCH_ROWS = 65_536


def clean(
    records: Iterable[Record | Reject],
    *,
    out: Path,
    strict: bool = False,
    base: Path | None = None,
    source: str = "",
    format_name: str = "",
    seen: Look | None = None,
) -> QualityReport:
    """Check records and write the folder ``out``: ``TABLE.parquet``, ``quarantine.jsonl`` and ``report.json``.

    The rows of a table stand in the order of the input, implied ones after them by id, with ``_file`` and ``_line``
    empty. The folder is built beside and renamed at the end: it is there whole or not at all, and the same input gives
    the same bytes. Memory is bounded, whatever the size of the input.

    Args:
        records: from a reader.
        out: the folder; an earlier import in it is replaced.
        strict: stop at the first row that would be set aside.
        base: folder from which relative paths of images are; in the clean table they are absolute.
        source: noted in the report.
        format_name: noted in the report.
        seen: how files were understood; noted in the report.

    Raises:
        InputError: there is not one record, or ``out`` holds something other than an import.
        StrictInputError: a row breaks a rule and ``strict`` is set.
    """
    _check_replaceable(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    building = out.parent / f".{out.name}.building"
    shutil.rmtree(building, ignore_errors=True)
    staged = building / "staged"
    staged.mkdir(parents=True)
    report = QualityReport(source=source, format=format_name, seen=seen or Look())
    try:
        with Quarantine(building / "quarantine.jsonl", strict=strict) as quarantine:
            with Stager(staged, quarantine, report, base=base) as stager:
                stager.take(records)
            if not report.read:
                raise InputError(f"{source or 'The input'} holds no rows at all.")
            with database(building / "temporary") as connection:
                tables = _apply_table_rules(connection, staged, building, quarantine, report)
                _add_implied(connection, tables, building, report)
        report.check()
        shutil.rmtree(staged)
        shutil.rmtree(building / "temporary", ignore_errors=True)
        report.tables = {name: report.tables[name] for name in _ORDER if name in report.tables}
        report.write(building / "report.json")
        _replace(out, building)
    except (duckdb.Error, OSError) as error:
        raise InputError(f"The clean tables could not be written to {out}: {error}. Is there room?") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return report


def _check_replaceable(out: Path) -> None:
    if out.is_file():
        raise InputError(f"{out} is a file; give a folder for the clean tables.")
    if out.is_dir() and any(out.iterdir()) and not (out / "report.json").is_file():
        raise InputError(f"{out} holds files but no import (no report.json). Give another folder, or empty it.")


def _replace(out: Path, building: Path) -> None:
    """Put the finished folder in the place of ``out``."""
    old = out.parent / f".{out.name}.old"
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    building.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _apply_table_rules(
    connection: duckdb.DuckDBPyConnection, staged: Path, building: Path, quarantine: Quarantine, report: QualityReport
) -> dict[str, Path]:
    """Set aside rows that break a rule between rows; give the clean file of every table that has one."""
    tables: dict[str, Path] = {}
    for name in _ORDER:
        table, rows = TABLES[name], staged / f"{name}.parquet"
        if not rows.exists():
            continue
        known = {
            column: tables[other]
            for column, other in table.references.items()
            if other in tables and (name, column) not in _COMPLETED
        }
        tables[name] = building / f"{name}.parquet"
        if find_rejects(connection, table, rows, known):
            _split(connection, table, rows, tables[name], quarantine, report.tables[name])
        else:
            rows.rename(tables[name])
        report.tables[name].kept = pq.read_metadata(tables[name]).num_rows
    return tables


def _split(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    rows: Path,
    kept: Path,
    quarantine: Quarantine,
    counts: TableReport,
) -> None:
    """Write the staged rows that are not in the table ``rejects`` to ``kept``, the others to the quarantine."""
    rejects = rejects_in_order(connection)
    row, code, reason = next(rejects, (-1, "", ""))
    writer = TableWriter(kept, table)
    start = 0
    for batch in _batches(rows):
        mask = [True] * batch.num_rows
        while 0 <= row < start + batch.num_rows:
            mask[row - start] = False
            values = batch.slice(row - start, 1).to_pylist()[0]
            file, line = values.pop("_file"), values.pop("_line")
            counts.quarantined[code] += 1
            quarantine.add(
                file=file, line=line, table=table.name, problem=Problem(code, reason), raw=raw_values(values)
            )
            row, code, reason = next(rejects, (-1, "", ""))
        writer.write(batch.filter(pa.array(mask)) if not all(mask) else batch)
        start += batch.num_rows
    writer.close()


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path, pre_buffer=False) as file:
        yield from file.iter_batches(batch_size=_BATCH_ROWS)


def _add_implied(
    connection: duckdb.DuckDBPyConnection, tables: dict[str, Path], building: Path, report: QualityReport
) -> None:
    """Complete users and products by those that other tables name."""
    queries = {"products": implied_products(tables, products=tables.get("products"))}
    if "users" not in tables:
        queries["users"] = implied_users(tables)
    for name, sql in queries.items():
        if sql is None:
            continue
        found = connection.execute(sql)
        rows = found.fetchmany(_BATCH_ROWS)
        if not rows:
            continue
        counts = report.tables.setdefault(name, TableReport())
        completed = building / f"{name}.completed"
        writer = TableWriter(completed, TABLES[name])
        if name in tables:
            for batch in _batches(tables[name]):
                writer.write(batch)
        while rows:
            counts.implied += len(rows)
            writer.write(_stubs(TABLES[name], rows))
            rows = found.fetchmany(_BATCH_ROWS)
        writer.close()
        completed.replace(building / f"{name}.parquet")


def _stubs(table: Table, rows: list[tuple[object, ...]]) -> pa.Table:
    """Give rows that have an id and, for products, ``in_catalogue``."""
    given = {"id": [row[0] for row in rows]}
    if table.name == "products":
        given["in_catalogue"] = [row[1] for row in rows]
    arrays = [
        pa.array(given[field.name], field.type) if field.name in given else pa.nulls(len(rows), field.type)
        for field in table.arrow
    ]
    return pa.Table.from_arrays(arrays, schema=table.arrow)
