"""Reading separated text (CSV, TSV) as a stream, with line numbers, and with stray quotes that harm one line only."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kg.errors import InputError
from kg.limits import limit
from kg.records import Reject
from kg.sources.files import TO_UTF8, Line, read_lines

_MOST_LINES = 1_000  # of one quoted record; an opening quote without a partner would else swallow the file
_SEPARATORS = (",", "\t", ";")


class Row(NamedTuple):
    """One record of a separated file.

    Attributes:
        line: on which it begins, from 1.
        cells: one for each column of the header.
    """

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A separated file that is being read.

    Attributes:
        columns: the header, trimmed.
        rows: its records and rejects, streamed.
    """

    columns: list[str]
    rows: Iterator[Row | Reject]


def read_sheet(path: Path, *, name: str) -> Sheet:
    """Open a separated file; the separator (comma, tab, semicolon) is the one its header holds most.

    Raises:
        InputError: the file is empty or unreadable, or its header is, or names a column twice.
    """
    lines = _Lines(read_lines(path, name=name))
    first = next((line for line in lines if isinstance(line, Reject) or line.text.strip()), None)
    if first is None:
        raise InputError(f"{name} holds only blank lines; its first line must name the columns.")
    if isinstance(first, Reject):
        mend = f" {TO_UTF8}" if first.code == "ENCODING" else ""
        raise InputError(f"{name}:{first.line}: the line that names the columns cannot be read: {first.reason}.{mend}")
    separator = max(_SEPARATORS, key=first.text.count)
    header = _record(first, lines, separator=separator, width=None, name=name)
    if isinstance(header, Reject):
        raise InputError(f"{name}:{first.number}: the line that names the columns cannot be read: {header.reason}.")
    columns = [cell.strip() for cell in header.cells]
    twice = next((column for i, column in enumerate(columns) if column in columns[:i]), None)
    if twice is not None:
        raise InputError(f'{name}:{first.number} names the column "{twice}" twice. Rename one of them.')
    return Sheet(columns, _rows(lines, separator=separator, width=len(columns), name=name))


class _Lines:
    """Lines that can be put back."""

    def __init__(self, lines: Iterator[Line | Reject]) -> None:
        self._lines = lines
        self._back: deque[Line | Reject] = deque()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> Line | Reject:
        return self._back.popleft() if self._back else next(self._lines)

    def put_back(self, lines: list[Line | Reject]) -> None:
        self._back.extendleft(reversed(lines))


def _rows(lines: _Lines, *, separator: str, width: int, name: str) -> Iterator[Row | Reject]:
    for line in lines:
        if isinstance(line, Reject):
            yield line
        elif line.text.strip():
            yield _record(line, lines, separator=separator, width=width, name=name)


def _record(first: Line, lines: _Lines, *, separator: str, width: int | None, name: str) -> Row | Reject:
    if '"' not in first.text:
        taken: list[Line | Reject] = [first]
        cells = first.text.split(separator)
    else:
        taken = [first]
        try:
            cells = _quoted(first, lines, taken=taken, separator=separator)
        except csv.Error as error:
            return _stray(first, lines, taken=taken, name=name, reason=f"the quotes do not match ({error})")
    if width is not None and len(cells) != width:
        reason = f"it has {len(cells)} fields where the header has {width}"
        return _stray(first, lines, taken=taken, name=name, reason=reason)
    return Row(first.number, cells)


def _quoted(first: Line, lines: _Lines, *, taken: list[Line | Reject], separator: str) -> list[str]:
    """Parse one record that holds quotes, taking further lines while a quote is open."""

    def feed() -> Iterator[str]:
        yield first.text + "\n"
        size = len(first.text)
        while len(taken) < _MOST_LINES and size <= longest:
            line = next(lines, None)
            if line is None:
                return
            taken.append(line)
            if isinstance(line, Reject):
                return
            size += len(line.text)
            yield line.text + "\n"

    longest = limit("line_bytes")
    if csv.field_size_limit() < 2 * longest:
        csv.field_size_limit(2 * longest)
    return next(csv.reader(feed(), delimiter=separator, strict=True))


def _stray(first: Line, lines: _Lines, *, taken: list[Line | Reject], name: str, reason: str) -> Reject:
    # Only the first line is given up: those after it may be sound records that a stray quote ran into.
    lines.put_back(taken[1:])
    return Reject(name, first.number, "MALFORMED", reason, first.text[: limit("quarantine_raw_characters")])
