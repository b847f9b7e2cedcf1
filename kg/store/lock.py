"""One writing process at a time on an embedded graph, and a message that says who that is."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from kg.errors import GraphStoreError

if sys.platform != "win32":
    import fcntl


class GraphLock:
    """A lock on the file beside a graph; the operating system frees it when the process ends, however it ends.

    Args:
        graph: file of the graph; the lock file has its name and ``.lock``.
        shared: several may hold it, as long as all of them hold it shared (reading processes).

    Raises:
        GraphStoreError: another holds it in a way that excludes this one; says which process and since when.
    """

    def __init__(self, graph: Path, *, shared: bool) -> None:
        self.path = graph.with_name(graph.name + ".lock")
        self._file: IO[str] | None = None
        if sys.platform == "win32":  # there the engine's own lock has to do; its message names no process
            return
        try:
            file = self.path.open("a+", encoding="utf-8")
        except PermissionError:
            if shared:  # a graph on a read-only disk has no writer either
                return
            raise GraphStoreError(
                f"No permission to write {self.path}; open the graph read-only or change it"
            ) from None
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            message = _refusal(graph, file.read(), shared=shared)
            file.close()
            raise GraphStoreError(message) from None
        self._file = file
        if not shared:
            file.truncate(0)
            file.write(json.dumps({"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}))
            file.flush()

    def release(self) -> None:
        """Let it go; a second call does nothing. The file stays, so that no two processes ever lock different ones."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _refusal(graph: Path, note: str, *, shared: bool) -> str:
    try:
        holder = json.loads(note)
        who = f"process {holder['pid']} since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        who = "another process"
    if shared:
        return f"The graph {graph} is being written by {who}. Wait until it is done, or read through that process"
    return (
        f"The graph {graph} is open elsewhere; it was last opened for writing by {who}. One process may write it at a "
        "time, and none while others read it: wait until they are done, or stop them, and run the command again"
    )
