"""What every export is, and how its files come into place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kg.errors import ConfigurationError, InputError
from kg.snapshot import Snapshot
from kg.store.protocol import GraphStore


class Reads(StrEnum):
    """What an export is made from."""

    STORE = "store"  # every property of nodes and edges
    SNAPSHOT = "snapshot"  # the training part, as columns for learning


class Exporter(Protocol):
    """One format that the graph can be written in."""

    name: str
    """As given on the command line."""

    doc: str
    """One line for help and docs."""

    reads: Reads
    """What ``export`` must be given."""

    def export(self, graph: GraphStore | Snapshot, out: Path) -> Path:
        """Write the graph to ``out`` and give the path; what was half written vanishes after an error.

        Raises:
            ConfigurationError: ``graph`` is not what the format ``reads``.
            InputError: ``out`` is a folder that holds something already.
        """
        ...


def as_snapshot(graph: GraphStore | Snapshot, *, name: str) -> Snapshot:
    """Give ``graph`` as the snapshot it must be."""
    if not isinstance(graph, Snapshot):
        raise ConfigurationError(f'The export "{name}" is made from a snapshot, not from the store. Take one first.')
    return graph


def as_store(graph: GraphStore | Snapshot, *, name: str) -> GraphStore:
    """Give ``graph`` as the store it must be."""
    if isinstance(graph, Snapshot):
        raise ConfigurationError(f'The export "{name}" is made from the graph store, not from a snapshot.')
    return graph


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Give an empty folder beside ``out`` that takes its place at the end, or vanishes after an error.

    Raises:
        InputError: ``out`` is there and not an empty folder.
    """
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise InputError(f"{out} exists and is not an empty folder. Name another folder, or remove it.")
    beside = out.with_name(f".{out.name}.new-{os.getpid()}")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        yield beside
        if out.exists():
            out.rmdir()
        beside.rename(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def new_file(out: Path) -> Iterator[Path]:
    """Give the path of a file beside ``out`` that takes its place at the end, or vanishes after an error.

    Raises:
        InputError: ``out`` is a folder.
    """
    if out.is_dir():
        raise InputError(f"{out} is a folder; this export is one file. Name a file.")
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_name(f".{out.name}.new-{os.getpid()}")
    try:
        yield beside
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
