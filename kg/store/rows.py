"""Batches on their way into a store: checked against the schema, gathered, and freed of duplicates.

Both engines load the same way. Rows that are known to be new are inserted without a look-up, which is several times
faster; rows are known to be new while the table was empty at the start and their keys come strictly ascending, which
takes no memory to check, however many rows there are. On a server, which others may write at the same moment, an edge
is known to be new while its source has none of the kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.errors import GraphStoreError
from kg.schema import EDGES, NODES, Property, PropertyType
from kg.store.protocol import EdgeKey

ROW = "_row"
"""Column with the number of a row in its chunk."""

_ARROW: dict[PropertyType, pa.DataType] = {
    PropertyType.STRING: pa.string(),
    PropertyType.DOUBLE: pa.float64(),
    PropertyType.INT64: pa.int64(),
    PropertyType.BOOL: pa.bool_(),
    PropertyType.TIMESTAMP: pa.timestamp("ms", tz="UTC"),
}


def node_properties(label: str) -> tuple[Property, ...]:
    """Give the properties of a label, without ``id``; ``GraphStoreError`` for a label the schema does not know."""
    if label not in NODES:
        raise GraphStoreError(f'There is no node label "{label}" in the schema; there are: {", ".join(NODES)}')
    return NODES[label].properties


def edge_properties(key: EdgeKey) -> tuple[Property, ...]:
    """Give the properties of a table of edges; ``GraphStoreError`` for a table the schema does not know."""
    if key.type not in EDGES or (key.source, key.target) not in EDGES[key.type].pairs:
        raise GraphStoreError(f"There are no edges {key} in the schema; see kg/schema.py for those there are")
    return EDGES[key.type].properties


def edge_key_columns(key: EdgeKey) -> tuple[str, ...]:
    """Give the columns that tell two edges of a table apart: both ends and the type's key."""
    edge_properties(key)
    return ("source", "target", *EDGES[key.type].key)


def node_schema(label: str) -> pa.Schema:
    """Arrow schema of a label's nodes: ``id`` and every property."""
    return _schema(("id",), node_properties(label))


def edge_schema(key: EdgeKey) -> pa.Schema:
    """Arrow schema of a table of edges: ``source``, ``target`` and every property."""
    return _schema(("source", "target"), edge_properties(key))


def edge_tables() -> tuple[EdgeKey, ...]:
    """Every table of edges in the schema, in its order."""
    return tuple(EdgeKey(source, edge.name, target) for edge in EDGES.values() for source, target in edge.pairs)


def _schema(ends: Sequence[str], properties: Sequence[Property]) -> pa.Schema:
    return pa.schema([*((name, pa.string()) for name in ends), *((p.name, _ARROW[p.type]) for p in properties)])


def chunks(
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    *,
    needed: Sequence[str],
    what: str,
    max_rows: int,
    max_bytes: int,
) -> Iterator[pa.Table]:
    """Gather batches with the same columns into tables of at most ``max_rows`` rows, or ``max_bytes`` bytes.

    A batch is never parted, so one larger than the bounds is a chunk of its own. Columns stand in the order of
    ``schema`` and have its types.

    Raises:
        GraphStoreError: a column of ``needed`` is missing or holds null, or a column is not in ``schema``.
    """
    held: list[pa.Table] = []
    for batch in batches:
        if batch.num_rows == 0:
            continue
        table = _checked(batch, schema, needed=needed, what=what)
        rows = sum(part.num_rows for part in held) + table.num_rows
        size = sum(part.nbytes for part in held) + table.nbytes
        if held and (held[0].schema != table.schema or rows > max_rows or size > max_bytes):
            yield pa.concat_tables(held).combine_chunks()
            held = []
        held.append(table)
    if held:
        yield pa.concat_tables(held).combine_chunks()


def _checked(batch: pa.RecordBatch, schema: pa.Schema, *, needed: Sequence[str], what: str) -> pa.Table:
    names = batch.schema.names
    if unknown := [name for name in names if name not in schema.names]:
        raise GraphStoreError(f'{what} have no "{unknown[0]}" in the schema; they have: {", ".join(schema.names)}')
    for name in needed:
        if name not in names:
            raise GraphStoreError(f'A batch of {what} has no column "{name}"; it has: {", ".join(names)}')
    fields = [field for field in schema if field.name in names]
    try:
        table = pa.Table.from_arrays([batch.column(f.name).cast(f.type) for f in fields], schema=pa.schema(fields))
    except pa.ArrowException as error:
        raise GraphStoreError(f"A batch of {what} does not fit the schema: {error}") from error
    for name in ("id", "source", "target"):
        if name in needed and table[name].null_count:
            raise GraphStoreError(f'A batch of {what} has a row without "{name}"; give every row one')
    return table


def with_row_numbers(table: pa.Table) -> pa.Table:
    """Add the column ``ROW``."""
    return table.append_column(ROW, pa.array(np.arange(table.num_rows)))


def take_rows(table: pa.Table, rows: Iterable[int]) -> pa.Table:
    """Give the rows with these numbers, in ascending order."""
    return table.take(pa.array(sorted(rows), pa.int64()))


def last_of_each(table: pa.Table, key: Sequence[str]) -> pa.Table:
    """Keep the last row of each key, null being a value like any other; rows stay in order."""
    grouped = with_row_numbers(table.select(list(key))).group_by(list(key)).aggregate([(ROW, "max")])
    if grouped.num_rows == table.num_rows:
        return table
    return table.take(grouped[f"{ROW}_max"].combine_chunks().sort())


class Ascending:
    """Whether the chunks of one stream come strictly ascending by a key, within themselves and one after the other.

    Strings compare by their UTF-8 bytes, null comes last: as DuckDB orders with ``NULLS LAST``.
    """

    def __init__(self, key: Sequence[str]) -> None:
        self._key = list(key)
        self._last: pa.Table | None = None
        self._broken = False

    def __call__(self, chunk: pa.Table) -> bool:
        """Take in the next chunk; False from the first row on that is out of order."""
        if self._broken:
            return False
        keys = chunk.select(self._key)
        if self._last is not None:
            keys = pa.concat_tables([self._last, keys])
        self._last = chunk.select(self._key).slice(chunk.num_rows - 1)
        self._broken = not _strictly_ascending(keys.combine_chunks())
        return not self._broken


def _strictly_ascending(keys: pa.Table) -> bool:
    size = keys.num_rows
    if size < 2:
        return True
    less = pa.array([False] * (size - 1))
    for column in reversed(keys.columns):
        before, after = column.slice(0, size - 1), column.slice(1)
        smaller = pc.or_(pc.fill_null(pc.less(before, after), False), pc.and_(pc.is_valid(before), pc.is_null(after)))
        same = pc.or_(pc.fill_null(pc.equal(before, after), False), pc.and_(pc.is_null(before), pc.is_null(after)))
        less = pc.or_(smaller, pc.and_(same, less))
    return bool(pc.all(less).as_py())
