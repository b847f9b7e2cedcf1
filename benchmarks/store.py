"""How fast the graph stores take a first load, beside their bare engines doing the same.

    python -m benchmarks.store --data ../shared/data/amazon-beauty-kg --format pgpr --json store.json

The tables are imported once; what is measured is ``kg.build`` from the clean tables to the checked graph. The bare
embedded engine copies the same rows from Arrow tables that lie ready in memory; the bare Neo4j driver sends them as
plain ``UNWIND ... MERGE`` batches of 10,000 maps. ``--engines ladybug`` leaves Neo4j out, and so does a machine
without it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import ladybug
import neo4j
import pyarrow as pa

from benchmarks.common import Arguments, Figures, main, seconds
from kg.build import build
from kg.quality import import_source
from kg.schema import NODES
from kg.store import EdgeKey, GraphStore, open_store
from kg.store.ladybug_schema import create_statements
from kg.store.rows import edge_tables
from tests.neo4j_server import Neo4jServer, Neo4jUnavailable, neo4j_server

_PLAIN_ROWS = 10_000


def measure(arguments: Arguments) -> Figures:
    """Load the graph four times: each engine, through the store and bare."""
    figures: dict[str, float | int | str | bool | None] = {}
    with tempfile.TemporaryDirectory(prefix="shopgraph-benchmark-") as scratch:
        folder = Path(scratch)
        with seconds() as importing:
            import_source(arguments.data, out=folder / "clean", format_name=arguments.format)
        figures["import seconds"] = importing.seconds
        graph = _embedded(folder, figures)
        if "neo4j" in arguments.options["engines"]:
            try:
                with neo4j_server() as server:
                    _server(folder / "clean", server, graph, figures)
            except Neo4jUnavailable as reason:
                figures["neo4j"] = str(reason)
    return figures


class _Graph:
    """The rows of a graph in memory, as the bare engines get them."""

    def __init__(self, store: GraphStore) -> None:
        self.nodes = {
            label: pa.Table.from_batches(list(store.nodes(label))) for label in NODES if _any(store.nodes(label))
        }
        self.edges = {
            key: pa.Table.from_batches(list(store.edges(key))) for key in edge_tables() if _any(store.edges(key))
        }
        self.rows = sum(table.num_rows for table in (*self.nodes.values(), *self.edges.values()))


def _any(batches: Iterator[pa.RecordBatch]) -> bool:
    return next(batches, None) is not None


def _embedded(folder: Path, figures: dict[str, float | int | str | bool | None]) -> _Graph:
    with seconds() as ours, open_store(folder / "ours.lbug") as store:
        report = build(folder / "clean", store)
    with seconds() as again, open_store(folder / "ours.lbug") as store:
        build(folder / "clean", store)
    with open_store(folder / "ours.lbug", read_only=True) as store:
        graph = _Graph(store)
    (folder / "bare").mkdir()
    with seconds() as bare:
        _copy(graph, folder / "bare" / "graph.lbug")
    shutil.rmtree(folder / "bare")
    figures["nodes"] = sum(report.nodes.values())
    figures["edges"] = sum(report.edges.values())
    figures["ladybug: first build, seconds"] = ours.seconds
    figures["ladybug: first build, rows per second"] = graph.rows / ours.seconds
    figures["ladybug: the same build again, seconds"] = again.seconds
    figures["ladybug: bare COPY, seconds"] = bare.seconds
    figures["ladybug: bare COPY, rows per second"] = graph.rows / bare.seconds
    figures["ladybug: build / bare COPY"] = ours.seconds / bare.seconds
    return graph


def _copy(graph: _Graph, path: Path) -> None:
    database = ladybug.Database(path)
    connection = ladybug.Connection(database)
    for statement in create_statements():
        connection.execute(statement)
    for label, table in graph.nodes.items():
        connection.execute(f"COPY `{label}` FROM $rows", {"rows": _bare(table)})
    for key, table in graph.edges.items():
        ends = f"(from='{key.source}', to='{key.target}')"
        connection.execute(f"COPY `{key.type}` FROM $rows {ends}", {"rows": _bare(table)})
    connection.close()
    database.close()


def _bare(table: pa.Table) -> pa.Table:
    fields = [pa.field(f.name, pa.timestamp("us")) if pa.types.is_timestamp(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields))


def _server(
    tables: Path, server: Neo4jServer, graph: _Graph, figures: dict[str, float | int | str | bool | None]
) -> None:
    with open_store(server.uri, user=server.user, password=server.password) as store:
        for _ in range(2):  # the first fills the server's caches and compiles its code, and is not counted
            store.clear()
            with seconds() as ours:
                build(tables, store)
        store.clear()
        store.create_schema()
        with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver, seconds() as plain:
            for label, table in graph.nodes.items():
                _merge(driver, f"MERGE (n:`{label}` {{id: row.id}}) SET n += row", table)
            for key, table in graph.edges.items():
                _merge(driver, _plain_edge(key), table)
        store.clear()
    figures["neo4j: first build, seconds"] = ours.seconds
    figures["neo4j: first build, rows per second"] = graph.rows / ours.seconds
    figures["neo4j: plain MERGE, seconds"] = plain.seconds
    figures["neo4j: plain MERGE, rows per second"] = graph.rows / plain.seconds
    figures["neo4j: plain MERGE / build"] = plain.seconds / ours.seconds


def _plain_edge(key: EdgeKey) -> str:
    return (
        f"MATCH (a:`{key.source}` {{id: row.source}}) MATCH (b:`{key.target}` {{id: row.target}}) "
        f"MERGE (a)-[r:`{key.type}`]->(b) SET r += row.properties"
    )


def _merge(driver: neo4j.Driver, statement: str, table: pa.Table) -> None:
    for batch in table.to_batches(max_chunksize=_PLAIN_ROWS):
        rows = batch.to_pylist()
        if "source" in batch.schema.names:
            rows = [{"source": row.pop("source"), "target": row.pop("target"), "properties": row} for row in rows]
        with driver.session(database="neo4j") as session:
            session.execute_write(_send, statement, rows)


def _send(transaction: neo4j.ManagedTransaction, statement: str, rows: list[dict[str, object]]) -> None:
    transaction.run(f"UNWIND $rows AS row {statement}", rows=rows).consume()


if __name__ == "__main__":
    main("store", measure, options={"--engines": "ladybug,neo4j"})
