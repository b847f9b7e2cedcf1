"""A lock that one of several processes holds at a time; the operating system frees it when the process ends, however.

By one of these, one process of the service leads: it writes feedback into the graph, and holds the embedded graph for
all of them; when it ends another takes over where it stopped. By another, a build and the writer of feedback take
turns.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Self

if sys.platform != "win32":
    import fcntl


class FileLock:
    """A lock on a file; two objects exclude each other in one process, too. On Windows everybody gets it.

    Args:
        path: of the lock file; it stays, so that no two processes ever lock different ones.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    @property
    def held(self) -> bool:
        """This object has the lock."""
        return self._file is not None

    def take(self) -> bool:
        """Try to get the lock; tell whether this object has it."""
        return self._lock(wait=False)

    def release(self) -> None:
        """Let another have it."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        self._lock(wait=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _lock(self, *, wait: bool) -> bool:
        if self._file is not None or sys.platform == "win32":
            return True
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True
