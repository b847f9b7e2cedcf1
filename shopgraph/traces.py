"""Looking for a customer's id in everything that lies in a project: the proof of forgetting.

Each file is looked into by what it is. In a project's tables, databases, reports and rows set aside, ids stand in known
places, and only those count: product 42 is no trace of customer 42. An id that can be told by its bytes (it is no
number, and not very short) is searched for in all free text and in every other file byte by byte, too. What cannot be
told of an id is said (``doubts``).
"""

from __future__ import annotations

import gzip
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kg.errors import InputError
from kg.schema import NODES
from kg.store.protocol import GraphStore
from shopgraph.feedback.journal import Journal
from shopgraph.project import Project
from shopgraph.traces_in_tables import Ids, table_holds
from shopgraph.traces_in_text import as_words, forms, html_names, is_telling, json_names, names_in

_BLOCK = 1 << 22
_OVERLAP = 1 << 14
_LONG = 8
"""Bytes from which an id is looked for in the graph's file whatever stands beside it."""
_SETTINGS = (".toml", ".csv")
"""Files that a shop writes for its project: they name products and words, no customers."""


def traces(project: Project, user: str, *, store: GraphStore | None) -> list[str]:
    """Give every place in a project that still holds a customer's id; none where all is forgotten.

    So are those that hold a review which graph or tables say the customer wrote. Of the graph's reviews also those are
    told that any customer wrote who was forgotten.

    Args:
        project: to look through, every file of it.
        user: id of the customer.
        store: the project's graph; None where there is none.

    Raises:
        InputError: the id is empty.
    """
    reviews = reviews_of(project, user, store=store)
    graph = graph_files(project)
    found = [
        str(path.relative_to(project.folder))
        for path in files_of(project)
        if path not in graph and holds(path, [user], reviews=reviews)
    ]
    if graph and _told_apart(user, store):
        found += [str(path.relative_to(project.folder)) for path in graph if _graph_file_holds(path, user)]
    if store is not None:
        if store.query("MATCH (n:User {id: $id}) RETURN n.id", {"id": user}).num_rows:
            found.append("graph: User")
        known = store.query("MATCH (n:Review) WHERE n.id IN $ids RETURN n.id LIMIT 1", {"ids": reviews}).num_rows
        if known or _forgotten_reviews(project, store):
            found.append("graph: Review")
    return found


def doubts(project: Project, user: str, *, store: GraphStore | None) -> list[str]:
    """Say what ``traces`` cannot tell of an id, where it is too short, a number, or part of another's."""
    said = []
    if not is_telling(user):
        said.append(
            f'"{user}" cannot be told from other numbers and words by its bytes: tables, databases, reports and rows '
            "set aside were looked into where ids of customers stand, free text and other binary files were not."
        )
    if graph_files(project) and not _told_apart(user, store):
        said.append(
            f'The file of the graph was looked into by its nodes alone: "{user}" is too short to be searched for among '
            "its bytes, or stands in the id of something else. Freed pages go when the file is written anew, which "
            "shopgraph forget does, and the service when it stops."
        )
    return said


def reviews_of(project: Project, user: str, *, store: GraphStore | None) -> list[str]:
    """Give the ids of the reviews that a customer wrote, by the graph and by the clean tables, in order."""
    found = set[str]()
    if store is not None:
        rows = store.query("MATCH (u:User {id: $id})-[:WROTE]->(r:Review) RETURN r.id AS id", {"id": user})
        found.update(rows["id"].to_pylist())
    for table in project.data.rglob("reviews.parquet"):
        found.update(pq.read_table(table, columns=["id"], filters=[("user_id", "=", user)])["id"].to_pylist())
    return sorted(found)


def _forgotten_reviews(project: Project, store: GraphStore) -> bool:
    if not project.journal_file.is_file():
        return False
    with closing(Journal(project.journal_file)) as journal:
        return any(journal.forgotten_among(batch["id"].to_pylist()) for batch in store.nodes("Review"))


def files_of(project: Project) -> Iterator[Path]:
    """Give every file of a project, in order."""
    yield from (path for path in sorted(project.folder.rglob("*")) if path.is_file() and not path.is_symlink())


def graph_files(project: Project) -> list[Path]:
    """Give the files of an embedded graph: its own and those that the engine keeps beside it."""
    store = project.settings.store
    if not store.embedded:
        return []
    file = store.file(project.folder)
    return [path for path in files_of(project) if path.parent == file.parent and path.name.startswith(file.name)]


def holds(path: Path, users: Iterable[str], *, reviews: Iterable[str] = ()) -> bool:
    """Tell whether a file holds the id of one of some customers or reviews.

    Raises:
        InputError: an id is empty.
    """
    ids = Ids(frozenset(users), frozenset(reviews))
    if not all(ids.every):
        raise InputError("An empty id names nobody.")
    if not ids.every:
        return False
    reader = _READERS.get(path.suffix or path.name)
    return _other_holds(path, ids) if reader is None else reader(path, ids)


def _parquet_holds(path: Path, ids: Ids) -> bool:
    return table_holds(path, pq.ParquetFile(path).read(), ids)


def _arrow_holds(path: Path, ids: Ids) -> bool:
    with pa.memory_map(str(path)) as file:
        return table_holds(path, pa.ipc.open_file(file).read_all(), ids)


def _lines_hold(path: Path, ids: Ids) -> bool:
    """Look into rows set aside, one a line."""
    near = re.compile("|".join(re.escape(form) for one in ids.every for form in forms(one)))
    words = re.compile(as_words(ids.telling)) if ids.telling else None
    with path.open(encoding="utf-8", errors="replace") as lines:
        return any(line_holds(line, ids, words) for line in lines if near.search(line))


def line_holds(line: str, ids: Ids, words: re.Pattern[str] | None) -> bool:
    """Tell whether a row that was set aside names one of some ids.

    Args:
        line: of the quarantine.
        ids: to look for.
        words: finds those of them that can be told by their bytes; None where none can.
    """
    return names_in(line).hold(ids.users, ids.reviews) or (words is not None and words.search(line) is not None)


def _json_holds(path: Path, ids: Ids) -> bool:
    return _telling_in_bytes(path, ids) or json_names(path.read_text("utf-8", "replace"), ids.every)


def _page_holds(path: Path, ids: Ids) -> bool:
    return _telling_in_bytes(path, ids) or html_names(path.read_text("utf-8", "replace"), ids.every)


def _packed_holds(path: Path, ids: Ids) -> bool:
    with gzip.open(path) as stream:
        return bool(_pattern(ids.every).search(stream.read()))


def _database_holds(path: Path, ids: Ids) -> bool:
    """Look into a database: where a column is of users, there alone, else at every text."""
    wanted = ids.users | ids.reviews
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            chosen = "user" if "user" in columns else "*"
            for row in connection.execute(f'SELECT {chosen} FROM "{table}"'):
                if any(isinstance(value, str) and value in wanted for value in row):
                    return True
    return _telling_in_bytes(path, ids)


def _telling_in_bytes(path: Path, ids: Ids) -> bool:
    return bool(ids.telling) and _in_bytes(path, _pattern(ids.telling))


def _other_holds(path: Path, ids: Ids) -> bool:
    """Search a file of which nothing is known: for every id if it is a text, else for those that bytes can tell."""
    with path.open("rb") as file:
        text = b"\0" not in file.read(_BLOCK)
    return _in_bytes(path, _pattern(ids.every)) if text else _telling_in_bytes(path, ids)


def _pattern(ids: Iterable[str]) -> re.Pattern[bytes]:
    return re.compile(as_words(ids).encode())


def _in_bytes(path: Path, pattern: re.Pattern[bytes]) -> bool:
    """Search a file block by block, each with the end of the one before."""
    with path.open("rb") as file:
        end = b""
        while block := file.read(_BLOCK):
            if pattern.search(end + block):
                return True
            end = block[-_OVERLAP:]
    return False


def _graph_file_holds(path: Path, user: str) -> bool:
    """Search the graph's file: the engine writes long strings one after the other, with nothing between them."""
    plain = user.encode()
    return _in_bytes(path, re.compile(re.escape(plain)) if len(plain) >= _LONG else _pattern([user]))


def _told_apart(user: str, store: GraphStore | None) -> bool:
    """Tell whether the bytes of an id in the graph's file can be of nothing but this customer."""
    if len(user.encode()) < _LONG and not is_telling(user):
        return False
    if store is None:
        return True
    with_it = {"id": user}
    return not any(
        store.query(
            f"MATCH (n:`{label}`) WHERE n.id CONTAINS $id AND {'n.id <> $id' if label == 'User' else 'true'} "
            "RETURN n.id LIMIT 1",
            with_it,
        ).num_rows
        for label in NODES
    )


_READERS: dict[str, Callable[[Path, Ids], bool]] = {
    ".parquet": _parquet_holds,
    ".arrow": _arrow_holds,
    ".sqlite": _database_holds,
    ".gz": _packed_holds,
    ".jsonl": _lines_hold,
    ".json": _json_holds,
    ".html": _page_holds,
    # who works here since when: a second or a process of the same number is no customer
    ".lock": _telling_in_bytes,
    **dict.fromkeys(_SETTINGS, _telling_in_bytes),
}
