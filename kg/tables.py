"""The input tables: what every reader gives, whatever the format of the files it reads.

One row of a table is one record. The tables and their columns, which are also the columns of a shop's own files in
the format ``tables``, are declared once here; readers, quality rules, the Parquet files and the docs follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pyarrow as pa


class ColumnType(StrEnum):
    """Type of a column, named as in the docs."""

    STRING = "string"
    TEXT = "text"  # long string
    ID = "id"  # non-empty string
    DOUBLE = "double"
    INT64 = "int64"
    BOOL = "bool"
    TIMESTAMP = "timestamp"  # instant in UTC, milliseconds since 1970 in a record
    STRINGS = "strings"  # list of strings
    PAIRS = "pairs"  # list of (name, value)


_ARROW: dict[ColumnType, pa.DataType] = {
    ColumnType.STRING: pa.string(),
    ColumnType.TEXT: pa.string(),
    ColumnType.ID: pa.string(),
    ColumnType.DOUBLE: pa.float64(),
    ColumnType.INT64: pa.int64(),
    ColumnType.BOOL: pa.bool_(),
    ColumnType.TIMESTAMP: pa.timestamp("ms", tz="UTC"),
    ColumnType.STRINGS: pa.list_(pa.string()),
    ColumnType.PAIRS: pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())])),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an input table.

    Attributes:
        name: of the column.
        type: what it holds.
        doc: one line for the docs.
        required: a row without it is rejected.
        choices: the values allowed, in lower case; empty for any.
    """

    name: str
    type: ColumnType
    doc: str
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def arrow(self) -> pa.DataType:
        """Arrow type of the column in the Parquet file."""
        return _ARROW[self.type]


@dataclass(frozen=True, slots=True)
class Table:
    """One input table.

    Attributes:
        name: of the table, and of its file in the format ``tables``.
        columns: in order.
        key: columns whose values together may stand only once.
        references: column -> table whose ``id`` it must name, where the input has that table.
        doc: one line for the docs.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    doc: str
    references: Mapping[str, str] = field(default_factory=dict)

    @property
    def arrow(self) -> pa.Schema:
        """Arrow schema of the clean table: its columns, then ``_file`` and ``_line``, where a row came from."""
        own = [pa.field(column.name, column.arrow) for column in self.columns]
        return pa.schema([*own, pa.field("_file", pa.string()), pa.field("_line", pa.int64())])

    def column(self, name: str) -> Column | None:
        """Give the column called ``name``, or None."""
        return next((column for column in self.columns if column.name == name), None)


def _c(name: str, kind: str, doc: str, *, required: bool = False, choices: tuple[str, ...] = ()) -> Column:
    return Column(name, ColumnType(kind), doc, required=required, choices=choices)


KINDS: tuple[str, ...] = ("viewed", "clicked", "carted", "purchased", "rated", "liked", "disliked", "dismissed")
RELATIONS: tuple[str, ...] = ("also_bought", "also_viewed", "bought_together", "complements", "substitutes")
SPLITS: tuple[str, ...] = ("train", "validation", "test")

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "products",
            (
                _c("id", "id", "Id of the product.", required=True),
                _c("title", "string", "Title."),
                _c("title_zh", "string", "Chinese title."),
                _c("description", "text", "Description."),
                _c("description_zh", "text", "Chinese description."),
                _c("brand", "string", "Brand."),
                _c("categories", "strings", 'Categories; " > " parts the steps of a path, from wide to narrow.'),
                _c(
                    "price",
                    "double",
                    "Price in the shop's currency, zero or more; `$9.99`, `9,50 €` and `199元` are understood.",
                ),
                _c(
                    "in_stock",
                    "bool",
                    "It can be bought now; a count, or words such as `out of stock` and `有货`, will do.",
                ),
                _c("in_catalogue", "bool", "The shop sells it (default true); false for products only linked to."),
                _c("released", "timestamp", "When it came into the shop."),
                _c("attributes", "pairs", "Attributes; in CSV, every further column is one."),
            ),
            key=("id",),
            doc="What the shop sells.",
        ),
        Table(
            "users",
            (
                _c("id", "id", "Id of the customer.", required=True),
                _c("name", "string", "Name to show."),
                _c("attributes", "pairs", "Attributes; in CSV, every further column is one."),
            ),
            key=("id",),
            doc="Customers. Where there is no such table, they are those of interactions and reviews.",
        ),
        Table(
            "interactions",
            (
                _c("user_id", "id", "Who.", required=True),
                _c("product_id", "id", "What.", required=True),
                _c("kind", "string", "What happened (default purchased).", choices=KINDS),
                _c("value", "double", "Stars, quantity or another strength."),
                _c("at", "timestamp", "When."),
                _c("split", "string", "A split that came with the data.", choices=SPLITS),
            ),
            key=("user_id", "product_id", "kind", "at"),
            doc="What customers did.",
            references={"user_id": "users", "product_id": "products"},
        ),
        Table(
            "reviews",
            (
                _c("id", "id", "Id of the review; made from its contents where there is none.", required=True),
                _c("user_id", "id", "Who wrote it."),
                _c("product_id", "id", "What it is about.", required=True),
                _c("title", "string", "Headline."),
                _c("text", "text", "Text."),
                _c("rating", "double", "Stars."),
                _c("at", "timestamp", "When it was written."),
                _c("language", "string", "ISO 639-1 code."),
            ),
            key=("id",),
            doc="Reviews. A review with a user and a rating is also an interaction of kind rated.",
            references={"user_id": "users", "product_id": "products"},
        ),
        Table(
            "images",
            (
                _c("id", "id", "Id of the picture; its path where there is none.", required=True),
                _c("product_id", "id", "What it shows.", required=True),
                _c("path", "string", "File, absolute or from the folder of the table."),
                _c("caption", "string", "Caption, where there is one."),
            ),
            key=("id",),
            doc="Product photos.",
            references={"product_id": "products"},
        ),
        Table(
            "links",
            (
                _c("product_id", "id", "From.", required=True),
                _c("relation", "string", "How they are related.", required=True, choices=RELATIONS),
                _c("other_id", "id", "To.", required=True),
                _c("weight", "double", "Strength, where there is one."),
            ),
            key=("product_id", "relation", "other_id"),
            doc="Links between products.",
            references={"product_id": "products", "other_id": "products"},
        ),
        Table(
            "triples",
            (
                _c("head", "id", "Id of the head.", required=True),
                _c("relation", "string", "Name of the relation.", required=True),
                _c("tail", "id", "Id of the tail.", required=True),
                _c("head_type", "string", 'Type of the head: "product" for one of the products, else any word.'),
                _c("tail_type", "string", 'Type of the tail: "product" for one of the products, else any word.'),
            ),
            key=("head", "relation", "tail"),
            doc="Generic triples: further knowledge about products and other things.",
        ),
    )
}
