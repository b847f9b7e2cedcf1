"""The server graph store: Neo4j 5.26 or newer."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Self, TypeVar

import neo4j
import neo4j.exceptions
import pyarrow as pa

from kg.errors import GraphStoreError, QueryError
from kg.limits import limit
from kg.schema import NODES
from kg.store import rows
from kg.store.guard import check_reading
from kg.store.neo4j_answer import stored_batches, table_of
from kg.store.neo4j_load import Neo4jLoader
from kg.store.protocol import EdgeKey, QueryLimits

_Result = TypeVar("_Result")
_TRIES = 5
"""How often nodes are written that other programs write at the same moment."""
_CONSTRAINTS = {label: f"shopgraph_{label.lower()}_id" for label in NODES}
"""The constraint of each label that its ids are unique, with the index of the same name."""
_SETTLED = 10.0
"""Seconds after which an index without its constraint is left over from a program that was killed."""
_PAUSE = 0.2
"""Seconds until constraints are tried again."""
_PLANNED = 1_000
"""Texts of which the plan is known to read."""


class Neo4jStore:
    """A graph in a database of a Neo4j server; implements ``GraphStore``.

    The server lets any number of programs read and write; what two of them load at the same moment is stored once.

    Args:
        uri: ``bolt://``, ``neo4j://`` or one of their encrypted forms.
        user: who logs in.
        password: their password.
        database: name of the database.

    Raises:
        GraphStoreError: the server cannot be reached, or refuses the login.
    """

    engine = "neo4j"

    def __init__(self, uri: str, *, user: str, password: str, database: str = "neo4j") -> None:
        self.uri = uri
        self.database = database
        self._planned: set[str] = set()
        try:
            self._driver = neo4j.GraphDatabase.driver(
                uri,
                auth=(user, password),
                user_agent="shopgraph",
                notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
                connection_timeout=10,
                max_transaction_retry_time=10,
            )
        except (neo4j.exceptions.DriverError, ValueError) as error:
            raise GraphStoreError(f"{uri} is no address of a Neo4j server: {error}") from error
        try:
            with self._explained():
                self._driver.verify_connectivity()
            self._numbers(["RETURN 1"])  # the server may be there and the database not
        except GraphStoreError:
            self._driver.close()
            raise

    def create_schema(self) -> None:
        start, first_seen = time.monotonic(), dict[int, float]()
        while True:
            try:
                self._run_together(
                    f"CREATE CONSTRAINT `{name}` IF NOT EXISTS FOR (n:`{label}`) REQUIRE n.id IS UNIQUE"
                    for label, name in _CONSTRAINTS.items()
                )
                break
            except GraphStoreError as error:
                code, now = str(getattr(error.__cause__, "code", "") or ""), time.monotonic()
                if not code.endswith("IndexWithNameAlreadyExists") or now - start > 3 * _SETTLED:
                    raise
            # Another program is creating it, or went away while it did. Then the server drops the index itself,
            # and where two drop one at the same moment, the database stops. Only what it forgot is dropped here.
            for number, name in self._without_constraint():
                if now - first_seen.setdefault(number, now) >= _SETTLED:
                    self._run_alone(f"DROP INDEX `{name}` IF EXISTS")
            time.sleep(_PAUSE)
        self._run_alone("CALL db.awaitIndexes(300)")

    def _without_constraint(self) -> list[tuple[int, str]]:
        """Give number and name of the indexes that have no constraint, though they are named as those that do."""
        with self._explained(), self._driver.session(database=self.database) as session:
            found = session.run(
                "SHOW INDEXES YIELD id, name, owningConstraint WHERE name IN $names AND owningConstraint IS NULL "
                "RETURN id, name",
                names=list(_CONSTRAINTS.values()),
            )
            return [(int(number), str(name)) for number, name in found.values()]

    def clear(self) -> None:
        """Delete every node of the schema's labels with its edges, and the constraints; other labels are left alone."""
        size = limit("neo4j_batch_rows")
        for label in (label for label, count in self.node_counts().items() if count):
            for edges in (f"(:`{label}`)-[r]->()", f"(:`{label}`)<-[r]-()"):  # apart: one node may have very many
                self._run_alone(f"MATCH {edges} CALL (r) {{ DELETE r }} IN TRANSACTIONS OF {size} ROWS")
            self._run_alone(f"MATCH (n:`{label}`) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {size} ROWS")
        self._run_together(f"DROP CONSTRAINT `{name}` IF EXISTS" for name in _CONSTRAINTS.values())

    def load_nodes(self, label: str, batches: Iterable[pa.RecordBatch]) -> int:
        return self._load(batches, rows.node_schema(label), Neo4jLoader.for_nodes(label))

    def load_edges(self, key: EdgeKey, batches: Iterable[pa.RecordBatch]) -> int:
        return self._load(batches, rows.edge_schema(key), Neo4jLoader.for_edges(key))

    def _load(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, loader: Neo4jLoader) -> int:
        read = 0
        ascending = rows.Ascending(loader.key)
        fresh: bool | None = None  # every node in the table is one of this stream
        for chunk in self._chunks(batches, schema, loader):
            read += chunk.num_rows
            in_order = ascending(chunk)
            table = chunk if in_order else rows.last_of_each(chunk, loader.key)
            if fresh is None:
                fresh = loader.edge is None and self._read(loader.is_empty)
                insert = fresh
            else:
                insert = fresh and in_order
            self._put(loader, table, insert=insert)
        return read

    def _put(self, loader: Neo4jLoader, table: pa.Table, *, insert: bool) -> None:
        for tries_left in reversed(range(_TRIES)):
            write = loader.insert if insert else loader.upsert
            try:
                self._write(lambda transaction, write=write: write(transaction, table))  # type: ignore[misc]
                return
            except GraphStoreError as error:
                # another brought a node between our looking for it and our writing it: now it is found
                if not tries_left or not isinstance(error.__cause__, neo4j.exceptions.ConstraintError):
                    raise
                insert = False

    def delete_nodes(self, label: str, ids: Iterable[str]) -> int:
        loader = Neo4jLoader.for_nodes(label)
        table = pa.table({"id": pa.array(sorted(set(ids)), pa.string())})
        return self._write(lambda transaction: loader.delete(transaction, table))

    def delete_edges(self, key: EdgeKey, batches: Iterable[pa.RecordBatch]) -> int:
        loader = Neo4jLoader.for_edges(key)
        deleted = 0
        for chunk in self._chunks(batches, rows.edge_schema(key), loader):
            table = rows.last_of_each(chunk.select(list(loader.key)), loader.key)
            deleted += self._write(lambda transaction, table=table: loader.delete(transaction, table))  # type: ignore[misc]
        return deleted

    @staticmethod
    def _chunks(batches: Iterable[pa.RecordBatch], schema: pa.Schema, loader: Neo4jLoader) -> Iterator[pa.Table]:
        max_rows, max_bytes = limit("neo4j_transaction_rows"), limit("neo4j_transaction_bytes")
        return rows.chunks(batches, schema, needed=loader.key, what=loader.what, max_rows=max_rows, max_bytes=max_bytes)

    def node_counts(self) -> dict[str, int]:
        return dict(zip(NODES, self._numbers(f"MATCH (n:`{label}`) RETURN count(*)" for label in NODES), strict=True))

    def edge_counts(self) -> dict[EdgeKey, int]:
        keys = tuple(rows.edge_tables())
        counts = self._numbers(
            f"MATCH (:`{key.source}`)-[r:`{key.type}`]->(:`{key.target}`) RETURN count(*)" for key in keys
        )
        return dict(zip(keys, counts, strict=True))

    def nodes(self, label: str) -> Iterator[pa.RecordBatch]:
        schema = rows.node_schema(label)
        # The condition holds for every node; with it the planner walks the index, which is in order already.
        return self._stream(f"MATCH (n:`{label}`) WHERE n.id >= '' RETURN {{columns}} ORDER BY n.id", schema, "n")

    def edges(self, key: EdgeKey) -> Iterator[pa.RecordBatch]:
        order = ", ".join(["a.id", "b.id", *(f"r.`{name}`" for name in rows.edge_key_columns(key)[2:])])
        return self._stream(
            f"MATCH (a:`{key.source}`) WHERE a.id >= '' MATCH (a)-[r:`{key.type}`]->(b:`{key.target}`) "
            f"RETURN {{columns}} ORDER BY {order}",
            rows.edge_schema(key),
            "r",
        )

    def _stream(self, statement: str, schema: pa.Schema, variable: str) -> Iterator[pa.RecordBatch]:
        ends = {"source": "a.id", "target": "b.id"}
        columns = ", ".join(
            f"{ends.get(f.name, f'{variable}.`{f.name}`')}{'.epochMillis' if pa.types.is_timestamp(f.type) else ''}"
            for f in schema
        )
        size = limit("batch_rows")
        with (
            self._explained(),
            self._driver.session(
                database=self.database, default_access_mode=neo4j.READ_ACCESS, fetch_size=limit("neo4j_batch_rows")
            ) as session,
            session.begin_transaction() as transaction,
        ):
            yield from stored_batches(transaction.run(statement.replace("{columns}", columns)), schema, size)

    def query(
        self, cypher: str, parameters: Mapping[str, object] | None = None, *, limits: QueryLimits | None = None
    ) -> pa.Table:
        check_reading(cypher)
        bounds = limits or QueryLimits()
        try:
            with (
                self._explained(),
                self._driver.session(database=self.database, default_access_mode=neo4j.READ_ACCESS) as session,
                session.begin_transaction(timeout=bounds.seconds) as transaction,
            ):
                self._check_plan(transaction, cypher, parameters)
                return table_of(transaction.run(cypher, dict(parameters or {})), bounds)
        except GraphStoreError as error:
            cause = error.__cause__
            code = str(getattr(cause, "code", "") or "")
            if "TransactionTimedOut" in code or "TransactionTerminated" in code or "Terminated" in code:
                raise QueryError(
                    f"The query ran past its limit of {bounds.seconds} s; ask for less, or raise the limit"
                ) from cause
            if "OutOfMemory" in code:
                raise QueryError(
                    "The query needs more memory on the server than one may take; collect or sort less at once"
                ) from cause
            if code.startswith("Neo.ClientError.") and "Security" not in code:
                raise QueryError(str(error)) from cause
            raise

    def _check_plan(self, transaction: neo4j.Transaction, cypher: str, parameters: Mapping[str, object] | None) -> None:
        """Ask the server, once for each text, what kind of statement it is: one that reads is of the kind ``r``."""
        if cypher in self._planned:
            return
        summary = transaction.run(f"EXPLAIN {cypher}", dict(parameters or {})).consume()
        if summary.query_type != "r":
            raise QueryError("Queries only read, and the server's plan for this one does more")
        if len(self._planned) >= _PLANNED:
            self._planned.clear()
        self._planned.add(cypher)

    def _numbers(self, statements: Iterable[str]) -> list[int]:
        """Give what each statement returns, all of one moment."""
        wanted = list(statements)  # the driver may begin the work anew
        return self._read(lambda transaction: [int(transaction.run(one).single(strict=True)[0]) for one in wanted])

    def _read(self, work: Callable[[neo4j.ManagedTransaction], _Result]) -> _Result:
        with self._explained(), self._driver.session(database=self.database) as session:
            return session.execute_read(work)

    def _write(self, work: Callable[[neo4j.ManagedTransaction], _Result]) -> _Result:
        with self._explained(), self._driver.session(database=self.database) as session:
            return session.execute_write(work)

    def _run_alone(self, statement: str) -> None:
        """Run a statement that makes transactions of its own, or changes the schema."""
        with self._explained(), self._driver.session(database=self.database) as session:
            session.run(statement).consume()

    def _run_together(self, statements: Iterable[str]) -> None:
        """Run statements that change the schema in one transaction; again, when another program's stood in the way."""
        wanted = list(statements)
        self._write(lambda transaction: [transaction.run(one).consume() for one in wanted])

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except neo4j.exceptions.AuthError as error:
            raise GraphStoreError(
                f"Neo4j at {self.uri} refused the login: {error.message}. Check user and password"
            ) from error
        except (neo4j.exceptions.ServiceUnavailable, neo4j.exceptions.SessionExpired) as error:
            raise GraphStoreError(
                f"Cannot reach Neo4j at {self.uri}: {error}. Start it, for example with: docker compose up -d neo4j"
            ) from error
        except neo4j.exceptions.Neo4jError as error:
            raise GraphStoreError(f"Neo4j at {self.uri}: {error.message} ({error.code})") from error
        except neo4j.exceptions.DriverError as error:
            raise GraphStoreError(f"Neo4j at {self.uri}: {error}") from error

    def close(self) -> None:
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
