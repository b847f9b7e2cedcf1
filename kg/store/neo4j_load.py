"""Writing one table of a Neo4j database: what is new, what is known, what changed.

Rows travel as lists, not maps, and edges are grouped by their source, which is then looked up once. A row that may be
known is looked for first, then created or changed: ``MERGE`` would refuse a key with null in it, such as an interaction
without a time, and an artificial key property would show in every answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import neo4j
import pyarrow as pa
import pyarrow.compute as pc

from kg.errors import GraphStoreError
from kg.limits import limit
from kg.schema import Property, PropertyType
from kg.store import rows
from kg.store.protocol import EdgeKey

_Row = list[object]


@dataclass(frozen=True, slots=True)
class Neo4jLoader:
    """How to write the nodes of one label, or the edges of one table.

    Attributes:
        what: for messages.
        key: columns that tell rows apart.
        properties: that the table has, by name.
        edge: the table of edges; None for nodes.
        label: of the nodes; empty for edges.
    """

    what: str
    key: tuple[str, ...]
    properties: dict[str, Property]
    edge: EdgeKey | None = None
    label: str = ""

    @classmethod
    def for_nodes(cls, label: str) -> Self:
        """Loader of a label."""
        properties = {one.name: one for one in rows.node_properties(label)}
        return cls(f"{label} nodes", ("id",), properties, label=label)

    @classmethod
    def for_edges(cls, key: EdgeKey) -> Self:
        """Loader of a table of edges."""
        properties = {one.name: one for one in rows.edge_properties(key)}
        return cls(f"{key} edges", rows.edge_key_columns(key), properties, edge=key)

    def is_empty(self, transaction: neo4j.ManagedTransaction) -> bool:
        """Whether the table has no row."""
        return transaction.run(f"MATCH {self._pattern} RETURN 1 LIMIT 1").single() is None

    def insert(self, transaction: neo4j.ManagedTransaction, table: pa.Table) -> None:
        """Insert rows that are known to be new."""
        names = self._names(table)
        if self.edge is None:
            given = ", ".join(["id: row[0]", *(f"`{n}`: {self._typed(n, f'row[{i}]')}" for i, n in _numbered(names))])
            statement = f"UNWIND $rows AS row CREATE (n:`{self.label}` {{{given}}}) RETURN count(*)"
        else:
            given = ", ".join(f"`{n}`: {self._typed(n, f'e[{i}]')}" for i, n in _numbered(names))
            statement = (
                f"{self._ends} CREATE (a)-[r:`{self.edge.type}` {{{given}}}]->(b) RETURN count(*)"  # every row, or stop
            )
        for part in _parts(table):
            made = transaction.run(statement, rows=self._rows(part, names)).single(strict=True)[0]
            if made != part.num_rows:
                self._complain_of_ends(transaction, part)

    def upsert(self, transaction: neo4j.ManagedTransaction, table: pa.Table) -> None:
        """Insert the rows whose key is new, and change those that differ from what is stored.

        Of two transactions that bring the same edges, one waits for the other's locks on their sources; of two that
        bring the same nodes, the constraint refuses the later one, and ``Neo4jStore`` tries it again.
        """
        if self.edge is not None:
            known = pc.is_in(table["source"], value_set=self._lock_sources(transaction, table))
            if not pc.all(known).as_py():
                self.insert(transaction, table.filter(pc.invert(known)))
                table = table.filter(known)
        names = (*self._names(table), rows.ROW)
        variable, row = ("n", "row") if self.edge is None else ("r", "e")
        values = [(i, n) for i, n in _numbered(names[:-1]) if n not in self.key]
        same = " AND ".join(
            f"coalesce({self._read(f'{variable}.`{n}`', n)} = {row}[{i}], "
            f"{variable}.`{n}` IS NULL AND {row}[{i}] IS NULL)"
            for i, n in values
        )
        find = f"{self._match(names)} RETURN {row}[{len(names)}], {same or 'true'}"
        change = f"{self._match(names)} SET " + ", ".join(
            f"{variable}.`{n}` = {self._typed(n, f'{row}[{i}]')}" for i, n in values
        )
        for part in _parts(rows.with_row_numbers(table)):
            first = part[rows.ROW][0].as_py()
            found = dict(map(tuple, transaction.run(find, rows=self._rows(part, names))))
            if changed := [number - first for number, is_same in found.items() if not is_same]:
                transaction.run(change, rows=self._rows(rows.take_rows(part, changed), names)).consume()
            if len(found) < part.num_rows:
                new = (i for i in range(part.num_rows) if first + i not in found)
                self.insert(transaction, rows.take_rows(part, new).drop_columns([rows.ROW]))

    def delete(self, transaction: neo4j.ManagedTransaction, table: pa.Table) -> int:
        """Delete the rows with these keys, nodes with all their edges; give how many there were."""
        names = self._names(table)
        verb = "DETACH DELETE n" if self.edge is None else "DELETE r"
        statement = f"{self._match(names)} {verb} RETURN count(*)"
        return sum(
            int(transaction.run(statement, rows=self._rows(part, names)).single(strict=True)[0])
            for part in _parts(table)
        )

    def _lock_sources(self, transaction: neo4j.ManagedTransaction, table: pa.Table) -> pa.Array:
        """Keep others from writing edges of the same sources until the transaction ends; nothing is changed.

        Sources are locked in ascending order, so that two who want the same ones do not wait for each other.

        Returns:
            Those of the sources that have edges in this table.
        """
        assert self.edge is not None
        sources = table["source"].unique().sort()
        statement = (
            f"UNWIND $ids AS id MATCH (a:`{self.edge.source}` {{id: id}}) SET a.id = a.id WITH a "
            f"WHERE EXISTS {{ (a)-[:`{self.edge.type}`]->(:`{self.edge.target}`) }} RETURN a.id"
        )
        known: list[str] = []
        for start in range(0, len(sources), limit("neo4j_batch_rows")):
            part = sources.slice(start, limit("neo4j_batch_rows")).to_pylist()
            known += transaction.run(statement, ids=part).value()
        return pa.array(known, pa.string())

    @property
    def _pattern(self) -> str:
        if self.edge is None:
            return f"(n:`{self.label}`)"
        return f"(a:`{self.edge.source}`)-[r:`{self.edge.type}`]->(b:`{self.edge.target}`)"

    @property
    def _ends(self) -> str:
        assert self.edge is not None
        return (
            f"UNWIND $rows AS row MATCH (a:`{self.edge.source}` {{id: row[0]}}) "
            f"UNWIND row[1] AS e MATCH (b:`{self.edge.target}` {{id: e[0]}})"
        )

    def _match(self, names: tuple[str, ...]) -> str:
        """Match the stored rows that ``$rows`` names; column i of ``names`` is ``row[i + 1]``, or ``e[i + 1]``."""
        if self.edge is None:
            return f"UNWIND $rows AS row MATCH (n:`{self.label}` {{id: row[0]}})"
        equal = [
            f"({self._read(f'r.`{n}`', n)} = e[{i}] OR (r.`{n}` IS NULL AND e[{i}] IS NULL))"
            for i, n in _numbered(names)
            if n in self.key
        ]
        where = f" WHERE {' AND '.join(equal)}" if equal else ""
        return f"{self._ends} MATCH (a)-[r:`{self.edge.type}`]->(b){where}"

    def _names(self, table: pa.Table) -> tuple[str, ...]:
        return tuple(name for name in table.column_names if name in self.properties)

    def _typed(self, name: str, value: str) -> str:
        """Turn a value of a row into what is stored: instants travel as milliseconds."""
        if self.properties[name].type is PropertyType.TIMESTAMP:
            return f"CASE WHEN {value} IS NULL THEN null ELSE datetime({{epochMillis: {value}}}) END"
        return value

    def _read(self, expression: str, name: str) -> str:
        """Turn what is stored into the value of a row."""
        return f"{expression}.epochMillis" if self.properties[name].type is PropertyType.TIMESTAMP else expression

    def _rows(self, table: pa.Table, names: tuple[str, ...]) -> list[_Row]:
        if self.edge is None:
            return [list(row) for row in zip(*_columns(table, ("id", *names)), strict=True)]
        grouped: list[_Row] = []
        edges: list[_Row] = []
        last: object = None
        for source, *edge in zip(*_columns(table, ("source", "target", *names)), strict=True):
            if source != last:
                edges = []
                grouped.append([source, edges])
                last = source
            edges.append(edge)
        return grouped

    def _complain_of_ends(self, transaction: neo4j.ManagedTransaction, table: pa.Table) -> None:
        assert self.edge is not None
        for column, label in (("source", self.edge.source), ("target", self.edge.target)):
            lost = transaction.run(
                f"UNWIND $ids AS id OPTIONAL MATCH (n:`{label}` {{id: id}}) WITH id, n WHERE n IS NULL "
                "RETURN id ORDER BY id LIMIT 1",
                ids=table[column].unique().to_pylist(),
            ).single()
            if lost is not None:
                raise GraphStoreError(
                    f'{self.what}: there is no node with the id "{lost[0]}". Load the nodes before their edges'
                )
        raise GraphStoreError(f"{self.what}: nodes vanished during the load; run it again, alone")


def _numbered(names: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    return enumerate(names, 1)


def _columns(table: pa.Table, names: tuple[str, ...]) -> list[list[object]]:
    return [_values(table[name]) for name in names]


def _values(column: pa.ChunkedArray) -> list[object]:
    if pa.types.is_timestamp(column.type):
        column = pc.cast(column, pa.int64())
    values: list[object] = column.to_pylist()
    return values


def _parts(table: pa.Table) -> Iterator[pa.Table]:
    """Cut a chunk into the rows of one statement, in the order that locks and looks up the fewest nodes."""
    size = limit("neo4j_batch_rows")
    if "source" in table.column_names and table.num_rows > 1 and rows.ROW not in table.column_names:
        table = table.sort_by([("source", "ascending"), ("target", "ascending")])
    for start in range(0, table.num_rows, size):
        yield table.slice(start, size)
