"""The ids that belong to the rows of a matrix: one for each line of a text, or a column of a CSV or Parquet file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kg.errors import InputError
from kg.limits import limit
from kg.records import Reject
from kg.sources.csvfile import read_sheet
from kg.sources.files import read_lines
from kg.sources.locate import nearest

_TOGETHER = 65_536
_SHEETS = (".csv", ".tsv")
_PARQUETS = (".parquet", ".pq")


def read_ids(path: Path, *, column: str) -> pa.StringArray:
    """Give the id of each row, in the order of the file, ``(n_rows,)``; null where there is none or it is too long.

    Args:
        path: ``.csv``, ``.tsv`` or ``.parquet`` with the ids in a column; any other file has an id on each line. Texts
            may be packed by gzip.
        column: of the ids; whole numbers are taken as their digits.

    Raises:
        InputError: the file is missing, damaged, or has no such column.
    """
    if not path.is_file():
        raise InputError(f"There is no file {path} with the ids.")
    suffix = path.with_suffix("").suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
    if suffix in _PARQUETS:
        return _from_parquet(path, column)
    return _joined(_from_sheet(path, column) if suffix in _SHEETS else _from_lines(path))


def _joined(ids: Iterator[str | None]) -> pa.StringArray:
    """Put ids together without a Python object for each of them at the same time."""
    parts, some = [], []
    for one in ids:
        some.append(one)
        if len(some) == _TOGETHER:
            parts.append(pa.array(some, pa.string()))
            some = []
    parts.append(pa.array(some, pa.string()))
    return pa.concat_arrays(parts)


def _from_lines(path: Path) -> Iterator[str | None]:
    blank = 0
    for line in read_lines(path, name=path.name):
        found = None if isinstance(line, Reject) else _id(line.text)
        if isinstance(line, Reject):
            _need_whole(path, line)
        elif not line.text.strip():
            blank += 1  # those at the end of the file are no rows
            continue
        yield from [None] * blank
        blank = 0
        yield found


def _from_sheet(path: Path, column: str) -> Iterator[str | None]:
    sheet = read_sheet(path, name=path.name)
    if column not in sheet.columns:
        raise _no_column(path, column, sheet.columns)
    place = sheet.columns.index(column)
    for row in sheet.rows:
        if isinstance(row, Reject):
            _need_whole(path, row)
        yield None if isinstance(row, Reject) else _id(row.cells[place])


def _need_whole(path: Path, line: Reject) -> None:
    """Take a bad line for a row without id, but refuse a file that breaks off: nobody knows how many rows it lost."""
    if line.code == "TRUNCATED":
        raise InputError(f"{path}:{line.line}: {line.reason}. Fetch or export the file again.")


def _id(text: str) -> str | None:
    trimmed = text.strip()
    return trimmed if 0 < len(trimmed) <= limit("id_characters") else None


def _from_parquet(path: Path, column: str) -> pa.StringArray:
    try:
        # As a dictionary a long string that is repeated a million times stays one string.
        with pq.ParquetFile(path, memory_map=True, read_dictionary=[column]) as file:
            if column not in file.schema_arrow.names:
                raise _no_column(path, column, file.schema_arrow.names)
            batches = file.iter_batches(batch_size=_TOGETHER, columns=[column], use_threads=False)
            parts = [_plain(path, column, batch.column(0)) for batch in batches]
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path} cannot be read as Parquet: {' '.join(str(error).split())[:300]}") from error
    return pa.concat_arrays(parts) if parts else pa.array([], pa.string())


def _plain(path: Path, column: str, found: pa.Array) -> pa.StringArray:
    if pa.types.is_dictionary(found.type):
        words = found.dictionary
        known = _plain(path, column, words)
        return known.take(found.indices)
    if pa.types.is_integer(found.type):
        return found.cast(pa.string())
    if not (pa.types.is_string(found.type) or pa.types.is_large_string(found.type)):
        raise InputError(f'The ids in the column "{column}" of {path} are of type {found.type}. Write them as strings.')
    trimmed = pc.utf8_trim_whitespace(found)
    length = pc.utf8_length(trimmed)
    fits = pc.and_(pc.greater(length, 0), pc.less_equal(length, limit("id_characters")))
    return pc.if_else(fits, trimmed, pa.scalar(None, trimmed.type)).cast(pa.string())


def _no_column(path: Path, column: str, columns: list[str]) -> InputError:
    return InputError(f'{path} has no column "{column}"; it has: {", ".join(columns)}.{nearest(column, columns)}')
