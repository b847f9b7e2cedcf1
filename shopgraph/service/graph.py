"""The graph that the service answers from."""

from __future__ import annotations

import threading

from kg.store.protocol import GraphStore
from shopgraph.project import Project


class GraphAccess:
    """Opens the project's graph when it is first asked for.

    Args:
        project: whose graph it is.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._store: GraphStore | None = None

    def store(self) -> GraphStore:
        """Give the graph.

        Raises:
            GraphStoreError: it cannot be opened, or another process has it.
        """
        with self._lock:
            if self._store is None:
                self._store = self._project.open_store(read_only=False)
            return self._store

    def close(self) -> None:
        """Let it go; the next question opens it again."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None
