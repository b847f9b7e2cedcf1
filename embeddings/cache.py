"""Vectors already made, in one file: by what was encoded and what encoded it."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from embeddings.vectors import VectorArray
from kg.errors import ModelError
from kg.limits import limit

_FORMAT = 1
_ASKED = 500
_TABLES = (
    "CREATE TABLE IF NOT EXISTS encoders (number INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE)",
    "CREATE TABLE IF NOT EXISTS vectors (row INTEGER PRIMARY KEY, encoder INTEGER NOT NULL, content BLOB NOT NULL, "
    "vector BLOB NOT NULL, UNIQUE (encoder, content))",
)


def content_key(data: bytes) -> str:
    """Give the SHA-256 of contents, in hexadecimal: the same contents have the same vector."""
    return hashlib.sha256(data).hexdigest()


class VectorCache:
    """A file of vectors. What ``put`` has written stays written, whatever happens to the process after.

    Several processes and threads may use one file: each batch is one transaction, and writers wait for each other. A
    vector is float32 as it lies in memory, little-endian.

    Args:
        path: of the file; made where it is missing.
        most_bytes: size the file may reach, by default the limit ``vector_cache_bytes``; beyond it the vectors that
            were written first give way.

    Raises:
        ModelError: the file is something else, damaged, or of another version.
    """

    def __init__(self, path: Path, *, most_bytes: int | None = None) -> None:
        self.path = path
        self._most_bytes = limit("vector_cache_bytes") if most_bytes is None else most_bytes
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._file = sqlite3.connect(path, timeout=60, check_same_thread=False, isolation_level=None)
            self._open()
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    def __enter__(self) -> VectorCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def get(self, keys: Sequence[str], *, encoder: str, dim: int) -> dict[str, VectorArray]:
        """Give the vectors that an encoder made before, each ``(dim,)``, by key.

        Args:
            keys: as ``content_key`` gives them.
            encoder: its fingerprint.
            dim: numbers in each of its vectors.

        Raises:
            ModelError: the file is damaged.
        """
        found: dict[str, VectorArray] = {}
        try:
            with self._lock:
                number = self._number(encoder)
                for start in range(0, len(keys) if number is not None else 0, _ASKED):
                    some = [bytes.fromhex(key) for key in keys[start : start + _ASKED]]
                    marks = ", ".join("?" * len(some))
                    query = f"SELECT content, vector FROM vectors WHERE encoder = ? AND content IN ({marks})"
                    for content, stored in self._file.execute(query, (number, *some)):
                        found[content.hex()] = np.frombuffer(stored, dtype="<f4").astype(np.float32, copy=False)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        for vector in found.values():
            if vector.shape != (dim,) or not np.isfinite(vector).all():
                raise self._unreadable("a vector is not what was written")
        return found

    def put(self, vectors: Mapping[str, VectorArray], *, encoder: str) -> None:
        """Keep vectors, by key; all of them or, if interrupted, none.

        Args:
            vectors: each ``(dim,)``, finite.
            encoder: fingerprint of the one that made them.

        Raises:
            ModelError: the file cannot be written.
        """
        try:
            with self._lock:
                self._file.execute("BEGIN IMMEDIATE")
                try:
                    self._file.execute("INSERT OR IGNORE INTO encoders (fingerprint) VALUES (?)", (encoder,))
                    number = self._number(encoder)
                    rows = [(number, bytes.fromhex(key), _bytes(vector)) for key, vector in vectors.items()]
                    self._file.executemany(
                        "INSERT OR REPLACE INTO vectors (encoder, content, vector) VALUES (?, ?, ?)", rows
                    )
                    self._give_way()
                except BaseException:
                    self._file.execute("ROLLBACK")
                    raise
                self._file.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    def keep_only(self, encoders: Sequence[str]) -> int:
        """Remove the vectors of every encoder but those with the given fingerprints; give how many went.

        The file becomes smaller at once. An encoder that learned anew has another fingerprint: what it made before is
        only ballast.

        Raises:
            ModelError: the file cannot be written.
        """
        marks = ", ".join("?" * len(encoders))
        try:
            with self._lock:
                kept = f"SELECT number FROM encoders WHERE fingerprint IN ({marks})"
                query = f"DELETE FROM vectors WHERE encoder NOT IN ({kept})"
                removed = self._file.execute(query, tuple(encoders)).rowcount
                self._file.execute(f"DELETE FROM encoders WHERE fingerprint NOT IN ({marks})", tuple(encoders))
                self._file.execute("VACUUM")
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        return removed

    def _open(self) -> None:
        (version,) = self._file.execute("PRAGMA user_version").fetchone()
        (tables,) = self._file.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if (tables or version) and version != _FORMAT:
            raise ModelError(f"{self.path} is no file of vectors of format {_FORMAT}. Remove it, or name another.")
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.execute("BEGIN IMMEDIATE")
        for table in _TABLES:
            self._file.execute(table)
        self._file.execute(f"PRAGMA user_version = {_FORMAT}")
        self._file.execute("COMMIT")

    def _number(self, encoder: str) -> int | None:
        row = self._file.execute("SELECT number FROM encoders WHERE fingerprint = ?", (encoder,)).fetchone()
        return None if row is None else int(row[0])

    def _give_way(self) -> None:
        """Remove the oldest vectors where the file would become larger than it may; their room is used again."""
        page, pages, free = (
            self._file.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count")
        )
        used = page * (pages - free)
        if used <= self._most_bytes:
            return
        first, last = self._file.execute("SELECT min(row), max(row) FROM vectors").fetchone()
        # A tenth more than needed, so that not every batch has to make room.
        share = min(1.0, 1.1 - self._most_bytes / used)
        self._file.execute("DELETE FROM vectors WHERE row < ?", (first + (last - first + 1) * share,))

    def _unreadable(self, error: object) -> ModelError:
        return ModelError(f"The vectors kept in {self.path} cannot be used: {error}. Remove the file, or name another.")


def _bytes(vector: VectorArray) -> bytes:
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()
