"""The folder of a snapshot: its manifest, its Arrow files, and the checks that nothing in it has changed.

Columns are Arrow IPC files, uncompressed, so that they are mapped into memory as they lie. ``manifest.json`` names each
file with its size and SHA-256; its own fingerprint is taken over all of that.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from kg.artefact import file_digest
from kg.errors import InputError, ModelError

SNAPSHOT_FORMAT = "shopgraph-snapshot"
HOLDOUT_FORMAT = "shopgraph-holdout"
VERSION = 1
MANIFEST = "manifest.json"

Manifest = dict[str, Any]


def write_arrow(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Write batches as an Arrow IPC file that can be mapped into memory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def map_arrow(path: Path) -> pa.Table:
    """Give the table of an Arrow IPC file, mapped into memory."""
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def write_manifest(folder: Path, manifest: Mapping[str, object]) -> str:
    """Write ``manifest.json`` with the size and SHA-256 of every file in ``folder``; give the fingerprint."""
    files = {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": file_digest(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    whole: Manifest = {**manifest, "version": VERSION, "files": files}
    whole["fingerprint"] = manifest_fingerprint(whole)
    (folder / MANIFEST).write_text(json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    return str(whole["fingerprint"])


def read_manifest(folder: Path, format: str) -> Manifest:
    """Read and check ``manifest.json``, and the sizes of the files it names.

    Raises:
        ModelError: the folder is missing, of another format or version, or damaged.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ModelError(f"{folder} is no {format}: it has no {MANIFEST}. Take the snapshot first.")
    try:
        manifest: Manifest = json.loads(path.read_text("utf-8"))
        found, version, fingerprint = manifest["format"], manifest["version"], manifest["fingerprint"]
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path, "it cannot be read as a manifest") from error
    if found != format:
        raise ModelError(f"{folder} is a {found}, not a {format}. Give the right folder.")
    if version != VERSION:
        raise ModelError(f"{folder} is of version {version}; this shopgraph reads {VERSION}. Take the snapshot again.")
    if fingerprint != manifest_fingerprint(manifest):
        raise damaged(path, "its fingerprint does not match")
    for name, expected in manifest["files"].items():
        size = (folder / name).stat().st_size if (folder / name).is_file() else None
        if size != expected["bytes"]:
            raise damaged(folder / name, "it is missing" if size is None else f"it has {size} bytes, not as written")
    return manifest


def check_file(folder: Path, name: str, manifest: Manifest) -> Path:
    """Check the SHA-256 of one file; give its path.

    Raises:
        ModelError: the file is not as it was written.
    """
    path = folder / name
    if file_digest(path) != manifest["files"][name]["sha256"]:
        raise damaged(path, "its contents have changed")
    return path


def manifest_fingerprint(manifest: Manifest) -> str:
    """Give the SHA-256 over the manifest without its own fingerprint, in hexadecimal."""
    rest = {key: value for key, value in manifest.items() if key != "fingerprint"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def damaged(path: Path, why: str) -> ModelError:
    """Make the error for a file that is not as it was written."""
    return ModelError(f"{path} is damaged: {why}. Take the snapshot again.")


@contextmanager
def replaced(*folders: Path) -> Iterator[tuple[Path, ...]]:
    """Give an empty folder beside each of ``folders``; at the end they take their places, or vanish after an error.

    Raises:
        InputError: something that shopgraph did not write lies where a folder should go.
    """
    for folder in folders:
        if folder.exists() and not (folder.is_dir() and _ours(folder)):
            raise InputError(f"{folder} exists and is no snapshot or holdout. Name another folder, or remove it.")
    beside = tuple(folder.with_name(f".{folder.name}.new-{os.getpid()}") for folder in folders)
    try:
        for fresh in beside:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
        yield beside
        for folder, fresh in zip(folders, beside, strict=True):
            old = folder.with_name(f".{folder.name}.old-{os.getpid()}")
            if folder.exists():
                folder.rename(old)
            fresh.rename(folder)
            shutil.rmtree(old, ignore_errors=True)
    finally:
        for fresh in beside:
            shutil.rmtree(fresh, ignore_errors=True)


def _ours(folder: Path) -> bool:
    if not any(folder.iterdir()):
        return True
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))["format"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return found in (SNAPSHOT_FORMAT, HOLDOUT_FORMAT)
