"""Reading Parquet files row by row, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kg.errors import InputError
from kg.records import Reject
from kg.sources.jsonlines import JsonRow
from kg.sources.progress import count_bytes

_BATCH_ROWS = 4_096


def is_parquet(path: Path) -> bool:
    """Tell a Parquet file by its first bytes or, where they are damaged, by its name."""
    try:
        with path.open("rb") as handle:
            return handle.read(4) == b"PAR1" or path.suffix.lower() == ".parquet"
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def parquet_columns(path: Path) -> list[str]:
    """Give the names of the columns.

    Raises:
        InputError: it is no readable Parquet file.
    """
    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a readable Parquet file ({_short(error)}). Write it again.") from error


def read_parquet(path: Path) -> Iterator[JsonRow | Reject]:
    """Stream the rows as objects, numbered from 1; instants become milliseconds since 1970.

    A damaged file gives the rows before the damage, then a reject.
    """
    number = 0
    size = path.stat().st_size
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            total = max(1, file.metadata.num_rows)
            for batch in file.iter_batches(batch_size=_BATCH_ROWS):
                count_bytes(size * batch.num_rows // total)
                columns = {name: _values(batch.column(place)) for place, name in enumerate(batch.schema.names)}
                for place in range(batch.num_rows):
                    number += 1
                    yield JsonRow(number, {name: values[place] for name, values in columns.items()}, "")
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        reason = f"the Parquet file is damaged from here on ({_short(error)}); the rows before are kept"
        yield Reject(path.name, number + 1, "TRUNCATED", reason, "")


def _values(column: pa.Array) -> list[object]:
    if pa.types.is_timestamp(column.type):
        # Nanoseconds and years beyond Python's dates have no datetime; milliseconds always do.
        column = pc.cast(pc.cast(column, pa.timestamp("ms", tz=column.type.tz), safe=False), pa.int64())
    elif pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    values: list[object] = column.to_pylist()
    return values


def _short(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:200]
