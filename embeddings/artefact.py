"""The vector artefact: a folder with ``manifest.json``, ``vectors.safetensors`` and ``ids.parquet``.

Nothing in it can run code (``kg.artefact``). The vectors are mapped into memory as they lie, so a folder of any size is
open at once, and two programs that read it share the memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from embeddings.mapped import map_tensors
from embeddings.vectors import VectorArray, Vectors
from kg.artefact import ArtefactKind
from kg.errors import InputError, ModelError
from kg.ids import IdMap
from kg.schema import NODES

_AGAIN = "Make the vectors again; in a project: shopgraph run --from vectors"
VECTORS = ArtefactKind(
    "shopgraph-vectors", 1, "folder of vectors", _AGAIN, libraries=("numpy", "pyarrow", "safetensors")
)
_TENSORS, _IDS = "vectors.safetensors", "ids.parquet"
_OWN, _OTHER = "vectors", "other."
_LABEL = pa.dictionary(pa.int32(), pa.string())
_CHECKED_AT_ONCE = 1 << 16
"""Rows checked for NaN at a time, so that the check takes little memory."""


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
        InputError: a vector, or a number in another tensor, is not finite.
        ModelError: something else lies in ``folder``.
    """
    from safetensors.numpy import save_file

    vectors = artefact.vectors
    _check_finite(vectors)
    for name, tensor in artefact.tensors.items():
        if tensor.dtype.kind == "f" and not np.isfinite(tensor).all():
            raise InputError(f'The tensor "{name}" of the vectors "{vectors.name}" has numbers that are not finite.')
    manifest = {
        "name": vectors.name,
        "ids": vectors.ids.fingerprint,
        "shape": list(vectors.matrix.shape),
        "configuration": dict(artefact.configuration),
        "metrics": dict(artefact.metrics),
        "source": artefact.source,
    }
    with VECTORS.writing(folder, manifest) as beside:
        others = {f"{_OTHER}{name}": np.asarray(tensor, order="C") for name, tensor in sorted(artefact.tensors.items())}
        save_file({_OWN: np.asarray(vectors.matrix, order="C"), **others}, beside / _TENSORS)
        pq.write_table(_table(vectors.ids), beside / _IDS, use_dictionary=["label"])


def load_vectors(folder: Path, *, contents: bool = True) -> VectorArtefact:
    """Read an artefact; its matrices are mapped from the file and read-only.

    Args:
        folder: to read.
        contents: check the SHA-256 of every file, which reads it once; without, a folder of any size opens in
            milliseconds, and only ids, shapes, types and the manifest are checked.

    Raises:
        ModelError: there is none, it is of another format or version, or damaged.
    """
    manifest = VECTORS.read(folder, contents=contents)
    try:
        tensors = map_tensors(folder / _TENSORS)
        ids = _read_ids(folder / _IDS)
        if ids.fingerprint != manifest["ids"]:
            raise ModelError(f"{folder / _IDS} is damaged: its ids are not those of the manifest.")
        matrix: VectorArray = tensors.pop(_OWN)
        if list(matrix.shape) != manifest["shape"]:
            raise ModelError(f"{folder / _TENSORS} is damaged: its shape {matrix.shape} is not that of the manifest.")
        return VectorArtefact(
            Vectors(str(manifest["name"]), ids, matrix),
            {name.removeprefix(_OTHER): tensor for name, tensor in tensors.items()},
            dict(manifest["configuration"]),
            dict(manifest["metrics"]),
            str(manifest["source"]),
        )
    except ModelError as error:
        raise ModelError(f"{error} {_AGAIN}") from error
    except (InputError, OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise ModelError(f"{folder} holds no whole vectors: {error!r}. {_AGAIN}") from error


def _check_finite(vectors: Vectors) -> None:
    for start in range(0, len(vectors), _CHECKED_AT_ONCE):
        finite = np.isfinite(vectors.matrix[start : start + _CHECKED_AT_ONCE]).all(axis=1)
        if not finite.all():
            row = start + int(np.flatnonzero(~finite)[0])
            label, node = str(vectors.ids.labels_of([row])[0]), vectors.ids.ids([row])[0].as_py()
            raise InputError(
                f'The vector "{vectors.name}" of the {label} {node!r} has numbers that are not finite. '
                "Leave the node out, or find out where they come from."
            )


def _table(ids: IdMap) -> pa.Table:
    """Give label and id of every row; the labels as a dictionary, which is written and read fastest."""
    counts = [ids.count(label) for label in ids.labels]
    numbers = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    labels = pa.DictionaryArray.from_arrays(pa.array(numbers), pa.array(ids.labels, pa.string()))
    columns = pa.chunked_array([ids.label_ids(label) for label in ids.labels], pa.string())
    return pa.table({"label": labels, "id": columns})


def _read_ids(path: Path) -> IdMap:
    table = pq.ParquetFile(path, memory_map=True, read_dictionary=["label"]).read(use_threads=False)
    table = table.unify_dictionaries().combine_chunks()
    if table.schema.names != ["label", "id"] or table.schema.types != [_LABEL, pa.string()]:
        raise ModelError(f'{path} is damaged: it has not the two columns of text "label" and "id".')
    counts = {entry["values"]: entry["counts"] for entry in table["label"].value_counts().to_pylist()}
    slices, start = {}, 0
    for label in (*NODES, *(counts.keys() - NODES.keys())):
        slices[label] = table["id"].slice(start, counts.get(label, 0))
        start += counts.get(label, 0)
    ids = IdMap(slices)
    # A map sorts what it is given; the vectors lie in the order of the file.
    same = _table(ids)
    if not (
        same["id"].equals(table["id"]) and same["label"].cast(pa.string()).equals(table["label"].cast(pa.string()))
    ):
        raise ModelError(f"{path} is damaged: its ids are not in the order of the vectors.")
    return ids
