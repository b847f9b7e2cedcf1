"""Writing one table of the embedded engine: insert with COPY, find what is there, change it, delete it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

import ladybug
import pyarrow as pa

from kg.errors import GraphStoreError
from kg.store import rows
from kg.store.ladybug_run import run, run_number
from kg.store.protocol import EdgeKey

_MISSING_END = re.compile(r"Unable to find primary key value (.*)\.\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LadybugLoader:
    """How to write the nodes of one label, or the edges of one table.

    Attributes:
        what: for messages.
        pattern: matches every row of the table.
        variable: of the node or edge in ``pattern``.
        copy: statement that inserts the rows of ``$rows``.
        key: columns that tell rows apart.
        stored: expression in ``pattern`` for each column of ``key``.
    """

    what: str
    pattern: str
    variable: str
    copy: str
    key: tuple[str, ...]
    stored: tuple[str, ...]

    @classmethod
    def for_nodes(cls, label: str) -> Self:
        """Loader of a label."""
        rows.node_properties(label)
        return cls(f"{label} nodes", f"(n:`{label}`)", "n", f"COPY `{label}` FROM $rows", ("id",), ("n.id",))

    @classmethod
    def for_edges(cls, key: EdgeKey) -> Self:
        """Loader of a table of edges."""
        columns = rows.edge_key_columns(key)
        return cls(
            what=f"{key} edges",
            pattern=f"(a:`{key.source}`)-[r:`{key.type}`]->(b:`{key.target}`)",
            variable="r",
            copy=f"COPY `{key.type}` FROM $rows (from='{key.source}', to='{key.target}')",
            key=columns,
            stored=("a.id", "b.id", *(f"r.`{name}`" for name in columns[2:])),
        )

    def is_empty(self, connection: ladybug.Connection) -> bool:
        """Whether the table has no row."""
        return not run(connection, f"MATCH {self.pattern} RETURN 1 LIMIT 1").has_next()

    def insert(self, connection: ladybug.Connection, table: pa.Table, schema: pa.Schema) -> None:
        """Insert rows that are known to be new; properties they lack are null."""
        columns = [table[f.name] if f.name in table.column_names else pa.nulls(table.num_rows, f.type) for f in schema]
        try:
            run(connection, self.copy, {"rows": _without_zone(pa.table(columns, schema=schema))})
        except RuntimeError as error:
            if missing := _MISSING_END.search(str(error)):
                raise GraphStoreError(
                    f'{self.what}: there is no node with the id "{missing[1]}". Load the nodes before their edges'
                ) from error
            raise

    def upsert(self, connection: ladybug.Connection, table: pa.Table, schema: pa.Schema) -> None:
        """Insert the rows whose key is new, and change those that differ from what is stored."""
        numbered = rows.with_row_numbers(table)
        values = tuple(name for name in table.column_names if name not in self.key)
        same = " AND ".join(
            f"coalesce({self.variable}.`{name}` = v{i}, {self.variable}.`{name}` IS NULL AND v{i} IS NULL)"
            for i, name in enumerate(values)
        )
        found = run(
            connection,
            f"{self._join((*values, rows.ROW))} RETURN v{len(values)}, {same or 'true'}",
            {"rows": _without_zone(numbered)},
        ).get_as_arrow(0)
        if found.num_rows:
            numbers, unchanged = found.column(0).to_pylist(), found.column(1).to_pylist()
        else:
            numbers, unchanged = [], []
        if changed := [number for number, is_same in zip(numbers, unchanged, strict=True) if not is_same]:
            settings = ", ".join(f"{self.variable}.`{name}` = v{i}" for i, name in enumerate(values))
            part = _without_zone(rows.take_rows(table, changed))
            run(connection, f"{self._join(values)} SET {settings}", {"rows": part})
        known = set(numbers)
        if len(known) < table.num_rows:
            new = (number for number in range(table.num_rows) if number not in known)
            self.insert(connection, rows.take_rows(table, new), schema)

    def delete(self, connection: ladybug.Connection, table: pa.Table) -> int:
        """Delete the rows with these keys, nodes with all their edges; give how many there were."""
        if table.num_rows == 0:
            return 0
        parameters = {"rows": _without_zone(table)}
        number = run_number(connection, f"{self._join(())} RETURN count(*)", parameters)
        detach = "DETACH DELETE" if self.variable == "n" else "DELETE"
        run(connection, f"{self._join(())} {detach} {self.variable}", parameters)
        return number

    def _join(self, values: tuple[str, ...]) -> str:
        """Match the stored rows that ``$rows`` names; its further columns are ``v0``, ``v1`` ..."""
        taken = [f"`{name}` AS k{i}" for i, name in enumerate(self.key)]
        taken += [f"`{name}` AS v{i}" for i, name in enumerate(values)]
        ends = 1 if self.variable == "n" else 2
        equal = [f"{stored} = k{i}" for i, stored in enumerate(self.stored[:ends])]
        equal += [
            f"({stored} = k{i} OR ({stored} IS NULL AND k{i} IS NULL))"
            for i, stored in enumerate(self.stored[ends:], ends)
        ]
        return f"LOAD FROM $rows WITH {', '.join(taken)} MATCH {self.pattern} WHERE {' AND '.join(equal)}"


def _without_zone(table: pa.Table) -> pa.Table:
    """Give instants as the engine's TIMESTAMP: microseconds in UTC without a zone."""
    fields = [pa.field(f.name, pa.timestamp("us")) if pa.types.is_timestamp(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields))
