"""Answers of both engines in one form, so that the same query gives the same rows on either.

Whole numbers are ``int64``, other numbers ``double``, instants ``timestamp[ms, UTC]``. A node is a struct of ``_label``
and its properties, a relationship one of ``_type`` and its properties; properties that no row has are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa

from kg.errors import QueryError

INSTANT = pa.timestamp("ms", tz="UTC")


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
