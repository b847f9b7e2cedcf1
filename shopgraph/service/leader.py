"""One process of the service leads: it writes feedback into the graph, and holds the embedded graph for all of them.

Whoever gets the lock leads; the operating system frees it when the process ends, however it ends, and another takes
over where it stopped.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl


class Leadership:
    """A lock that one process holds at a time.

    Args:
        path: of the lock file; it stays, so that no two processes ever lock different ones.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    @property
    def held(self) -> bool:
        """This process leads."""
        return self._file is not None

    def take(self) -> bool:
        """Try to lead; tell whether this process does."""
        if self._file is not None or sys.platform == "win32":
            return True
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let another lead."""
        if self._file is not None:
            self._file.close()
            self._file = None
