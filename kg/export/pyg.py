"""The training part for PyTorch Geometric: ``HeteroData`` in memory, and tensors on disk without pickle.

On disk it is a folder: ``graph.json`` (node counts, edge types, fingerprint), ``graph.safetensors`` (the columns of the
edges) and ``ids.parquet`` (``label``, ``id``, in the order of the rows).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from kg.errors import InputError
from kg.export.protocol import Reads, as_snapshot, new_folder
from kg.snapshot import Edges, Relation, Snapshot
from kg.store.protocol import GraphStore

if TYPE_CHECKING:
    from torch_geometric.data import HeteroData

EdgeTypeName = tuple[str, str, str]


def to_hetero_data(snapshot: Snapshot) -> HeteroData:
    """Give the snapshot as ``HeteroData``.

    Each label has ``num_nodes``; a node's number is its row counted from the start of its label. Each relation has
    ``edge_index`` ``(2, n_edges)`` int64, ``edge_weight`` ``(n_edges,)`` float32, and where anything is known of them
    ``edge_time`` (milliseconds since 1970 UTC, -1 where unknown) int64 and ``edge_value`` (NaN where unknown) float32.
    """
    columns = {_type_name(relation): _columns(snapshot, relation) for relation in snapshot.edges}
    return _hetero_data(_counts(snapshot), columns)


def load_hetero_data(folder: Path) -> HeteroData:
    """Read what the export ``pyg`` wrote, as ``to_hetero_data`` gives it.

    Raises:
        InputError: the folder is not such an export.
    """
    from safetensors.numpy import load_file

    try:
        described: dict[str, Any] = json.loads((folder / "graph.json").read_text("utf-8"))
        tensors: dict[str, npt.NDArray[np.generic]] = load_file(folder / "graph.safetensors")
        columns = {
            (entry["source"], entry["relation"], entry["target"]): {
                name: tensors[f"{number}.{name}"] for name in entry["columns"]
            }
            for number, entry in enumerate(described["edges"])
        }
        counts: dict[str, int] = described["nodes"]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f'{folder} is not what the export "pyg" writes: {error}. Export the graph again.') from error
    return _hetero_data(counts, columns)


class PyG:
    """A folder of tensors; ``load_hetero_data`` reads it."""

    name = "pyg"
    doc = "Tensors of the training part (safetensors and JSON), for PyTorch Geometric."
    reads = Reads.SNAPSHOT

    def export(self, graph: GraphStore | Snapshot, out: Path) -> Path:
        """Write the folder; see ``Exporter``."""
        from safetensors.numpy import save_file

        snapshot = as_snapshot(graph, name=self.name)
        tensors: dict[str, npt.NDArray[np.generic]] = {}
        entries = []
        for number, relation in enumerate(snapshot.edges):
            columns = _columns(snapshot, relation)
            source, name, target = _type_name(relation)
            entries.append({"source": source, "relation": name, "target": target, "columns": sorted(columns)})
            tensors.update({f"{number}.{column}": values for column, values in columns.items()})
        described = {"fingerprint": snapshot.fingerprint, "nodes": _counts(snapshot), "edges": entries}
        with new_folder(out) as folder:
            (folder / "graph.json").write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", "utf-8")
            save_file(tensors, folder / "graph.safetensors")
            schema = pa.schema([("label", pa.string()), ("id", pa.string())])
            with pq.ParquetWriter(folder / "ids.parquet", schema) as writer:
                for label in snapshot.ids.labels:
                    ids = snapshot.ids.label_ids(label)
                    writer.write_table(pa.table([pa.repeat(label, len(ids)), ids], schema=schema))
        return out


def _hetero_data(counts: dict[str, int], columns: dict[EdgeTypeName, dict[str, npt.NDArray[np.generic]]]) -> HeteroData:
    import torch
    from torch_geometric.data import HeteroData

    data = HeteroData()
    for label, count in counts.items():
        data[label].num_nodes = count
    for edge_type, own in columns.items():
        for name, values in own.items():
            data[edge_type][name] = torch.from_numpy(values)
    return data


def _counts(snapshot: Snapshot) -> dict[str, int]:
    return {label: snapshot.ids.count(label) for label in snapshot.ids.labels}


def _type_name(relation: Relation) -> EdgeTypeName:
    return (relation.source, relation.label, relation.target)


def _columns(snapshot: Snapshot, relation: Relation) -> dict[str, npt.NDArray[np.generic]]:
    edges: Edges = snapshot.edges[relation]
    known = edges.known()
    head = edges.head - snapshot.ids.slice(relation.source).start
    tail = edges.tail - snapshot.ids.slice(relation.target).start
    columns: dict[str, npt.NDArray[np.generic]] = {
        "edge_index": np.stack((head, tail)),
        "edge_weight": edges.weight.astype(np.float32),
    }
    if "at" in known:
        columns["edge_time"] = edges.at.copy()
    if "value" in known:
        columns["edge_value"] = edges.value.astype(np.float32)
    return columns
