"""The journal of feedback: on disk before it is acknowledged.

SQLite in WAL mode with ``synchronous = FULL``: when ``add`` has come back, the event survives a crash of the process
and of the machine. What the graph has yet to be told stands in the same database, written in the same transaction, and
is taken out once the graph has it; after a crash it is told again, which changes nothing. Any number of processes may
write.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.errors import InputError, ShopgraphError
from shopgraph.feedback.events import Event, Kind

_TABLES = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, user TEXT NOT NULL, product TEXT NOT NULL,
    kind TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS events_of_user ON events (user);
CREATE TABLE IF NOT EXISTS taken_back (
    user TEXT NOT NULL, product TEXT NOT NULL, edge TEXT NOT NULL, at INTEGER, kinds TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS taken_back_of_user ON taken_back (user);
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, remove INTEGER NOT NULL, user TEXT NOT NULL, product TEXT NOT NULL,
    edge TEXT NOT NULL, at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS forgotten (digest TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS forgotten_reviews (digest TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""
_KINDS_LEFT = """
ALTER TABLE taken_back ADD COLUMN kinds TEXT NOT NULL DEFAULT '';
UPDATE taken_back SET kinds = CASE WHEN bought THEN 'PURCHASED' WHEN left >= 1 THEN 'LIKED'
    WHEN left >= 0.6 THEN 'CARTED' WHEN left >= 0.3 THEN 'CLICKED' WHEN left > 0 THEN 'VIEWED' ELSE '' END;
ALTER TABLE taken_back DROP COLUMN left;
ALTER TABLE taken_back DROP COLUMN bought;
"""
"""For a journal of a version that noted the weight of what is left, and not its kinds."""
_BUSY_MS = 10_000


class JournalError(ShopgraphError):
    """The journal of feedback cannot be read or written."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An event that the customer took back; the model may still know of it.

    Attributes:
        product: about what.
        edge: relationship type.
        at: milliseconds since 1970; None where it has no time.
        left: relationship types of what else the customer did with the product.
    """

    product: str
    edge: str
    at: int | None
    left: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something the graph has yet to be told.

    Attributes:
        seq: number, ascending.
        remove: the edge is to go.
        user: where it begins.
        product: where it ends.
        edge: its type.
        at: milliseconds since 1970; None where it has no time.
    """

    seq: int
    remove: bool
    user: str
    product: str
    edge: str
    at: int | None


class Journal:
    """The journal in one file, which is made where it is missing. Threads may share it.

    Args:
        path: of the file.

    Raises:
        JournalError: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._own = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._connection() as connection:
                connection.executescript(_TABLES)
                self._bring_up_to_date(connection)
                connection.execute("INSERT OR IGNORE INTO about VALUES ('salt', ?)", (secrets.token_hex(16),))
        except OSError as error:
            raise JournalError(f"The journal of feedback {path} cannot be written: {error}.") from error

    def add(self, event: Event, edge: str) -> bool:
        """Store an event; tell whether it is new. It is on disk when this comes back.

        Raises:
            InputError: another event has the same id.
            JournalError: it cannot be written.
        """
        with self._writing() as connection:
            row = (event.id, event.user, event.product, event.kind.value, event.at)
            found = connection.execute(
                "SELECT id, user, product, kind, at FROM events WHERE id = ?", (event.id,)
            ).fetchone()
            if found is not None:
                if found[:4] != row[:4]:
                    raise InputError(f'There is another event with the id "{event.id}"; give each event its own.')
                return False
            connection.execute("INSERT INTO events (id, user, product, kind, at) VALUES (?, ?, ?, ?, ?)", row)
            connection.execute(  # the customer says it anew
                "DELETE FROM taken_back WHERE user = ? AND product = ? AND edge = ? AND at = ?",
                (event.user, event.product, edge, event.at),
            )
            connection.execute(
                "INSERT INTO outbox (remove, user, product, edge, at) VALUES (0, ?, ?, ?, ?)",
                (event.user, event.product, edge, event.at),
            )
            return True

    def events(self, user: str) -> tuple[Event, ...]:
        """Give a customer's events in the order they came."""
        rows = self._rows("SELECT id, user, product, kind, at FROM events WHERE user = ? ORDER BY seq", (user,))
        return tuple(Event(row[0], row[1], row[2], Kind(row[3]), row[4]) for row in rows)

    def taken_back(self, user: str) -> tuple[TakenBack, ...]:
        """Give what a customer took back, the latest last."""
        rows = self._rows("SELECT product, edge, at, kinds FROM taken_back WHERE user = ? ORDER BY rowid", (user,))
        return tuple(TakenBack(row[0], row[1], row[2], frozenset(row[3].split())) for row in rows)

    def is_forgotten(self, user: str) -> bool:
        """Tell whether nothing that was known of the customer before counts any more."""
        if not self._rows("SELECT 1 FROM forgotten LIMIT 1"):
            return False
        return bool(self._rows("SELECT 1 FROM forgotten WHERE digest = ?", (self.digest(user),)))

    def take_back(self, user: str, event: TakenBack, *, own: str | None = None) -> None:
        """Note that an event was taken back, which the model may have learned from, and take it out of the graph.

        Args:
            user: whose it was.
            event: which.
            own: its id, where it is one of the journal's own; it is deleted.
        """
        with self._writing() as connection:
            connection.execute("DELETE FROM events WHERE id = ? AND user = ?", (own, user))
            connection.execute(
                "INSERT INTO taken_back (user, product, edge, at, kinds) VALUES (?, ?, ?, ?, ?)",
                (user, event.product, event.edge, event.at, " ".join(sorted(event.left))),
            )
            connection.execute(
                "INSERT INTO outbox (remove, user, product, edge, at) VALUES (1, ?, ?, ?, ?)",
                (user, event.product, event.edge, event.at),
            )

    def now_left(self, left: Mapping[tuple[str, str], frozenset[str]]) -> None:
        """Note what is left beside what was taken back, now that the shop's files were read again.

        Args:
            left: user and product -> relationship types.
        """
        with self._writing() as connection:
            connection.executemany(
                "UPDATE taken_back SET kinds = ? WHERE user = ? AND product = ?",
                [(" ".join(sorted(kinds)), *pair) for pair, kinds in left.items()],
            )

    def forget(self, user: str, *, reviews: Iterable[str] = ()) -> int:
        """Delete all that the journal holds of a customer; give how many rows. What is left are salted digests.

        By the digest the customer's rows are left out when the shop's files, which may still have them, are imported
        again. The customer's id cannot be had back from it without guessing the id. By those of the reviews that the
        customer wrote the proof of forgetting knows them, when nothing else does any more.
        """
        with self._writing() as connection:
            gone = sum(
                connection.execute(f"DELETE FROM {table} WHERE user = ?", (user,)).rowcount
                for table in ("events", "taken_back", "outbox")
            )
            connection.execute("INSERT OR IGNORE INTO forgotten VALUES (?)", (self.digest(user),))
            connection.executemany(
                "INSERT OR IGNORE INTO forgotten_reviews VALUES (?)", [(self.digest(review),) for review in reviews]
            )
        with self._connection() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def digest(self, user: str) -> str:
        """Give the salted SHA-256 by which a forgotten customer, or a review of theirs, is known again."""
        return hashlib.sha256((self.salt + user).encode()).hexdigest()

    @cached_property
    def salt(self) -> str:
        """Random word of this journal."""
        return str(self._rows("SELECT value FROM about WHERE name = 'salt'")[0][0])

    def waiting(self, *, most: int) -> tuple[Entry, ...]:
        """Give what the graph has yet to be told, the oldest first."""
        rows = self._rows("SELECT seq, remove, user, product, edge, at FROM outbox ORDER BY seq LIMIT ?", (most,))
        return tuple(Entry(row[0], bool(row[1]), *row[2:]) for row in rows)

    def told(self, entries: Sequence[Entry]) -> None:
        """Take out what the graph has been told."""
        with self._writing() as connection:
            connection.executemany("DELETE FROM outbox WHERE seq = ?", [(entry.seq,) for entry in entries])

    def all_events(self) -> Iterator[Event]:
        """Give every event in the order they came."""
        for row in self._rows("SELECT id, user, product, kind, at FROM events ORDER BY seq"):
            yield Event(row[0], row[1], row[2], Kind(row[3]), row[4])

    def all_taken_back(self) -> list[tuple[str, str, str, int | None]]:
        """Give user, product, relationship type and time of everything that was taken back."""
        return self._rows("SELECT user, product, edge, at FROM taken_back ORDER BY rowid")

    def all_forgotten(self) -> list[str]:
        """Give the digests of forgotten customers."""
        return [row[0] for row in self._rows("SELECT digest FROM forgotten ORDER BY digest")]

    def forgotten_among(self, reviews: Iterable[str]) -> list[str]:
        """Give those of some reviews that customers wrote who were forgotten."""
        digests = {row[0] for row in self._rows("SELECT digest FROM forgotten_reviews")}
        return [review for review in reviews if self.digest(review) in digests] if digests else []

    def state(self) -> str:
        """Give a word that changes whenever what a run of the pipeline would read has changed."""
        return repr(
            [
                self._rows("SELECT count(*), max(seq) FROM events"),
                self._rows("SELECT count(*) FROM taken_back"),
                self._rows("SELECT count(*), max(digest) FROM forgotten"),
            ]
        )

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()
            self._own = threading.local()

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        columns = {row[1] for row in connection.execute("PRAGMA table_info(taken_back)")}
        if "left" in columns:
            for statement in _KINDS_LEFT.split(";"):
                connection.execute(statement)
        connection.execute("COMMIT")

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._connection() as connection:
            return connection.execute(statement, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's own connection.

        Raises:
            JournalError: the database cannot be read or written.
        """
        try:
            connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
            if connection is None:
                connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
                connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA secure_delete = ON")
                self._own.connection = connection
                with self._lock:
                    self._open.append(connection)
            yield connection
        except sqlite3.Error as error:
            raise JournalError(f"The journal of feedback {self.path} failed: {error}.") from error
