"""Tables of the embedded engine, made from the schema."""

from __future__ import annotations

from collections.abc import Iterator

from kg.schema import EDGE_TYPES, NODE_TYPES, Property, PropertyType

_TYPES: dict[PropertyType, str] = {
    PropertyType.STRING: "STRING",
    PropertyType.DOUBLE: "DOUBLE",
    PropertyType.INT64: "INT64",
    PropertyType.BOOL: "BOOL",
    PropertyType.TIMESTAMP: "TIMESTAMP",
}


def create_statements() -> Iterator[str]:
    """Give the statements that make every table that does not exist yet."""
    for node in NODE_TYPES:
        columns = ", ".join(["`id` STRING PRIMARY KEY", *map(_column, node.properties)])
        yield f"CREATE NODE TABLE IF NOT EXISTS `{node.label}`({columns})"
    for edge in EDGE_TYPES:
        pairs = [f"FROM `{source}` TO `{target}`" for source, target in edge.pairs]
        yield f"CREATE REL TABLE IF NOT EXISTS `{edge.name}`({', '.join([*pairs, *map(_column, edge.properties)])})"


def drop_statements() -> Iterator[str]:
    """Give the statements that drop every table, edges first."""
    for name in (*(edge.name for edge in EDGE_TYPES), *(node.label for node in NODE_TYPES)):
        yield f"DROP TABLE IF EXISTS `{name}`"


def _column(column: Property) -> str:
    return f"`{column.name}` {_TYPES[column.type]}"
