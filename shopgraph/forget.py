"""Forgetting a customer: every trace goes from the project, and a proof looks whether any is left.

What holds rows of customers is written anew without theirs: the clean tables, the graph, the journal, the model. What
was made of them for learning and names the customer (snapshot, held-out part, vectors, proposals, report) is removed,
and the next run makes it again. The weights of the model are sums over all customers, and name none.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import scipy.sparse as sp

from kg.store.protocol import GraphStore
from recommender.artefact import Artefact, load, save
from shopgraph.feedback.journal import Journal
from shopgraph.file_lock import FileLock
from shopgraph.project import Project, ProjectLock
from shopgraph.traces import holds, line_holds, reviews_of
from shopgraph.traces_in_tables import Ids
from shopgraph.traces_in_text import as_words

_COLUMNS = {"users": "id", "interactions": "user_id", "reviews": "user_id"}
"""Tables with rows of customers, and the column that names them."""


def forget(project: Project, user: str, *, store: GraphStore, journal: Journal) -> dict[str, int]:
    """Remove every trace of a customer; give place -> rows, nodes or folders removed.

    The graph's nodes go last, for by them the customer and the reviews are found: where something fails, asking again
    does the rest. What feedback still waits for the graph goes first, and none is written meanwhile.

    Args:
        project: to remove from.
        user: id of the customer.
        store: the project's graph, open for writing.
        journal: of feedback.

    Raises:
        ProjectError: a run is at work in the project.
        GraphStoreError: the graph cannot be written.
    """
    removed: dict[str, int] = {}
    with ProjectLock(project), FileLock(project.graph_turn):
        reviews = reviews_of(project, user, store=store)
        removed["journal"] = journal.forget(user, reviews=reviews)
        removed["made again by the next run"] = _derived(project, user, reviews)
        for model in (project.model, project.judged):
            if model.is_dir():
                removed["model"] = removed.get("model", 0) + _from_model(model, user)
        for table in sorted(project.data.rglob("*.parquet")):
            removed["tables"] = removed.get("tables", 0) + drop_rows(table, lambda value: value == user)
        for file in _quarantines(project):
            removed["quarantine"] = removed.get("quarantine", 0) + _drop_lines(file, user)
        _due(project).touch()
        removed["graph"] = store.delete_nodes("Review", reviews) + store.delete_nodes("User", [user])
    return {place: number for place, number in removed.items() if number}


def compact_if_due(project: Project) -> bool:
    """Write an embedded graph anew if somebody was forgotten since it was; tell whether it was done.

    The engine keeps what was deleted on freed pages of its file. The graph must not be open.

    Raises:
        GraphStoreError: it is.
    """
    due, settings = _due(project), project.settings.store
    if not due.is_file():
        return False
    if settings.embedded and settings.file(project.folder).is_file():
        from kg.store.compact import compact

        compact(settings.file(project.folder))
    due.unlink()
    return True


def _due(project: Project) -> Path:
    return project.journal_file.with_name("compact")


def drop_rows(path: Path, gone: Callable[[str], bool]) -> int:
    """Write a clean table anew without the rows of some customers; give how many rows went."""
    column = _COLUMNS.get(path.stem)
    if column is None:
        return 0
    table = pq.read_table(path)
    if column not in table.schema.names:
        return 0
    users = table[column]
    unwanted = [user for user in pc.unique(users).to_pylist() if user is not None and gone(user)]
    if not unwanted:
        return 0
    lost = pc.fill_null(pc.is_in(users, value_set=pa.array(unwanted, users.type)), False)
    kept = table.filter(pc.invert(lost))
    beside = path.with_name(f".{path.name}.new")
    pq.write_table(kept, beside)
    beside.replace(path)
    return int(table.num_rows - kept.num_rows)


def without_user(artefact: Artefact, user: str) -> Artefact | None:
    """Give the model without a customer's history; None where it does not know the customer."""
    users = artefact.users.to_pylist()
    if user not in users:
        return None
    row = users.index(user)
    interactions = artefact.kinds[0]
    histories = artefact.histories
    kept = np.arange(len(users)) != row
    entry = np.repeat(np.arange(len(users)), np.diff(histories.indptr))
    members = sp.csr_matrix(histories[kept].T)
    first = replace(interactions, members=members, targets=np.arange(len(users) - 1))
    return replace(
        artefact,
        kinds=(first, *artefact.kinds[1:]),
        target=artefact.target[entry != row],
        users=artefact.users.filter(pa.array(kept)),
        last=None if artefact.last is None else artefact.last[kept],
    )


def _from_model(model: Path, user: str) -> int:
    lesser = without_user(load(model), user)
    if lesser is None:
        return 0
    save(lesser, model)
    return 1


def _quarantines(project: Project) -> list[Path]:
    return sorted([*project.data.rglob("quarantine.jsonl"), *project.folder.glob("vectors-*-quarantine.jsonl")])


def _drop_lines(path: Path, user: str) -> int:
    """Drop the lines of a file of rows set aside that name a customer."""
    if not holds(path, [user]):
        return 0
    ids = Ids(frozenset([user]), frozenset())
    words = re.compile(as_words(ids.telling)) if ids.telling else None
    beside = path.with_name(f".{path.name}.new")
    dropped = 0
    with path.open(encoding="utf-8") as lines, beside.open("w", encoding="utf-8") as kept:
        for line in lines:
            if line_holds(line, ids, words):
                dropped += 1
            else:
                kept.write(line)
    beside.replace(path)
    return dropped


def _derived(project: Project, user: str, reviews: Iterable[str]) -> int:
    """Remove what was made of the tables for learning and names the customer; give how many places."""
    folders = [project.snapshot, project.holdout, project.proposals, project.linker, project.report]
    for parent in (project.vectors, project.heads):
        folders += sorted(parent.iterdir()) if parent.is_dir() else []
    for left in (".*.old*", ".*.new-*", ".*.writing", ".linking-*"):  # by something that was stopped
        folders += sorted(project.folder.glob(left))
    files = [project.linked, project.pictures_quarantine, project.evaluation_file]
    reviews = list(reviews)
    removed = 0
    for folder in folders:
        inside = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
        if any(holds(path, [user], reviews=reviews) for path in inside):
            shutil.rmtree(folder)
            removed += 1
    for file in files:
        if file.is_file() and holds(file, [user], reviews=reviews):
            file.unlink()
            removed += 1
    return removed
