"""The model artefact: a folder with all that serving needs, and nothing that could run code.

``manifest.json`` (format, model, parameters, fingerprints, versions, metrics), ``weights.safetensors`` (item weights
and baskets), ``ids.parquet`` (the items, in the order of the rows), ``users.parquet``, ``targets.parquet`` (names of
the nodes that reasons speak of) and ``links.parquet`` (links that no basket holds, for filters). It is written beside
its place and renamed; loading checks the version, the ids, and the SHA-256 of every file, the manifest's own included.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import scipy.sparse as sp

from kg.artefact import file_digest
from kg.errors import ModelError
from recommender.arrays import BoolArray, Csr, FloatArray, IntArray
from recommender.baskets import Baskets
from recommender.chances import ChanceTable
from recommender.data import KIND_WEIGHTS, entries_of
from recommender.links import LINKS
from recommender.network.part import VectorPart

FORMAT = 2
_FILES = ("weights.safetensors", "ids.parquet", "users.parquet", "targets.parquet")
_LINKS = "links.parquet"
_LIBRARIES = ("numpy", "scipy", "pyarrow", "safetensors")


@dataclass(frozen=True, slots=True)
class Artefact:
    """A trained model as it lies on disk.

    Attributes:
        model: name of the model.
        parameters: it was fitted with.
        weights: item weights, ``(n_items, n_items)``.
        kinds: baskets the weights were made from, for reasons; interactions first.
        target: entries of the interactions' user-by-item matrix that are of a kind to predict, ``(n_entries,)``.
        popularity: how much customers did with each item, ``(n_items,)``.
        items: the items, in order: ``id``, ``name``, ``name_zh``, ``description``, ``price``, ``brand``,
            ``categories``, ``in_stock``, ``released``, ``image``, ``attributes``.
        users: external ids of the users in order.
        targets: ``label``, ``id`` and ``name`` of the baskets' nodes, kind after kind.
        target_kinds: kinds of interaction that were to be predicted.
        fingerprint: of the snapshot it was trained on.
        metrics: of tuning and training, for the report.
        parts: item vectors whose scores join those of the item weights; none where the model has no network.
        weight: of the item weights' score beside those of ``parts``.
        chances: from places in lists to chances of a purchase; None where too few customers could judge.
        kind_weights: how much each kind of interaction counts in the histories, by relationship type.
        links: of items, that no basket holds, see ``recommender.links.LINKS``.
        recency: half-life of an interaction's weight in the histories, days; 0 for no fading.
        last: milliseconds since 1970 of each customer's last interaction, -1 where unknown, ``(n_users,)``; None where
            nothing fades.
    """

    model: str
    parameters: Mapping[str, float]
    weights: Csr
    kinds: tuple[Baskets, ...]
    target: BoolArray
    popularity: FloatArray
    items: pa.Table
    users: pa.StringArray
    targets: pa.Table
    target_kinds: tuple[str, ...]
    fingerprint: str
    metrics: Mapping[str, Any]
    parts: tuple[VectorPart, ...] = field(default=())
    weight: float = 1.0
    chances: ChanceTable | None = None
    kind_weights: Mapping[str, float] = field(default_factory=lambda: dict(KIND_WEIGHTS))
    links: pa.Table = field(default_factory=LINKS.empty_table)
    recency: float = 0.0
    last: IntArray | None = None

    @property
    def histories(self) -> Csr:
        """User-by-item weights of what each customer did, ``(n_users, n_items)``."""
        return sp.csr_matrix(self.kinds[0].members.T)

    @property
    def seen(self) -> Csr:
        """What is not recommended again: interactions of a kind to predict, ``(n_users, n_items)``."""
        return entries_of(self.histories, self.target)


def save(artefact: Artefact, path: Path) -> None:
    """Write the artefact into ``path``, replacing what is there once the new one is whole."""
    from safetensors.numpy import save_file

    beside = path.with_name(f".{path.name}.writing")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    tensors: dict[str, np.ndarray] = {"popularity": artefact.popularity, "target": artefact.target.astype(np.uint8)}
    if artefact.last is not None:
        tensors["last"] = artefact.last
    _put(tensors, "weights", artefact.weights)
    for number, kind in enumerate(artefact.kinds):
        _put(tensors, f"kind.{number}", kind.members)
        tensors[f"kind.{number}.targets"] = kind.targets
    for number, part in enumerate(artefact.parts):
        tensors[f"part.{number}.inputs"] = np.ascontiguousarray(part.inputs)
        tensors |= {f"part.{number}.{name}": np.ascontiguousarray(own) for name, own in part.outputs.items()}
    save_file(tensors, beside / "weights.safetensors")
    pq.write_table(artefact.items, beside / "ids.parquet")
    pq.write_table(pa.table({"id": artefact.users}), beside / "users.parquet")
    pq.write_table(artefact.targets, beside / "targets.parquet")
    pq.write_table(artefact.links, beside / _LINKS)
    manifest = {
        "format": FORMAT,
        "model": artefact.model,
        "parameters": dict(artefact.parameters),
        "kinds": [{"name": kind.name, "outgoing": kind.outgoing} for kind in artefact.kinds],
        "parts": [{"name": part.name, "sources": list(part.outputs), "weight": part.weight} for part in artefact.parts],
        "weight": artefact.weight,
        "chances": None if artefact.chances is None else artefact.chances.told(),
        "target_kinds": list(artefact.target_kinds),
        "kind_weights": dict(artefact.kind_weights),
        "recency": artefact.recency,
        "snapshot": artefact.fingerprint,
        "ids": ids_fingerprint(artefact.items["id"]),
        "files": {name: file_digest(beside / name) for name in (*_FILES, _LINKS)},
        "libraries": {name: version(name) for name in _LIBRARIES},
        "metrics": dict(artefact.metrics),
    }
    manifest["fingerprint"] = _fingerprint(manifest)
    (beside / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    put(beside, path)


def put(beside: Path, path: Path) -> None:
    """Let a whole artefact take the place of the one that lies in ``path``, if there is one."""
    old = path.with_name(f".{path.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if path.exists():
        path.rename(old)
    beside.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def load(path: Path) -> Artefact:
    """Read an artefact.

    Raises:
        ModelError: it is missing, damaged, of another format version, or its ids do not belong to its weights.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    manifest = read_manifest(path)
    try:
        linked = _LINKS in manifest["files"]  # models that were trained before such links were kept have none
        for name in (*_FILES, _LINKS) if linked else _FILES:
            if file_digest(path / name) != manifest["files"][name]:
                raise ModelError(f"{path / name} is damaged: its checksum is not that of the manifest. {_AGAIN}")
        tensors = load_file(path / "weights.safetensors")
        items = pq.read_table(path / "ids.parquet")
        users = pq.read_table(path / "users.parquet")["id"].combine_chunks()
        targets = pq.read_table(path / "targets.parquet")
        links = pq.read_table(path / _LINKS) if linked else LINKS.empty_table()
        kinds = tuple(
            Baskets(
                entry["name"], _get(tensors, f"kind.{number}"), tensors[f"kind.{number}.targets"], entry["outgoing"]
            )
            for number, entry in enumerate(manifest["kinds"])
        )
        weights = _get(tensors, "weights")
        chances = manifest.get("chances")  # models that were trained before there were any have none
        table = None if chances is None else ChanceTable.of(chances)
        parts = tuple(
            VectorPart(
                entry["name"],
                tensors[f"part.{number}.inputs"],
                {name: tensors[f"part.{number}.{name}"] for name in entry["sources"]},
                entry["weight"],
            )
            for number, entry in enumerate(manifest["parts"])
        )
    except (OSError, KeyError, SafetensorError, pa.ArrowInvalid) as error:
        raise ModelError(f"The model in {path} is damaged: {error}. {_AGAIN}") from error
    if ids_fingerprint(items["id"]) != manifest["ids"] or len(items) != weights.shape[0]:
        raise ModelError(f"The ids in {path} do not belong to its weights. {_AGAIN}")
    return Artefact(
        model=manifest["model"],
        parameters=manifest["parameters"],
        weights=weights,
        kinds=kinds,
        target=tensors["target"].astype(np.bool_),
        popularity=tensors["popularity"],
        items=items,
        users=users,
        targets=targets,
        target_kinds=tuple(manifest["target_kinds"]),
        fingerprint=manifest["snapshot"],
        metrics=manifest["metrics"],
        parts=parts,
        weight=manifest["weight"],
        chances=table,
        kind_weights=manifest.get("kind_weights", KIND_WEIGHTS),  # as with chances
        links=links,
        recency=manifest.get("recency", 0.0),
        last=tensors.get("last"),
    )


def read_manifest(path: Path) -> dict[str, Any]:
    """Read and check the manifest of the artefact in ``path``.

    Raises:
        ModelError: it is missing, damaged, or of another format version.
    """
    try:
        manifest: dict[str, Any] = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"There is no model in {path}. Train one with: shopgraph run --project PROJECT") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path / 'manifest.json'} is damaged: {error}. {_AGAIN}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise ModelError(f"The model in {path} has the format {found}, and this version reads {FORMAT}. {_AGAIN}")
    if manifest.get("fingerprint") != _fingerprint(manifest):
        raise ModelError(f"{path / 'manifest.json'} is damaged: its fingerprint does not match. {_AGAIN}")
    return manifest


def ids_fingerprint(ids: pa.ChunkedArray) -> str:
    """Give a fingerprint of ids in their order."""
    digest = hashlib.sha256()
    for chunk in ids.chunks:
        digest.update("\0".join(chunk.to_pylist()).encode())
        digest.update(b"\0")
    return digest.hexdigest()


_AGAIN = "Train again with: shopgraph run --project PROJECT --from train"


def _put(tensors: dict[str, np.ndarray], name: str, matrix: Csr) -> None:
    matrix.sort_indices()
    tensors[f"{name}.indptr"] = matrix.indptr.astype(np.int64)
    tensors[f"{name}.indices"] = matrix.indices.astype(np.int32)
    tensors[f"{name}.data"] = matrix.data.astype(np.float32)
    tensors[f"{name}.shape"] = np.array(matrix.shape, dtype=np.int64)


def _get(tensors: Mapping[str, np.ndarray], name: str) -> Csr:
    rows, columns = (int(n) for n in tensors[f"{name}.shape"])
    parts = (tensors[f"{name}.data"], tensors[f"{name}.indices"], tensors[f"{name}.indptr"])
    matrix = sp.csr_matrix(parts, shape=(rows, columns), copy=False)
    matrix.check_format()
    return matrix


def _fingerprint(manifest: Mapping[str, Any]) -> str:
    content = {key: value for key, value in manifest.items() if key != "fingerprint"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
