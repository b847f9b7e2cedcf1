"""The one thread that tells the graph what the journal holds."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from kg.store.protocol import GraphStore
from shopgraph.feedback import Event, Journal, Kind
from shopgraph.feedback.writer import GraphWriter
from shopgraph.file_lock import FileLock
from shopgraph.forget import forget
from shopgraph.project import Project


def test_a_customer_who_is_forgotten_meanwhile_does_not_come_back(tmp_path: Path) -> None:
    """Somebody asks to be forgotten at the very moment at which feedback of theirs is on its way into the graph."""
    project = Project.create(tmp_path / "project")
    with project.open_store(read_only=False) as store, closing(Journal(project.journal_file)) as journal:
        store.create_schema()
        store.load_nodes("Product", [pa.record_batch({"id": ["p"]})])
        journal.add(Event("e", "u", "p", Kind.VIEW, 1_000), "VIEWED")
        forgetting = threading.Thread(target=lambda: forget(project, "u", store=store, journal=journal))

        def reached() -> GraphStore:
            forgetting.start()
            forgetting.join(0.5)
            return store

        GraphWriter(journal, reached, turn=FileLock(project.graph_turn)).flush()
        forgetting.join()
        assert store.node_counts()["User"] == 0
        assert journal.waiting(most=1) == ()
