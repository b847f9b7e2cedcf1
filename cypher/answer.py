"""An answer: the rows, and what they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from cypher.errors import LibraryError
from cypher.query import Column, Kind, Picture, Query, Value, shown
from kg.store.answers import INSTANT

if TYPE_CHECKING:
    import pandas

_ARROW = {
    Kind.STRING: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.TIME: INSTANT,
    Kind.STRINGS: pa.list_(pa.string()),
}


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What the graph answered.

    Attributes:
        table: the rows; of a query of the library, columns and types are those its file names, also without rows.
        columns: what each column holds.
        picture: that suits it.
        title, title_zh: of the query; empty for a free one.
        query: its name in the library; None for a free one.
        parameters: with which it was asked, defaults among them.
        cypher: the text that the engine ran.
        seconds: that it took.
    """

    table: pa.Table
    columns: tuple[Column, ...]
    picture: Picture = field(default_factory=Picture)
    title: str = ""
    title_zh: str = ""
    query: str | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)
    cypher: str = ""
    seconds: float = 0.0

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def rows(self) -> list[dict[str, object]]:
        """Give the rows as Python values, instants as ``datetime``."""
        rows: list[dict[str, object]] = self.table.to_pylist()
        return rows

    def to_pandas(self) -> pandas.DataFrame:
        """Give the rows as a DataFrame; instants are ``datetime64[ms, UTC]``."""
        frame: pandas.DataFrame = self.table.to_pandas()
        return frame

    def as_dict(self) -> dict[str, object]:
        """Give all of it as it stands in JSON: instants as ISO 8601, numbers that JSON has not as null."""
        return {
            "query": self.query,
            "title": self.title,
            "title_zh": self.title_zh,
            "parameters": {name: shown(value) for name, value in self.parameters.items()},
            "columns": [one.as_dict() for one in self.columns],
            "picture": self.picture.as_dict(),
            "rows": [plain(row) for row in self.rows()],
            "cypher": self.cypher,
            "seconds": round(self.seconds, 6),
        }


def plain(value: object) -> object:
    """Give a value as JSON has it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(one) for one in value]
    if value is None or isinstance(value, (str, int)):
        return value
    return str(value)


def as_described(table: pa.Table, query: Query) -> pa.Table:
    """Give the columns the types that the query's file names.

    Raises:
        LibraryError: the answer has other columns, or values of other types.
    """
    names = [column.name for column in query.columns]
    if table.column_names != names:
        raise LibraryError(
            f'The query "{query.name}" answers with {", ".join(table.column_names)}; its header says {", ".join(names)}'
        )
    try:
        return table.cast(pa.schema([(column.name, _ARROW[column.kind]) for column in query.columns]))
    except pa.ArrowException as error:
        raise LibraryError(
            f'The query "{query.name}" answers with other types than its header says: {error}'
        ) from error


def described(table: pa.Table) -> tuple[Column, ...]:
    """Describe the columns of a free query's answer."""
    return tuple(Column(field_.name, _kind(field_.type), None, "", "") for field_ in table.schema)


def _kind(type_: pa.DataType) -> Kind:
    if pa.types.is_boolean(type_):
        return Kind.BOOLEAN
    if pa.types.is_integer(type_):
        return Kind.INTEGER
    if pa.types.is_floating(type_):
        return Kind.NUMBER
    if pa.types.is_timestamp(type_) or pa.types.is_date(type_):
        return Kind.TIME
    if pa.types.is_list(type_) and pa.types.is_string(type_.value_type):
        return Kind.STRINGS
    return Kind.STRING
