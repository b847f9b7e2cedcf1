"""How fast the graph stores take a first load, beside their bare engines doing the same.

    python -m benchmarks.store --data ../shared/data/amazon-beauty-kg --format pgpr --json store.json

The tables are imported and built once; then the same rows, as Arrow tables ready in memory, are loaded into empty
stores: through ours (tables made, rows checked, loaded and counted), and by the bare engines. The bare embedded engine
copies whole tables; the bare Neo4j driver sends plain ``UNWIND ... MERGE`` batches of 10,000 maps. The better of two
rounds counts on the embedded engine; on Neo4j the nodes and a twentieth of the edges go in first, both ways, uncounted.
``--engines ladybug`` leaves Neo4j out, and so does a machine without it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

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
_WARM_UP = 0.05


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
                    _server(server, graph, figures)
            except Neo4jUnavailable as reason:
                figures["neo4j"] = str(reason)
    return figures


@dataclass(frozen=True, slots=True)
class _Graph:
    """The rows of a graph in memory, ready to load; tables without rows are left out."""

    nodes: dict[str, pa.Table]
    edges: dict[EdgeKey, pa.Table]

    @classmethod
    def of(cls, store: GraphStore) -> Self:
        nodes = {label: list(store.nodes(label)) for label in NODES}
        edges = {key: list(store.edges(key)) for key in edge_tables()}
        return cls(
            {label: pa.Table.from_batches(rows) for label, rows in nodes.items() if rows},
            {key: pa.Table.from_batches(rows) for key, rows in edges.items() if rows},
        )

    @property
    def rows(self) -> int:
        return sum(table.num_rows for table in (*self.nodes.values(), *self.edges.values()))

    def part(self, share: float) -> _Graph:
        """All nodes, and the first edges of each table."""
        return _Graph(
            self.nodes, {key: table.slice(0, int(table.num_rows * share)) for key, table in self.edges.items()}
        )


def _embedded(folder: Path, figures: dict[str, float | int | str | bool | None]) -> _Graph:
    with seconds() as first, open_store(folder / "graph.lbug") as store:
        report = build(folder / "clean", store)
    with seconds() as again, open_store(folder / "graph.lbug") as store:
        build(folder / "clean", store)
    with open_store(folder / "graph.lbug", read_only=True) as store:
        graph = _Graph.of(store)
    ours, bare = [], []
    for turn in range(2):
        with seconds() as watch, open_store(folder / f"ours-{turn}.lbug") as store:
            _load(store, graph)
        ours.append(watch.seconds)
        with seconds() as watch:
            _copy(graph, folder / f"bare-{turn}.lbug")
        bare.append(watch.seconds)
    figures["nodes"] = sum(report.nodes.values())
    figures["edges"] = sum(report.edges.values())
    figures["ladybug: build from clean tables, seconds"] = first.seconds
    figures["ladybug: the same build again, seconds"] = again.seconds
    figures["ladybug: our load, rows per second"] = graph.rows / min(ours)
    figures["ladybug: bare COPY, rows per second"] = graph.rows / min(bare)
    figures["ladybug: our load / bare COPY"] = min(ours) / min(bare)
    return graph


def _load(store: GraphStore, graph: _Graph) -> None:
    store.create_schema()
    for label, table in graph.nodes.items():
        store.load_nodes(label, table.to_batches())
    for key, table in graph.edges.items():
        store.load_edges(key, table.to_batches())
    nodes, edges = store.node_counts(), store.edge_counts()
    assert all(nodes[label] == table.num_rows for label, table in graph.nodes.items())
    assert all(edges[key] == table.num_rows for key, table in graph.edges.items())


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


def _server(server: Neo4jServer, graph: _Graph, figures: dict[str, float | int | str | bool | None]) -> None:
    with (
        open_store(server.uri, user=server.user, password=server.password) as store,
        neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver,
    ):
        some = graph.part(_WARM_UP)
        store.clear()
        _load(store, some)
        store.clear()
        _plain(store, driver, some)
        store.clear()
        with seconds() as ours:
            _load(store, graph)
        store.clear()
        with seconds() as plain:
            _plain(store, driver, graph)
        store.clear()
    figures["neo4j: our load, rows per second"] = graph.rows / ours.seconds
    figures["neo4j: plain MERGE, rows per second"] = graph.rows / plain.seconds
    figures["neo4j: plain MERGE / our load"] = plain.seconds / ours.seconds


def _plain(store: GraphStore, driver: neo4j.Driver, graph: _Graph) -> None:
    store.create_schema()
    for label, table in graph.nodes.items():
        _merge(driver, f"MERGE (n:`{label}` {{id: row.id}}) SET n += row", table)
    for key, table in graph.edges.items():
        _merge(driver, _plain_edge(key), table)


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
