"""Checking one column of a batch of rows: whole columns at once where they are sound, values one by one where not."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kg.limits import limit
from kg.quality.rules import Problem
from kg.quality.values import (
    MILLISECONDS_FROM,
    RefusedError,
    shown,
    to_bool,
    to_double,
    to_instant,
    to_pairs,
    to_strings,
    to_text,
    to_whole,
)
from kg.tables import Column, ColumnType

_YEAR_MS = 366 * 24 * 3600 * 1000
_NONE = type(None)


class Checked(NamedTuple):
    """A converted column.

    Attributes:
        array: of the column's Arrow type, one value for each row, null where there is a problem.
        problems: row of the batch -> what is wrong with its value.
    """

    array: pa.Array
    problems: dict[int, Problem]


_SHORTENED = r"^\d(\.\d+)?[eE]\+\d{2,}$"
"""How spreadsheets write long numbers: 6.8E+11."""
_PLAIN: dict[ColumnType, set[type]] = {ColumnType.DOUBLE: {int, float, _NONE}, ColumnType.BOOL: {bool, _NONE}}
"""Types of values of which whole columns are converted at once."""


def check_column(column: Column, values: list[object], convert: Callable[[object], object] | None = None) -> Checked:
    """Convert the values of one column of a batch, and find those that break a rule.

    Args:
        column: of the table.
        values: one for each row.
        convert: how a value is read where not all are plain; by default as the column's type is.
    """
    if convert is not None and not _kinds(values) <= _PLAIN[column.type]:
        checked = _each(column, values, convert)
    else:
        checked = _CONVERTERS[column.type](column, values)
    if column.required:
        _add(checked, pc.is_null(checked.array), "MISSING_VALUE", lambda row: f'"{column.name}" is missing')
    return checked


def _add(checked: Checked, mask: pa.Array, code: str, reason: Callable[[int], str]) -> None:
    """Note a problem for every row of the mask that has none yet."""
    for row in _rows(mask):
        if row not in checked.problems:
            checked.problems[row] = Problem(code, reason(row))


def _rows(mask: pa.Array) -> list[int]:
    flags: npt.NDArray[np.bool_] = pc.fill_null(mask, False).to_numpy(zero_copy_only=False)
    rows: list[int] = np.flatnonzero(flags).tolist()
    return rows


def _each(column: Column, values: Sequence[object], convert: Callable[[object], object]) -> Checked:
    """Convert value by value, in Python."""
    converted: list[object] = []
    problems: dict[int, Problem] = {}
    for row, value in enumerate(values):
        if value is None:
            converted.append(None)
            continue
        try:
            converted.append(convert(value))
        except RefusedError as error:
            converted.append(None)
            problems[row] = Problem(error.problem.code, f'"{column.name}": {error.problem.reason}')
    return Checked(pa.array(converted, column.arrow), problems)


def _kinds(values: list[object]) -> set[type]:
    return set(map(type, values))


def _strings(column: Column, values: list[object]) -> Checked:
    checked = None
    if _kinds(values) <= {str, _NONE}:
        with suppress(UnicodeEncodeError):  # a lone surrogate, found below
            checked = Checked(pa.array(values, pa.string()), {})
    if checked is None:
        checked = _each(column, values, to_text)
    array = checked.array
    if not pc.all(pc.string_is_ascii(array)).as_py():
        array = pc.utf8_normalize(array, form="NFC")
    array = pc.utf8_trim_whitespace(array)
    if column.choices:
        array = pc.utf8_lower(array)
    empty = pc.equal(array, "")
    if pc.any(empty).as_py():
        array = pc.if_else(empty, pa.scalar(None, pa.string()), array)
    checked = Checked(array, checked.problems)
    _add(checked, pc.match_substring(array, "\0"), "NULL_BYTE", lambda row: f'"{column.name}" holds a null byte')
    short = column.type is ColumnType.ID
    most = limit("id_characters" if short else "text_characters")
    _add(
        checked,
        pc.greater(pc.utf8_length(array), most),
        "ID_TOO_LONG" if short else "TEXT_TOO_LONG",
        lambda row: f'"{column.name}" has more than {most:,} characters',
    )
    if short:
        _add(
            checked,
            pc.match_substring_regex(array, _SHORTENED),
            "SHORTENED_ID",
            lambda row: f'"{column.name}" is {shown(array[row].as_py())}',
        )
    if column.choices:
        known = pc.or_(pc.is_in(array, value_set=pa.array(column.choices)), pc.is_null(array))
        choices = ", ".join(column.choices)
        _add(
            checked,
            pc.invert(known),
            "BAD_CHOICE",
            lambda row: f'"{column.name}" is {shown(array[row].as_py())}, not one of {choices}',
        )
    return checked


def _doubles(column: Column, values: list[object]) -> Checked:
    if _kinds(values) <= _PLAIN[ColumnType.DOUBLE]:
        try:
            checked = Checked(pa.array(values, pa.float64()), {})
        except (pa.ArrowException, OverflowError):
            return _each(column, values, to_double)  # whole numbers beyond 2^53
        unfit = pc.invert(pc.is_finite(checked.array))
        _add(checked, unfit, "NOT_A_NUMBER", lambda row: f'"{column.name}": {values[row]} is not a finite number')
        return checked
    return _each(column, values, to_double)


def _instants(column: Column, values: list[object]) -> Checked:
    plain = pa.int64()
    numbers = Column(column.name, ColumnType.INT64, column.doc)
    try:
        checked = Checked(pa.array(values, plain), {}) if _kinds(values) <= {int, _NONE} else None
    except (pa.ArrowException, OverflowError):
        checked = None
    if checked is None:
        checked = _each(numbers, values, to_instant)
        milliseconds = checked.array
    else:
        small = pc.and_(pc.less(checked.array, MILLISECONDS_FROM), pc.greater(checked.array, -MILLISECONDS_FROM))
        milliseconds = pc.if_else(small, pc.multiply(pc.if_else(small, checked.array, 0), 1000), checked.array)
    latest = int(time.time() * 1000) + _YEAR_MS
    outside = pc.or_(pc.less(milliseconds, 0), pc.greater(milliseconds, latest))
    _add(
        checked,
        outside,
        "BAD_DATE",
        lambda row: f'"{column.name}": {shown(values[row])} is before 1970 or more than a year from now',
    )
    inside = pc.if_else(outside, pa.scalar(None, plain), milliseconds)
    return Checked(inside.cast(column.arrow), checked.problems)


def _wholes(column: Column, values: list[object]) -> Checked:
    return _each(column, values, to_whole)


def _bools(column: Column, values: list[object]) -> Checked:
    if _kinds(values) <= _PLAIN[ColumnType.BOOL]:
        return Checked(pa.array(values, pa.bool_()), {})
    return _each(column, values, to_bool)


def _lists(column: Column, values: list[object]) -> Checked:
    return _each(column, values, to_strings)


def _pairs(column: Column, values: list[object]) -> Checked:
    def convert(value: object) -> list[dict[str, str]]:
        return [{"name": name, "value": content} for name, content in to_pairs(value)]

    return _each(column, values, convert)


_CONVERTERS: dict[ColumnType, Callable[[Column, list[object]], Checked]] = {
    ColumnType.STRING: _strings,
    ColumnType.TEXT: _strings,
    ColumnType.ID: _strings,
    ColumnType.DOUBLE: _doubles,
    ColumnType.INT64: _wholes,
    ColumnType.BOOL: _bools,
    ColumnType.TIMESTAMP: _instants,
    ColumnType.STRINGS: _lists,
    ColumnType.PAIRS: _pairs,
}
