"""The whole graph as Parquet: ``nodes_<Label>.parquet`` and ``edges_<Source>.<TYPE>.<Target>.parquet``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kg.export.protocol import Reads, as_store, new_folder
from kg.export.tables import edge_file, edge_tables
from kg.schema import NODES
from kg.snapshot import Snapshot
from kg.store.protocol import GraphStore


class Parquet:
    """A folder of Parquet files with every property; labels and edges of which there are none have no file."""

    name = "parquet"
    doc = "Every node and edge with all properties, as Parquet files."
    reads = Reads.STORE

    def export(self, graph: GraphStore | Snapshot, out: Path) -> Path:
        """Write the folder; see ``Exporter``."""
        store = as_store(graph, name=self.name)
        with new_folder(out) as folder:
            for label in NODES:
                _write(folder / f"nodes_{label}.parquet", store.nodes(label))
            for key in edge_tables():
                _write(folder / f"{edge_file(key)}.parquet", store.edges(key))
        return out


def _write(path: Path, batches: Iterator[pa.RecordBatch]) -> None:
    first = next(batches, None)
    if first is None:
        return
    with pq.ParquetWriter(path, first.schema) as writer:
        writer.write_batch(first)
        for batch in batches:
            writer.write_batch(batch)
