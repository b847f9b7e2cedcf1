"""What the embedded engine alone has to keep: many threads, one file."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

from kg.errors import GraphStoreError
from kg.store import EdgeKey, GraphStore, open_store

_ALSO_VIEWED = EdgeKey("Product", "ALSO_VIEWED", "Product")


def test_writers_queue_and_readers_run_beside_them(tmp_path: Path) -> None:
    with open_store(tmp_path / "graph.lbug") as store:
        store.create_schema()
        store.load_nodes("Product", [pa.RecordBatch.from_pydict({"id": [f"p{i}" for i in range(40)]})])
        stop = threading.Event()

        def read() -> list[int]:
            counts = []
            while not stop.is_set():
                counts.append(store.query("MATCH (:Product)-[r]->(:Product) RETURN count(r) AS n")["n"][0].as_py())
            return counts

        with ThreadPoolExecutor() as pool:
            readers = [pool.submit(read) for _ in range(2)]
            writers = [pool.submit(_write, store, start) for start in range(4)]
            for writer in writers:
                writer.result()
            stop.set()
            seen = [reader.result() for reader in readers]
        assert store.edge_counts()[_ALSO_VIEWED] == 40
        for counts in seen:
            assert counts == sorted(counts)
            assert all(count % 5 == 0 for count in counts)  # whole transactions only


def _write(store: GraphStore, start: int) -> None:
    for first in range(start * 10, start * 10 + 10, 5):
        names = [f"p{i}" for i in range(first, first + 5)]
        store.load_edges(_ALSO_VIEWED, [pa.RecordBatch.from_pydict({"source": names, "target": names})])


def test_a_graph_has_one_writer_in_a_process_too(tmp_path: Path) -> None:
    with (
        open_store(tmp_path / "graph.lbug"),
        pytest.raises(GraphStoreError, match=f"process {os.getpid()}"),
    ):
        open_store(tmp_path / "graph.lbug")
    open_store(f"ladybug://{tmp_path}/graph.lbug").close()
