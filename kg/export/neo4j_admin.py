"""The whole graph as CSV files for ``neo4j-admin database import full``, the fast way into an empty Neo4j.

A folder: gzipped CSV for each label and each table of edges, ``command.sh`` with the command line, and
``constraints.cypher`` to run once the database has started. Text stands in quotes, with quotes in it doubled and line
breaks kept; nothing between two commas is an absent value, ``""`` an empty text.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from kg.export.protocol import Reads, as_store, new_folder
from kg.export.tables import edge_file, edge_tables, iso_time
from kg.schema import EDGES, NODES, Property, PropertyType
from kg.snapshot import Snapshot
from kg.store.protocol import GraphStore

_TYPES = {
    PropertyType.STRING: "string",
    PropertyType.DOUBLE: "double",
    PropertyType.INT64: "long",
    PropertyType.BOOL: "boolean",
    PropertyType.TIMESTAMP: "datetime",
}


class Neo4jAdmin:
    """A folder of CSV files and the command that imports them."""

    name = "neo4j-admin"
    doc = 'CSV files and the command line for "neo4j-admin database import full".'
    reads = Reads.STORE

    def export(self, graph: GraphStore | Snapshot, out: Path) -> Path:
        """Write the folder; see ``Exporter``."""
        store = as_store(graph, name=self.name)
        arguments: list[str] = []
        with new_folder(out) as folder:
            for label, node in NODES.items():
                file = f"nodes_{label}.csv.gz"
                header = [f"id:ID({label})", *map(_field, node.properties)]
                if _write(folder / file, header, store.nodes(label)):
                    arguments.append(f"--nodes={label}={file}")
            for key in edge_tables():
                file = f"{edge_file(key)}.csv.gz"
                ends = [f":START_ID({key.source})", f":END_ID({key.target})"]
                if _write(folder / file, [*ends, *map(_field, EDGES[key.type].properties)], store.edges(key)):
                    arguments.append(f"--relationships={key.type}={file}")
            (folder / "command.sh").write_text(_command(arguments), "utf-8")
            (folder / "command.sh").chmod(0o755)
            (folder / "constraints.cypher").write_text("".join(constraints()), "utf-8")
        return out


def constraints() -> Iterator[str]:
    """Give the Cypher statements that make ids unique in their label, one for each label of the schema."""
    for label in NODES:
        yield f"CREATE CONSTRAINT shopgraph_{label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE;\n"


def _field(prop: Property) -> str:
    return f"{prop.name}:{_TYPES[prop.type]}"


def _write(path: Path, header: Sequence[str], batches: Iterator[pa.RecordBatch]) -> bool:
    """Write one file; give whether there was anything to write."""
    first = next(batches, None)
    if first is None:
        return False
    options = pa.csv.WriteOptions(include_header=False, quoting_style="needed")
    with pa.CompressedOutputStream(str(path), "gzip") as sink:
        sink.write((",".join(header) + "\n").encode())
        for batch in _chained(first, batches):
            pa.csv.write_csv(_as_text(batch), sink, options)
    return True


def _chained(first: pa.RecordBatch, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from batches


def _as_text(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = [iso_time(column) if pa.types.is_timestamp(column.type) else column for column in batch.columns]
    return pa.record_batch(columns, names=batch.schema.names)


def _command(arguments: Sequence[str]) -> str:
    lines = ["neo4j-admin database import full neo4j", "--id-type=string", "--multiline-fields=true"]
    command = " \\\n  ".join([*lines, *map(shlex.quote, arguments)])
    return f"""#!/bin/sh
# Imports the graph into the database "neo4j", which must be empty and stopped. To replace one that is not empty,
# add --overwrite-destination. Afterwards start the database, then run:
#   cypher-shell -d neo4j -f constraints.cypher
set -e
cd "$(dirname "$0")"
{command}
"""
