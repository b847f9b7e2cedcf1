"""Captions already made, in one file: by the photo's content and the captioner's name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType

from kg.errors import ModelError
from linking.captions.protocol import Caption, CaptionWords
from linking.mentions import NodeRef

_FORMAT = 1
_TABLE = (
    "CREATE TABLE IF NOT EXISTS captions (hash TEXT, model TEXT, text TEXT, words TEXT, PRIMARY KEY (hash, model)) "
    "WITHOUT ROWID"
)
_ASKED = 500


class CaptionCache:
    """A file of captions. What ``put`` has written stays written, whatever happens to the process after.

    Args:
        path: of the file; made where it is missing.

    Raises:
        ModelError: the file is something else, or of another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._file = sqlite3.connect(path, timeout=30, check_same_thread=False)
            (version,) = self._file.execute("PRAGMA user_version").fetchone()
            tables = self._file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if (tables or version) and version != _FORMAT:
                raise ModelError(f"{path} is no file of captions of format {_FORMAT}. Remove it, or name another.")
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute(_TABLE)
            self._file.execute(f"PRAGMA user_version = {_FORMAT}")
            self._file.commit()
        except sqlite3.Error as error:
            raise ModelError(
                f"The captions in {path} cannot be read: {error}. Remove the file, or name another."
            ) from error

    def __enter__(self) -> CaptionCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def get(self, hashes: Sequence[str], *, model: str) -> dict[str, Caption]:
        """Give the captions that a captioner made before, by the photo's hash."""
        found = {}
        for start in range(0, len(hashes), _ASKED):
            some = hashes[start : start + _ASKED]
            marks = ", ".join("?" * len(some))
            query = f"SELECT hash, text, words FROM captions WHERE model = ? AND hash IN ({marks})"
            for key, text, words in self._file.execute(query, (model, *some)):
                found[key] = Caption(text, tuple(_words(entry) for entry in json.loads(words)))
        return found

    def put(self, captions: Iterable[tuple[str, Caption]], *, model: str) -> None:
        """Keep captions, pairs of a photo's hash and its caption; all of them or, if interrupted, none."""
        rows = [
            (key, model, caption.text, json.dumps([_entry(word) for word in caption.words], ensure_ascii=False))
            for key, caption in captions
        ]
        with self._file:
            self._file.executemany("INSERT OR REPLACE INTO captions VALUES (?, ?, ?, ?)", rows)


def _entry(word: CaptionWords) -> list[object]:
    node = [] if word.node is None else [word.node.label, word.node.id]
    return [word.start, word.end, word.confidence, *node]


def _words(entry: list[object]) -> CaptionWords:
    start, end, confidence, *node = entry
    ref = NodeRef(str(node[0]), str(node[1])) if node else None
    return CaptionWords(int(str(start)), int(str(end)), float(str(confidence)), ref)
