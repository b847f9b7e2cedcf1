"""The embedded graph store: LadybugDB, a file and no server."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import ladybug
import pyarrow as pa

from kg.errors import GraphStoreError, QueryError
from kg.limits import limit
from kg.schema import NODES
from kg.store import rows
from kg.store.answers import Gathered, as_utc, check_rows, column_of, instants, same_types
from kg.store.guard import check_reading
from kg.store.ladybug_load import LadybugLoader
from kg.store.ladybug_run import run, run_number
from kg.store.ladybug_schema import create_statements, drop_statements
from kg.store.lock import GraphLock
from kg.store.protocol import EdgeKey, QueryLimits


class LadybugStore:
    """A graph in one file; implements ``GraphStore``.

    One process writes at a time, guarded by a lock; within it threads may read beside one another and beside a writer,
    and a second writer waits for the first.

    Args:
        path: the file; made, with its folder, where it does not exist.
        read_only: open an existing graph for reading, as any number of processes may at a time.
        buffer_bytes: memory the engine may use for its pages; by default half of the machine's.
        threads: threads one query may use; by default as many as the machine has cores.

    Raises:
        GraphStoreError: another process writes the graph, it does not exist (``read_only``), or it is damaged.
    """

    engine = "ladybug"

    def __init__(
        self, path: Path | str, *, read_only: bool = False, buffer_bytes: int | None = None, threads: int | None = None
    ) -> None:
        self.path = Path(path)
        self.read_only = read_only
        if read_only and not self.path.is_file():
            raise GraphStoreError(f"There is no graph at {self.path}; make one with: shopgraph build")
        if not read_only:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = GraphLock(self.path, shared=read_only)
        try:
            self._database: ladybug.Database | None = ladybug.Database(
                self.path,
                read_only=read_only,
                buffer_pool_size=buffer_bytes or _half_of_memory(),
                max_num_threads=threads or 0,
            )
        except RuntimeError as error:
            self._lock.release()
            raise GraphStoreError(f"Cannot open the graph {self.path}: {error}") from error
        self._writer = threading.Lock()
        self._own = threading.local()
        self._readers: list[ladybug.Connection] = []

    def create_schema(self) -> None:
        with self._transaction() as connection:
            for statement in create_statements():
                run(connection, statement)

    def clear(self) -> None:
        with self._transaction() as connection:
            for statement in drop_statements():
                run(connection, statement)

    def load_nodes(self, label: str, batches: Iterable[pa.RecordBatch]) -> int:
        schema = rows.node_schema(label)
        return self._load(batches, schema, LadybugLoader.for_nodes(label), what=f"{label} nodes")

    def load_edges(self, key: EdgeKey, batches: Iterable[pa.RecordBatch]) -> int:
        schema = rows.edge_schema(key)
        return self._load(batches, schema, LadybugLoader.for_edges(key), what=f"{key} edges")

    def _load(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, loader: LadybugLoader, *, what: str) -> int:
        read = 0
        ascending = rows.Ascending(loader.key)
        fresh: bool | None = None  # every row in the table is one of this stream
        for chunk in self._chunks(batches, schema, needed=loader.key, what=what):
            read += chunk.num_rows
            in_order = ascending(chunk)
            table = chunk if in_order else rows.last_of_each(chunk, loader.key)
            with self._transaction() as connection:
                empty = loader.is_empty(connection)
                if fresh is None:
                    fresh = empty
                if empty or (fresh and in_order):
                    loader.insert(connection, table, schema)
                else:
                    loader.upsert(connection, table, schema)
        return read

    def delete_nodes(self, label: str, ids: Iterable[str]) -> int:
        loader = LadybugLoader.for_nodes(label)
        table = pa.table({"id": pa.array(sorted(set(ids)), pa.string())})
        with self._transaction() as connection:
            return loader.delete(connection, table)

    def delete_edges(self, key: EdgeKey, batches: Iterable[pa.RecordBatch]) -> int:
        loader = LadybugLoader.for_edges(key)
        deleted = 0
        for chunk in self._chunks(batches, rows.edge_schema(key), needed=loader.key, what=f"{key} edges"):
            with self._transaction() as connection:
                deleted += loader.delete(connection, rows.last_of_each(chunk.select(list(loader.key)), loader.key))
        return deleted

    @staticmethod
    def _chunks(
        batches: Iterable[pa.RecordBatch], schema: pa.Schema, *, needed: tuple[str, ...], what: str
    ) -> Iterator[pa.Table]:
        max_rows, max_bytes = limit("ladybug_copy_rows"), limit("ladybug_copy_bytes")
        return rows.chunks(batches, schema, needed=needed, what=what, max_rows=max_rows, max_bytes=max_bytes)

    def node_counts(self) -> dict[str, int]:
        return {label: self._number(f"MATCH (n:`{label}`) RETURN count(*)") for label in NODES}

    def edge_counts(self) -> dict[EdgeKey, int]:
        return {
            key: self._number(f"MATCH (:`{key.source}`)-[r:`{key.type}`]->(:`{key.target}`) RETURN count(*)")
            for key in rows.edge_tables()
        }

    def nodes(self, label: str) -> Iterator[pa.RecordBatch]:
        schema = rows.node_schema(label)
        columns = ", ".join(f"n.`{name}`" for name in schema.names)
        return self._stream(f"MATCH (n:`{label}`) RETURN {columns} ORDER BY n.id", schema)

    def edges(self, key: EdgeKey) -> Iterator[pa.RecordBatch]:
        schema = rows.edge_schema(key)
        columns = ", ".join(["a.id", "b.id", *(f"r.`{name}`" for name in schema.names[2:])])
        order = ", ".join(["a.id", "b.id", *(f"r.`{name}`" for name in rows.edge_key_columns(key)[2:])])
        pattern = f"(a:`{key.source}`)-[r:`{key.type}`]->(b:`{key.target}`)"
        return self._stream(f"MATCH {pattern} RETURN {columns} ORDER BY {order}", schema)

    def query(
        self, cypher: str, parameters: Mapping[str, object] | None = None, *, limits: QueryLimits | None = None
    ) -> pa.Table:
        check_reading(cypher)
        bounds = limits or QueryLimits()
        connection = self._reader()
        connection.set_query_timeout(int((bounds.seconds or 0) * 1000))
        try:
            run(connection, "BEGIN TRANSACTION READ ONLY")
            try:
                return _answer(run(connection, cypher, parameters), bounds)
            finally:
                with contextlib.suppress(RuntimeError):  # most failures have ended the transaction already
                    run(connection, "ROLLBACK")
        except RuntimeError as error:
            if "Interrupted" in str(error):
                raise QueryError(
                    f"The query ran past its limit of {bounds.seconds:g} s; ask for less, or raise the limit"
                ) from error
            if "Buffer manager exception" in str(error):
                raise QueryError(
                    "The query needs more memory than the graph's engine may take; collect or sort less at once"
                ) from error
            raise QueryError(str(error)) from error
        finally:
            connection.set_query_timeout(0)

    def _stream(self, cypher: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Run one query and hand its rows out in batches; the rows wait in the engine's memory, not in ours."""
        with _explained():
            table: pa.Table = run(self._reader(), cypher).get_as_arrow(limit("batch_rows"))
        for batch in table.to_batches():
            columns = [
                instants(column) if pa.types.is_timestamp(field.type) else column.cast(field.type)
                for column, field in zip(batch.columns, schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    def _number(self, cypher: str) -> int:
        with _explained():
            return run_number(self._reader(), cypher)

    def _open(self) -> ladybug.Database:
        if self._database is None:
            raise GraphStoreError(f"The graph {self.path} was closed; open it again")
        return self._database

    def _reader(self) -> ladybug.Connection:
        """Give this thread's own connection: a connection runs one query at a time."""
        database = self._open()
        connection: ladybug.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = ladybug.Connection(database)
            self._readers.append(connection)
        return connection

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[ladybug.Connection]:
        """One write transaction, after those before it; a failure leaves nothing of it behind.

        Its connection is its own: a connection keeps prepared statements, and with them the tables they read from.
        """
        if self.read_only:
            raise GraphStoreError(f"The graph {self.path} was opened read-only; open it for writing")
        with self._writer, _explained():
            connection = ladybug.Connection(self._open())
            try:
                run(connection, "BEGIN TRANSACTION")
                try:
                    yield connection
                except BaseException:
                    with contextlib.suppress(RuntimeError):  # a failed COPY has rolled back already
                        run(connection, "ROLLBACK")
                    raise
                run(connection, "COMMIT")
            finally:
                connection.close()

    def close(self) -> None:
        if self._database is None:
            return
        with self._writer:
            for connection in self._readers:
                connection.close()
            self._database.close()
            self._database = None
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        message = str(error)
        if "does not exist" in message and "Table" in message:
            message += " Make the tables with create_schema(), or build the graph with: shopgraph build"
        raise GraphStoreError(message) from error


def _answer(result: ladybug.QueryResult, bounds: QueryLimits) -> pa.Table:
    number = result.get_num_tuples()
    if bounds.rows is not None:
        check_rows(number, bounds.rows)
    if bounds.bytes is not None:
        _check_size(result, bounds)
    names, types = result.get_column_names(), result.get_column_data_types()
    table: pa.Table = result.get_as_arrow(0 if number else None)
    columns = []
    for name, kind, column in zip(names, types, table.columns, strict=True):
        if any(part in kind for part in ("NODE", "REL")):
            columns.append(column_of([_plain(value) for value in column.to_pylist()], name))
        else:
            columns.append(same_types(column))
    return pa.table(columns, names=names)


def _half_of_memory() -> int:
    """Give half of the machine's memory in bytes; the rest is for the model, and whatever else runs there."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _check_size(result: ladybug.QueryResult, bounds: QueryLimits) -> None:
    """Go through the rows one by one, before all of them are copied at once."""
    gathered = Gathered(bounds)
    while result.has_next():
        gathered.add(result.get_next())
    result.reset_iterator()


def _plain(value: object) -> object:
    """Free a node or relationship of the engine's internal ids and of the properties it does not have."""
    if isinstance(value, datetime):
        return as_utc(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    label = {("_type" if "_SRC" in value else "_label"): value["_LABEL"]} if "_LABEL" in value else {}
    rest = {name: _plain(one) for name, one in sorted(value.items()) if one is not None}
    return label | {name: one for name, one in rest.items() if name not in {"_ID", "_LABEL", "_SRC", "_DST"}}
