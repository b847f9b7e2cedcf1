"""The vector artefact: a folder with ``manifest.json``, ``vectors.safetensors`` and ``ids.parquet``.

Nothing in it can run code (``kg.artefact``). The vectors are mapped into memory as they lie.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from embeddings.vectors import Vectors
from kg.artefact import ArtefactKind
from kg.errors import ModelError
from kg.ids import IdMap

_AGAIN = "Make the vectors again."
VECTORS = ArtefactKind(
    "shopgraph-vectors", 1, "folder of vectors", _AGAIN, libraries=("numpy", "pyarrow", "safetensors")
)
_TENSORS, _IDS = "vectors.safetensors", "ids.parquet"
_OWN = "vectors"


@dataclass(frozen=True, slots=True, eq=False)
class VectorArtefact:
    """Vectors and what they were made with.

    Attributes:
        vectors: of the nodes.
        tensors: further ones that belong to them, such as those of relations or a projection, by name.
        configuration: all that is needed to make or use the model again; JSON values.
        metrics: measured on validation, for the report; JSON values.
        source: fingerprint of what the vectors were made from, a snapshot's for one.
    """

    vectors: Vectors
    tensors: Mapping[str, np.ndarray] = field(default_factory=dict)
    configuration: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


def save_vectors(artefact: VectorArtefact, folder: Path) -> None:
    """Write an artefact, replacing one that is there once the new one is whole.

    Raises:
        ModelError: something else lies in ``folder``.
    """
    from safetensors.numpy import save_file

    vectors = artefact.vectors
    manifest = {
        "name": vectors.name,
        "ids": vectors.ids.fingerprint,
        "shape": list(vectors.matrix.shape),
        "configuration": dict(artefact.configuration),
        "metrics": dict(artefact.metrics),
        "source": artefact.source,
    }
    with VECTORS.writing(folder, manifest) as beside:
        others = {f"other.{name}": np.ascontiguousarray(tensor) for name, tensor in sorted(artefact.tensors.items())}
        save_file({_OWN: np.ascontiguousarray(vectors.matrix), **others}, beside / _TENSORS)
        labels = [label for label in vectors.ids.labels for _ in range(vectors.ids.count(label))]
        ids = pa.concat_arrays([vectors.ids.label_ids(label) for label in vectors.ids.labels]) if labels else labels
        pq.write_table(
            pa.table({"label": pa.array(labels, pa.string()), "id": pa.array(ids, pa.string())}), beside / _IDS
        )


def load_vectors(folder: Path, *, contents: bool = True) -> VectorArtefact:
    """Read an artefact; its matrices are mapped from the file.

    Args:
        folder: to read.
        contents: check the SHA-256 of every file, which reads it once; without, a folder of any size opens in
            milliseconds, and only ids, shapes and the manifest are checked.

    Raises:
        ModelError: there is none, it is of another format or version, or damaged.
    """
    from safetensors import SafetensorError, safe_open

    manifest = VECTORS.read(folder, contents=contents)
    try:
        with safe_open(folder / _TENSORS, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
        table = pq.read_table(folder / _IDS)
        ids = _id_map(table)
        if ids.fingerprint != manifest["ids"]:
            raise ModelError(f"{folder / _IDS} is damaged: its ids are not those of the manifest. {_AGAIN}")
        matrix = tensors.pop(_OWN)
        matrix.flags.writeable = False
        return VectorArtefact(
            Vectors(manifest["name"], ids, matrix),
            {name.removeprefix("other."): tensor for name, tensor in tensors.items()},
            manifest["configuration"],
            manifest["metrics"],
            manifest["source"],
        )
    except (OSError, ValueError, KeyError, TypeError, SafetensorError, pa.ArrowInvalid, json.JSONDecodeError) as error:
        raise ModelError(f"{folder} holds no whole vectors ({error}). {_AGAIN}") from error


def _id_map(table: pa.Table) -> IdMap:
    labels = table["label"]
    return IdMap({label: table.filter(pa.compute.equal(labels, label))["id"] for label in labels.unique().to_pylist()})
