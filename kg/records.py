"""What a reader gives: records of the input tables, and the lines it could not make into one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol


class Record(NamedTuple):
    """One row for one input table.

    Attributes:
        table: name of the table, a key of ``kg.tables.TABLES``.
        values: column -> value as read; checked and converted by ``kg.quality``. Absent columns are absent or None.
        file: the source file, from the source's folder.
        line: line (text formats, from 1) or row (Parquet, from 1) in ``file``.
    """

    table: str
    values: dict[str, Any]
    file: str
    line: int


class Reject(NamedTuple):
    """A line that could not be made into records.

    Attributes:
        file: the source file, from the source's folder.
        line: where in ``file``, from 1.
        code: of the quality rule it broke, a key of ``kg.quality.rules.RULES``.
        reason: what is wrong with this very line.
        raw: the line as far as it could be read.
    """

    file: str
    line: int
    code: str
    reason: str
    raw: str


class Look(NamedTuple):
    """What can be told of a shop's own files before they are read, each by the name of the file.

    Attributes:
        columns: heading -> the column that it is read as, where that has another name.
        attributes: headings that become attributes, for no column is called so.
        unread: files that no table is called as, which are passed over.
    """

    columns: Mapping[str, Mapping[str, str]] = {}
    attributes: Mapping[str, Sequence[str]] = {}
    unread: Sequence[str] = ()


class Reader(Protocol):
    """A format of input files. A new format is one new file in ``kg/sources`` and one entry in its registry.

    Attributes:
        name: as given to ``--format``.
        doc: one line for ``--help`` and the docs.
    """

    name: str
    doc: str

    def recognises(self, source: Path) -> bool:
        """Tell whether ``source`` looks like this format; never raises."""
        ...

    def read(self, source: Path) -> Iterator[Record | Reject]:
        """Stream every record of ``source``, in bounded memory, products and users before what refers to them.

        Raises:
            InputError: the source lacks a file the format cannot do without, or it is no such format.
        """
        ...
