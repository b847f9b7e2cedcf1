"""A look at the machine and the project: what is fine, what is not, and what to do."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from kg.artefact import MANIFEST, damaged_file
from kg.errors import GraphStoreError, ShopgraphError
from shopgraph.project import Project, ProjectError

_GIB = 1024**3
_PACKAGES = ("duckdb", "ladybug", "neo4j", "numpy", "pyarrow", "pykeen", "scipy", "spacy", "torch", "torch-geometric")
_MEMORY_GIB = 4
_DISK_GIB = 2


class Health(StrEnum):
    """How a check ended."""

    FINE = "fine"
    WARNING = "warning"  # it works, but not for everything
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: of the thing.
        health: how it is.
        found: what was found.
        advice: what to do; empty where it is fine.
    """

    name: str
    health: Health
    found: str
    advice: str = ""


def examine(project: Project | None = None) -> Iterator[Check]:
    """Look at the machine, and at a project if one is given; every problem is a check, none an exception."""
    yield _python()
    yield from _packages()
    yield _cores()
    yield _memory()
    yield _disk(project.folder if project is not None else Path())
    yield _java()
    if project is not None:
        yield from _project(project)


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Check("Python", Health.FINE, version)
    return Check("Python", Health.WRONG, version, "Use Python 3.11, 3.12 or 3.13.")


def _packages() -> Iterator[Check]:
    for name in _PACKAGES:
        try:
            yield Check(name, Health.FINE, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Check(name, Health.WRONG, "not installed", "Install shopgraph again: pip install shopgraph")


def _cores() -> Check:
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return Check("cores", Health.FINE, str(cores))


def _memory() -> Check:
    memory = psutil.virtual_memory()
    found = f"{memory.available / _GIB:.1f} of {memory.total / _GIB:.1f} GiB free"
    if memory.available >= _MEMORY_GIB * _GIB:
        return Check("memory", Health.FINE, found)
    advice = "Close other programs, or lower [training] memory_gib in shopgraph.toml."
    return Check("memory", Health.WARNING, found, advice)


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder if folder.exists() else Path()).free
    found = f"{free / _GIB:.1f} GiB free"
    if free >= _DISK_GIB * _GIB:
        return Check("disk", Health.FINE, found)
    advice = "Make room; tables, graph, snapshot and model each take about the room of the input."
    return Check("disk", Health.WARNING, found, advice)


def _java() -> Check:
    java = shutil.which("java")
    if java is not None:
        return Check("Java", Health.FINE, java)
    return Check("Java", Health.FINE, "none; only a Neo4j server of your own without Docker needs it")


def _project(project: Project) -> Iterator[Check]:
    try:
        project = Project.open(project.folder)
    except ProjectError as error:
        yield Check("project", Health.WRONG, "missing", str(error))
        return
    try:
        _ = project.settings
    except ShopgraphError as error:
        yield Check("settings", Health.WRONG, "wrong", str(error))
        return
    yield Check("settings", Health.FINE, str(project.settings_file))
    yield _store(project)
    yield from _stages(project)
    yield from _damaged(project)


def _store(project: Project) -> Check:
    settings = project.settings.store
    if settings.embedded and not settings.file(project.folder).is_file():
        return Check("graph store", Health.FINE, f"{settings.url}, not built yet")
    try:
        with project.open_store() as store:
            nodes = sum(store.node_counts().values())
    except GraphStoreError as error:
        advice = f"{error}. Is the server running, and is [store] url right?" if not settings.embedded else str(error)
        return Check("graph store", Health.WRONG, settings.url, advice)
    except ShopgraphError as error:
        return Check("graph store", Health.WRONG, settings.url, str(error))
    return Check("graph store", Health.FINE, f"{settings.url}, {nodes:,} nodes")


_MADE_BY = {
    "snapshot": "run --from snapshot",
    "holdout": "run --from snapshot",
    "vectors": "run --from vectors",
    "proposals": "propose",
    "model": "run --from train",
    "heads": "run --from train",
    "captioner": "run --from link",
    "linker": "run --from link",
}
"""What makes the folders of a project that have a manifest."""


def _damaged(project: Project) -> Iterator[Check]:
    """Look at what the stages made, file by file; nothing is said of what is as it was written."""
    for name, command in _MADE_BY.items():
        folder = project.folder / name
        for manifest in sorted([*folder.glob(MANIFEST), *folder.glob(f"*/{MANIFEST}")]):
            wrong = damaged_file(manifest.parent)
            if wrong is not None:
                advice = f"shopgraph {command} --project {project.folder}"
                yield Check(name, Health.WRONG, f"{wrong} is missing or damaged", advice)


def _stages(project: Project) -> Iterator[Check]:
    from shopgraph.pipeline import STAGES, State, is_current
    from shopgraph.pipeline.stage import Job

    try:
        state = State.load(project)
    except ProjectError as error:
        yield Check("state", Health.WRONG, "unusable", str(error))
        return
    if not state.sources:
        advice = f"Import some data: shopgraph import FOLDER --project {project.folder}"
        yield Check("data", Health.WARNING, "none", advice)
        return
    job = Job(project, state)
    for stage in STAGES.values():
        if not stage.wanted(job):
            continue
        if is_current(stage, job):
            yield Check(stage.name, Health.FINE, f"done in {state.stages[stage.name].seconds:.1f} s")
        else:
            found = "older than what it is made from" if stage.name in state.stages else "not done"
            yield Check(stage.name, Health.WARNING, found, f"shopgraph run --project {project.folder}")
