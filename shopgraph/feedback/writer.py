"""From the journal into the graph: one thread, in batches, within a fraction of a second."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

import pyarrow as pa

from kg.errors import ShopgraphError
from kg.store.protocol import EdgeKey, GraphStore
from shopgraph.feedback.journal import Entry, Journal
from shopgraph.file_lock import FileLock

log = logging.getLogger("shopgraph.service")
_BATCH = 2_000
_PAUSE = 0.1
"""Seconds between two looks at the journal, which other processes write, too."""
_AGAIN = 1.0
"""Seconds until a graph that could not be written is tried again."""
_SCHEMA = pa.schema([("source", pa.string()), ("target", pa.string()), ("at", pa.timestamp("ms", tz="UTC"))])


class GraphWriter:
    """Tells the graph what the journal holds.

    Args:
        journal: to read.
        store: gives the graph, open for writing; asked before each batch.
        turn: held from reading what waits until the graph has it. A build holds it, too, from reading the journal to
            counting what the graph has: it would take out what came since it read, or find more than it loaded. So
            does forgetting a customer: what was read before would bring the customer back.
    """

    def __init__(self, journal: Journal, store: Callable[[], GraphStore], *, turn: FileLock) -> None:
        self._journal, self._store, self._turn = journal, store, turn
        self._stop = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="feedback", daemon=True)

    def start(self) -> None:
        """Begin, with what was left when it was stopped last."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch at hand, and end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def flush(self) -> int:
        """Tell the graph all that waits; give how many entries: none while a build is at work, for they wait for it.

        Raises:
            GraphStoreError: it cannot be written.
        """
        number = 0
        with self._one_at_a_time:
            while self._journal.waiting(most=1) and self._turn.take():
                try:
                    entries = self._journal.waiting(most=_BATCH)
                    apply(self._store(), entries)
                    self._journal.told(entries)
                finally:
                    self._turn.release()
                number += len(entries)
        return number

    def _run(self) -> None:
        pause = _PAUSE
        while not self._stop.wait(pause):
            try:
                self.flush()
                pause = _PAUSE
            except ShopgraphError as error:
                if pause != _AGAIN:
                    log.warning("feedback waits for the graph", extra={"fields": {"why": type(error).__name__}})
                pause = _AGAIN


def apply(store: GraphStore, entries: Sequence[Entry]) -> None:
    """Write entries into the graph; of several about one edge the last counts. Repeating it changes nothing.

    A product that the graph does not have (any more) is passed over: its event stays in the journal, and the next run
    of the pipeline looks at it again.

    Raises:
        GraphStoreError: the graph cannot be written.
    """
    last = {(entry.edge, entry.user, entry.product, entry.at): entry for entry in entries}
    adding = [entry for entry in last.values() if not entry.remove]
    known = _known(store, {entry.product for entry in adding})
    adding = [entry for entry in adding if entry.product in known]
    if adding:
        users = pa.array(sorted({entry.user for entry in adding}), pa.string())
        store.load_nodes("User", [pa.record_batch({"id": users})])
    for edge in dict.fromkeys(entry.edge for entry in last.values()):
        key = EdgeKey("User", edge, "Product")
        new = [entry for entry in adding if entry.edge == edge]
        gone = [entry for entry in last.values() if entry.edge == edge and entry.remove]
        if new:
            store.load_edges(key, [_batch(new)])
        if gone:
            store.delete_edges(key, [_batch(gone)])


def _known(store: GraphStore, products: set[str]) -> set[str]:
    if not products:
        return set()
    rows = store.query("MATCH (p:Product) WHERE p.id IN $ids RETURN p.id AS id", {"ids": sorted(products)})
    return set(rows["id"].to_pylist())


def _batch(entries: Sequence[Entry]) -> pa.RecordBatch:
    ordered = sorted(entries, key=lambda entry: (entry.user, entry.product, entry.at or 0))
    columns = ([entry.user for entry in ordered], [entry.product for entry in ordered], [entry.at for entry in ordered])
    return pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA)
