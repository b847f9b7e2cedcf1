"""Looking for a customer's id in everything that lies in a project: the proof of forgetting.

Parquet and Arrow files, SQLite databases and gzip files are read and not only looked at from outside; every other file
is searched byte by byte for the id as a word of its own.
"""

from __future__ import annotations

import gzip
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kg.errors import InputError
from kg.store.protocol import GraphStore
from shopgraph.project import Project

_BLOCK = 1 << 22
_WORD = r"[0-9A-Za-z_-]"


def traces(project: Project, user: str, *, store: GraphStore | None) -> list[str]:
    """Give every place in a project that still holds a customer's id; none where all is forgotten.

    Args:
        project: to look through, every file of it.
        user: id of the customer.
        store: the project's graph; None where there is none.

    Raises:
        InputError: the id is empty.
    """
    found = [str(path.relative_to(project.folder)) for path in files_of(project) if holds(path, [user])]
    if store is not None and store.query("MATCH (n:User {id: $id}) RETURN n.id", {"id": user}).num_rows:
        found.append("graph: User")
    return found


def files_of(project: Project) -> Iterator[Path]:
    """Give every file of a project, in order."""
    yield from (path for path in sorted(project.folder.rglob("*")) if path.is_file() and not path.is_symlink())


def as_words(ids: Iterable[str]) -> str:
    """Give a regular expression that finds ids where they stand as words of their own."""
    return "|".join(f"(?<!{_WORD}){re.escape(one)}(?!{_WORD})" for one in ids)


def holds(path: Path, ids: Iterable[str]) -> bool:
    """Tell whether a file holds one of some ids.

    Raises:
        InputError: an id is empty.
    """
    wanted = sorted(set(ids))
    if not all(wanted):
        raise InputError("An empty id names nobody.")
    if not wanted:
        return False
    pattern = re.compile(as_words(wanted).encode())
    match path.suffix:
        case ".parquet":
            return _in_table(pq.read_table(path), wanted, pattern)
        case ".arrow":
            with pa.memory_map(str(path)) as file:
                return _in_table(pa.ipc.open_file(file).read_all(), wanted, pattern)
        case ".sqlite":
            return _in_database(path, wanted) or _in_bytes(path, pattern)
        case ".gz":
            with gzip.open(path) as stream:
                return bool(pattern.search(stream.read()))
        case _:
            return _in_bytes(path, pattern)


def _in_bytes(path: Path, pattern: re.Pattern[bytes]) -> bool:
    """Search a file block by block, each with the end of the one before."""
    with path.open("rb") as file:
        end = b""
        while block := file.read(_BLOCK):
            if pattern.search(end + block):
                return True
            end = block[-2048:]
    return False


def _in_table(table: pa.Table, wanted: list[str], pattern: re.Pattern[bytes]) -> bool:
    return any(_in_column(column, wanted, pattern) for column in table.columns)


def _in_column(column: pa.ChunkedArray | pa.Array, wanted: list[str], pattern: re.Pattern[bytes]) -> bool:
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _in_column(pc.list_flatten(column), wanted, pattern)
    if pa.types.is_struct(kind):
        return any(_in_column(pc.struct_field(column, name), wanted, pattern) for name in kind.names)
    if pa.types.is_dictionary(kind):
        return _in_column(column.cast(kind.value_type), wanted, pattern)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return False
    near = pc.unique(column)
    has = [pc.fill_null(pc.match_substring(near, one), False) for one in wanted]
    hits = near.filter(pc.fill_null(_any(has), False)).to_pylist()
    return any(pattern.search(value.encode()) for value in hits)


def _any(masks: list[pa.Array]) -> pa.Array:
    whole = masks[0]
    for mask in masks[1:]:
        whole = pc.or_(whole, mask)
    return whole


def _in_database(path: Path, wanted: list[str]) -> bool:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                if any(isinstance(value, str) and value in wanted for value in row):
                    return True
    return False
