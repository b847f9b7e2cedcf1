"""The graph that the service answers from, and who of its processes holds it.

A Neo4j server answers every process. The embedded graph is open in one process alone, the one that leads; the others
hand it the requests that need the graph (``shopgraph.service.handing``).
"""

from __future__ import annotations

import contextlib
import logging
import threading
from pathlib import Path

from kg.errors import GraphStoreError, ShopgraphError
from kg.store.protocol import GraphStore
from shopgraph.feedback.journal import Journal
from shopgraph.feedback.writer import GraphWriter
from shopgraph.file_lock import FileLock
from shopgraph.forget import compact_if_due
from shopgraph.project import Project

log = logging.getLogger("shopgraph.service")
_AGAIN = 1.0
"""Seconds until a graph that could not be opened, or a lead that another has, is tried again."""


class GraphAccess:
    """The graph of a project in one process.

    Args:
        project: whose graph it is.
        journal: of feedback.
        socket: where the leading process answers for an embedded graph; None where there is one process.
    """

    def __init__(self, project: Project, journal: Journal, *, socket: Path | None = None) -> None:
        self.socket = socket
        self.embedded = project.settings.store.embedded
        self.leadership = FileLock(project.journal_file.with_name("leader.lock"))
        self._project, self._journal = project, journal
        self._lock = threading.RLock()
        self._store: GraphStore | None = None
        self._failure = "The service has only just started; ask again in a second."
        self._writer: GraphWriter | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._lead, name="lead", daemon=True)

    def start(self) -> None:
        """Open the graph, and lead if no other process does; both are tried again and again."""
        self._try()
        self._thread.start()

    @property
    def elsewhere(self) -> bool:
        """Requests that need the graph are to be handed to the process that leads."""
        return self.embedded and self.socket is not None and not self.leadership.held

    def store(self) -> GraphStore:
        """Give the graph.

        Raises:
            GraphStoreError: it could not be opened.
        """
        with self._lock:
            if self._store is None:
                raise GraphStoreError(self._failure)
            return self._store

    def flush(self) -> None:
        """Tell the graph now what waits in the journal, where this process leads.

        Raises:
            GraphStoreError: it cannot be written.
        """
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        """Finish writing, and let graph and lead go."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._writer is not None:
            self._writer.stop()
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None
        if self.leadership.held and self.embedded:
            with contextlib.suppress(ShopgraphError):  # the next start does it
                compact_if_due(self._project)
        self.leadership.release()

    def _lead(self) -> None:
        while not self._stop.wait(_AGAIN):
            try:
                self._try()
            except Exception as error:  # it is tried again, whatever it was
                if str(error) != self._failure:
                    log.exception("the graph cannot be opened")
                self._failure = str(error)

    def _try(self) -> None:
        leads = self.leadership.take()
        if self._store is None and (leads or not self.embedded):
            try:
                if leads and self.embedded:
                    compact_if_due(self._project)
                store = self._project.open_store(read_only=False)
            except ShopgraphError as error:
                if str(error) != self._failure:
                    log.warning("the graph cannot be opened", extra={"fields": {"why": type(error).__name__}})
                self._failure = str(error)
                return
            with self._lock:
                self._store = store
        if leads and self._writer is None and self._store is not None:
            self._writer = GraphWriter(self._journal, self.store, turn=FileLock(self._project.graph_turn))
            self._writer.start()
