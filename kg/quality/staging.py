"""Staging: records are checked in batches and the sound ones written to one Parquet file for each table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from kg.limits import limit
from kg.quality.quarantine import Quarantine, raw_values
from kg.quality.report import QualityReport, TableReport
from kg.quality.rows import check_rows
from kg.quality.rules import Problem
from kg.records import Record, Reject
from kg.tables import TABLES, Table

_MOST_CHARACTERS = 64 * 1024**2  # of long values waiting to be checked
_LONG = frozenset({"products", "reviews", "users"})


class TableWriter:
    """Writes one table's Parquet file in batches; the file is made by the first batch."""

    def __init__(self, path: Path, table: Table) -> None:
        self.path = path
        self._table = table
        self._writer: pq.ParquetWriter | None = None

    def write(self, rows: pa.Table | pa.RecordBatch) -> None:
        """Append rows."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, self._table.arrow, compression="zstd", compression_level=1)
        if rows.num_rows:
            self._writer.write(rows)

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


class Stager:
    """Takes records and rejects as they come, and checks and writes them in batches.

    Tables are checked together, and what is wrong is reported in the order of the stream, so that a strict import
    stops at the first bad row.

    Args:
        folder: where the staged Parquet files go.
        quarantine: for what is set aside.
        report: counts what is read and set aside.
        base: folder from which relative paths of images are.
    """

    def __init__(self, folder: Path, quarantine: Quarantine, report: QualityReport, *, base: Path | None) -> None:
        self._folder = folder
        self._quarantine = quarantine
        self._report = report
        self._base = base
        self._waiting: dict[str, list[Record]] = {}
        self._places: dict[str, list[int]] = {}
        self._rejects: list[tuple[int, Reject]] = []
        self._writers: dict[str, TableWriter] = {}

    def __enter__(self) -> Stager:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()

    def take(self, records: Iterable[Record | Reject]) -> None:
        """Check and write everything.

        Raises:
            StrictInputError: a row breaks a rule and the import is strict.
        """
        most = limit("batch_rows")
        characters = 0
        for place, record in enumerate(records):
            if isinstance(record, Reject):
                self._rejects.append((place, record))
            else:
                table = record.table
                if table not in self._waiting:
                    self._waiting[table], self._places[table] = [], []
                self._waiting[table].append(record)
                self._places[table].append(place)
                if table in _LONG:
                    characters += _length(record)
            if place % most == most - 1 or characters > _MOST_CHARACTERS:
                self._flush()
                characters = 0
        self._flush()

    def _flush(self) -> None:
        found: list[tuple[int, str, int, str | None, Problem, str]] = []
        for place, reject in self._rejects:
            self._report.unreadable[reject.code] += 1
            found.append((place, reject.file, reject.line, None, Problem(reject.code, reject.reason), reject.raw))
        for name, records in self._waiting.items():
            if not records:
                continue
            table = TABLES[name]
            counts = self._report.tables.setdefault(name, TableReport())
            counts.read += len(records)
            checked = check_rows(table, records, base=self._base)
            self._report.currencies.update(checked.currencies)
            for row, problem in checked.problems.items():
                counts.quarantined[problem.code] += 1
                record = records[row]
                raw = raw_values(record.values)
                found.append((self._places[name][row], record.file, record.line, name, problem, raw))
            writer = self._writers.get(name)
            if writer is None:
                writer = self._writers[name] = TableWriter(self._folder / f"{name}.parquet", table)
            writer.write(checked.rows)
        found.sort(key=lambda problem: problem[0])
        for _, file, line, of_table, problem, raw in found:
            self._quarantine.add(file=file, line=line, table=of_table, problem=problem, raw=raw)
        self._rejects.clear()
        for name in self._waiting:
            self._waiting[name] = []
            self._places[name] = []


def _length(record: Record) -> int:
    """Give about how many characters a record holds."""
    size = 0
    for value in record.values.values():
        if isinstance(value, str):
            size += len(value)
        elif isinstance(value, list):
            size += sum(len(item) if isinstance(item, str) else 64 for item in value)
    return size
