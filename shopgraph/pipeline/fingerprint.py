"""Fingerprints: two that are equal say that nothing which matters has changed in between."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.artefact import file_digest


def fingerprint(values: Mapping[str, object]) -> str:
    """Give the SHA-256 over values that JSON can write, in hexadecimal."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def look(source: Path) -> str:
    """Fingerprint the files of a source by name, size and time of change, without reading them."""
    found = [(source.name, *_size_and_time(source.stat()))] if source.is_file() else sorted(_walk(source, ""))
    return fingerprint({"files": found})


def contents(folder: Path, pattern: str) -> str:
    """Fingerprint the contents of the files in ``folder`` that match ``pattern``."""
    return fingerprint({path.name: file_digest(path) for path in sorted(folder.glob(pattern))})


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                yield from _walk(Path(entry.path), f"{prefix}{entry.name}/")
            elif entry.is_file():
                yield prefix + entry.name, *_size_and_time(entry.stat())


def _size_and_time(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_size, stat.st_mtime_ns
