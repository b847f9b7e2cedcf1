"""From the driver's records to Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import neo4j
import neo4j.graph
import neo4j.time
import pyarrow as pa

from kg.store.answers import Gathered, column_of
from kg.store.protocol import QueryLimits


def table_of(result: neo4j.Result, bounds: QueryLimits) -> pa.Table:
    """Read a free query's answer; ``QueryError`` as soon as it is longer or larger than it may be."""
    names = list(result.keys())
    columns: list[list[object]] = [[] for _ in names]
    gathered = Gathered(bounds)
    for record in result:
        row = [_plain(value) for value in record.values()]
        gathered.add(row)
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return pa.table([column_of(column, name) for column, name in zip(columns, names, strict=True)], names=names)


def stored_batches(result: neo4j.Result, schema: pa.Schema, size: int) -> Iterator[pa.RecordBatch]:
    """Read stored nodes or edges, instants as milliseconds, in batches of ``size`` rows."""
    while records := result.fetch(size):
        columns = zip(*(record.values() for record in records), strict=True)
        arrays = [
            pa.array(column, pa.int64()).cast(field.type)
            if pa.types.is_timestamp(field.type)
            else pa.array(column, field.type)
            for column, field in zip(columns, schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _plain(value: object) -> object:
    if isinstance(value, neo4j.graph.Node):
        return {"_label": next(iter(value.labels), None)} | _properties(value)
    if isinstance(value, neo4j.graph.Relationship):
        return {"_type": value.type} | _properties(value)
    if isinstance(value, neo4j.graph.Path):
        return {
            "_nodes": [_plain(node) for node in value.nodes],
            "_rels": [_plain(relationship) for relationship in value.relationships],
        }
    if isinstance(value, neo4j.time.DateTime):
        return _instant(value)
    if isinstance(value, (neo4j.time.Date, neo4j.time.Time)):
        return value.to_native()
    if isinstance(value, neo4j.time.Duration):
        return str(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in sorted(value.items()) if one is not None}
    return value


def _properties(entity: neo4j.graph.Entity) -> dict[str, object]:
    return {name: _plain(one) for name, one in sorted(entity.items())}


def _instant(value: neo4j.time.DateTime) -> datetime:
    native = value.to_native()
    return native.replace(tzinfo=UTC) if native.tzinfo is None else native.astimezone(UTC)
