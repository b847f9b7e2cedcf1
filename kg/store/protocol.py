"""What a graph store can do. Two engines stand behind it: LadybugDB (embedded) and Neo4j (server)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import pyarrow as pa

from kg.limits import limit


@dataclass(frozen=True, slots=True)
class EdgeKey:
    """One table of edges: a relationship type between two labels."""

    source: str
    type: str
    target: str

    def __str__(self) -> str:
        return f"({self.source})-[:{self.type}]->({self.target})"


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """Bounds of one query: ``rows`` returned, ``seconds`` taken and ``bytes`` of the answer; None for no bound."""

    rows: int | None = None
    seconds: float | None = None
    bytes: int | None = None

    @classmethod
    def usual(cls) -> Self:
        """Give the bounds of a query that nobody has set other bounds for: those of the table of limits."""
        return cls(rows=limit("query_rows"), seconds=limit("query_seconds"), bytes=limit("query_bytes"))


class GraphStore(Protocol):
    """A property graph of the schema in ``kg.schema``.

    Node batches have a column ``id`` and any of the label's properties. Edge batches have the columns ``source`` and
    ``target`` (ids) and any of the type's properties. A property column that is absent leaves that property alone on
    nodes and edges that exist; null removes it. Timestamps are ``timestamp[ms, UTC]`` on both ways.

    Every method raises ``GraphStoreError`` with what to do when the engine refuses.
    """

    engine: str
    """``ladybug`` or ``neo4j``."""

    def create_schema(self) -> None:
        """Make tables, constraints and indexes of the schema; what exists is left as it is."""
        ...

    def load_nodes(self, label: str, batches: Iterable[pa.RecordBatch]) -> int:
        """Insert or update nodes by ``id``; give how many rows were read. Repeating it changes nothing.

        One or more whole batches make a transaction. Of rows with the same ``id`` the last counts. The fast path is
        taken where the label is still empty and rows come in ascending order of ``id``.
        """
        ...

    def load_edges(self, key: EdgeKey, batches: Iterable[pa.RecordBatch]) -> int:
        """Insert or update edges by both ends and the type's key; give how many rows were read.

        As with nodes; null in a key column is a value like any other. An edge whose end does not exist raises
        ``GraphStoreError`` with the id, and nothing of its transaction is written.
        """
        ...

    def delete_nodes(self, label: str, ids: Iterable[str]) -> int:
        """Delete nodes with all their edges; give how many there were."""
        ...

    def delete_edges(self, key: EdgeKey, batches: Iterable[pa.RecordBatch]) -> int:
        """Delete edges named by ``source``, ``target`` and the type's key columns; give how many there were."""
        ...

    def clear(self) -> None:
        """Delete every node and edge of the schema, and the schema."""
        ...

    def node_counts(self) -> dict[str, int]:
        """Give label -> number of nodes, of every label in the schema."""
        ...

    def edge_counts(self) -> dict[EdgeKey, int]:
        """Give table of edges -> number of edges, of every pair in the schema."""
        ...

    def nodes(self, label: str) -> Iterator[pa.RecordBatch]:
        """Stream the nodes of a label ordered by ``id``: ``id`` and every property of the schema, in its order."""
        ...

    def edges(self, key: EdgeKey) -> Iterator[pa.RecordBatch]:
        """Stream a table of edges ordered by ends and key: ``source``, ``target`` and every property of the schema."""
        ...

    def query(
        self, cypher: str, parameters: Mapping[str, object] | None = None, *, limits: QueryLimits | None = None
    ) -> pa.Table:
        """Run a reading Cypher query with parameters and give its rows.

        Raises:
            QueryError: the query is wrong, writes, or ran past ``limits``.
        """
        ...

    def close(self) -> None:
        """Release the engine; a second call does nothing."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
