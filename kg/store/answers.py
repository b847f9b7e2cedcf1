"""Answers of both engines in one form, so that the same query gives the same rows on either.

Whole numbers are ``int64``, other numbers ``double``, instants ``timestamp[ms, UTC]``. A node is a struct of ``_label``
and its properties, a relationship one of ``_type`` and its properties; properties that no row has are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import pyarrow as pa

from kg.errors import QueryError
from kg.store.protocol import QueryLimits

INSTANT = pa.timestamp("ms", tz="UTC")


class Gathered:
    """How much of an answer has been read, so that reading ends where a bound is reached and not after it.

    Args:
        bounds: of the query; rows and bytes are kept to.
    """

    def __init__(self, bounds: QueryLimits) -> None:
        self._bounds = bounds
        self._rows = self._bytes = 0

    def add(self, row: Iterable[object]) -> None:
        """Count one more row.

        Raises:
            QueryError: the answer is longer or larger than it may be.
        """
        self._rows += 1
        if self._bounds.rows is not None:
            check_rows(self._rows, self._bounds.rows)
        if self._bounds.bytes is not None:
            self._bytes += sum(map(_size, row))
            if self._bytes > self._bounds.bytes:
                raise QueryError(
                    f"The answer is larger than {self._bounds.bytes / 2**20:,.4g} MiB; ask for fewer columns or rows"
                )


def check_rows(number: int, most: int) -> None:
    """Raise ``QueryError`` where an answer has more rows than it may."""
    if number > most:
        raise QueryError(f"The query gives more than {most:,} rows; add a LIMIT, or raise the limit")


def _size(value: object) -> int:
    """Give about how many bytes a value takes, as a column of Arrow would hold it."""
    if isinstance(value, (str, bytes)):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(_size, value.values()))
    if isinstance(value, (list, tuple)):
        return 8 + sum(map(_size, value))
    return 8


def column_of(values: Sequence[object], name: str) -> pa.Array:
    """Make a column of Python values.

    Raises:
        QueryError: the values are of types that have no common one.
    """
    try:
        return same_types(pa.array(values))
    except pa.ArrowException as error:
        raise QueryError(
            f'The column "{name}" mixes types; convert it, for example with toString(): {error}'
        ) from error


def same_types(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Cast a column to the type that both engines' answers share."""
    kind = column.type
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0):
        return column.cast(pa.int64())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_timestamp(kind):
        return instants(column)
    return column


def instants(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Cast timestamps to milliseconds in UTC; those without a zone are in UTC already."""
    return column.cast(pa.timestamp("ms", tz=column.type.tz), safe=False).cast(INSTANT)


def as_utc(value: datetime) -> datetime:
    """Give the instant in UTC; one without a zone is in UTC already."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
