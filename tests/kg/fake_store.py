"""A graph store in memory with the reading side alone, for tests of what is made from a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from kg.schema import EDGES, NODES, EdgeType, NodeType, PropertyType
from kg.store.protocol import EdgeKey

ARROW = {
    PropertyType.STRING: pa.string(),
    PropertyType.DOUBLE: pa.float64(),
    PropertyType.INT64: pa.int64(),
    PropertyType.BOOL: pa.bool_(),
    PropertyType.TIMESTAMP: pa.timestamp("ms", tz="UTC"),
}

Row = Mapping[str, object]


class FakeStore:
    """Nodes and edges as given; every column of the schema is there, as the protocol says."""

    engine = "fake"

    def __init__(
        self, nodes: Mapping[str, Sequence[Row]], edges: Mapping[EdgeKey, Sequence[Row]], *, batch_rows: int = 3
    ) -> None:
        self._nodes = {label: sorted(rows, key=lambda row: str(row["id"])) for label, rows in nodes.items()}
        self._edges = edges
        self._batch_rows = batch_rows

    def node_counts(self) -> dict[str, int]:
        return {label: len(self._nodes.get(label, ())) for label in NODES}

    def edge_counts(self) -> dict[EdgeKey, int]:
        keys = (EdgeKey(source, edge.name, target) for edge in EDGES.values() for source, target in edge.pairs)
        return {key: len(self._edges.get(key, ())) for key in keys}

    def nodes(self, label: str) -> Iterator[pa.RecordBatch]:
        yield from self._batches(self._nodes.get(label, ()), ["id"], NODES[label])

    def edges(self, key: EdgeKey) -> Iterator[pa.RecordBatch]:
        yield from self._batches(self._edges.get(key, ()), ["source", "target"], EDGES[key.type])

    def _batches(self, rows: Sequence[Row], ends: list[str], kind: NodeType | EdgeType) -> Iterator[pa.RecordBatch]:
        schema = pa.schema(
            [*(pa.field(end, pa.string()) for end in ends), *(pa.field(p.name, ARROW[p.type]) for p in kind.properties)]
        )
        for start in range(0, len(rows), self._batch_rows):
            part = [{name: row.get(name) for name in schema.names} for row in rows[start : start + self._batch_rows]]
            yield pa.RecordBatch.from_pylist(part, schema)


def shop(**changes: Sequence[Row]) -> FakeStore:
    """Give a small shop; ``changes`` replaces the edges of a type, such as ``PURCHASED``."""
    nodes: dict[str, list[Row]] = {
        "User": [{"id": f"u{n}", "name": f"User {n}"} for n in range(4)],
        "Product": [
            {"id": f"p{n}", "name": f'Product <{n}> & "co"', "name_zh": "产品", "price": 1.5 * n, "released": n * 1000}
            for n in range(6)
        ],
        "Brand": [{"id": "acme", "name": "Acme"}],
        "Category": [{"id": "Shoes"}, {"id": "Shoes > Running"}, {"id": "Gifts"}],
        "Review": [
            {"id": f"r{n}", "text": f'line one\nline "two", {n}', "rating": 4.0, "at": n * 10, "language": "en"}
            for n in range(5)
        ],
        "Image": [{"id": "i1", "path": "a.jpg"}, {"id": "i0", "path": "b.jpg"}],
        "Entity": [{"id": "e0", "name": "Thing", "type": "film"}],
    }
    edges: dict[EdgeKey, list[Row]] = {
        EdgeKey("User", "PURCHASED", "Product"): [
            {"source": f"u{u}", "target": f"p{(u + step) % 6}", "at": 10 * step + u, "value": 1.0}
            for u in range(4)
            for step in range(3)
        ],
        EdgeKey("User", "VIEWED", "Product"): [
            {"source": f"u{u}", "target": f"p{(u + step) % 6}", "at": 10 * step + u - 1}
            for u in range(4)
            for step in range(4)
        ],
        EdgeKey("User", "WROTE", "Review"): [{"source": f"u{n % 4}", "target": f"r{n}"} for n in range(5)],
        EdgeKey("Review", "ABOUT", "Product"): [{"source": f"r{n}", "target": f"p{n + 2}"} for n in range(4)]
        + [{"source": "r4", "target": "p0"}],
        EdgeKey("Review", "MENTIONS", "Brand"): [
            {"source": f"r{n}", "target": "acme", "start": 0, "end": 4, "confidence": 0.5, "sentiment": -1.0}
            for n in range(5)
        ],
        EdgeKey("Product", "HAS_BRAND", "Brand"): [{"source": "p1", "target": "acme"}],
        EdgeKey("Product", "IN_CATEGORY", "Category"): [
            {"source": "p1", "target": "Shoes"},
            {"source": "p1", "target": "Shoes > Running"},
            {"source": "p2", "target": "Gifts"},
        ],
        EdgeKey("Category", "PART_OF", "Category"): [{"source": "Shoes > Running", "target": "Shoes"}],
        EdgeKey("Product", "HAS_IMAGE", "Image"): [
            {"source": "p1", "target": "i0"},
            {"source": "p1", "target": "i1"},
        ],
        EdgeKey("Product", "ALSO_BOUGHT", "Product"): [{"source": "p1", "target": "p2", "weight": 3.0}],
        EdgeKey("Product", "RELATED_TO", "Entity"): [
            {"source": "p1", "target": "e0", "relation": "film.genre"},
            {"source": "p1", "target": "e0", "relation": "film.director"},
            {"source": "p2", "target": "e0", "relation": None},
        ],
        EdgeKey("User", "INTERESTED_IN", "Brand"): [
            {"source": "u0", "target": "acme", "score": 0.9, "model": "m"},
        ],
    }
    for type_, rows in changes.items():
        key = next(key for key in FakeStore({}, {}).edge_counts() if key.type == type_)
        edges[key] = list(rows)
    return FakeStore(nodes, edges)
