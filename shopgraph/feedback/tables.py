"""From the journal into training: its events join the tables of the sources, and what was taken back leaves them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kg.tables import TABLES
from shopgraph.feedback.events import KINDS
from shopgraph.feedback.journal import Journal
from shopgraph.forget import drop_rows
from shopgraph.pipeline.join import join_tables
from shopgraph.project import Project
from shopgraph.traces_in_text import names_in


def journal_state(project: Project) -> str:
    """Give a word that changes whenever the journal has something new for training; empty without a journal."""
    if not project.journal_file.is_file():
        return ""
    journal = Journal(project.journal_file)
    try:
        return journal.state()
    finally:
        journal.close()


def leave_out_forgotten(project: Project, folder: Path) -> int:
    """Leave customers who were forgotten out of what was just imported into ``folder``; give the rows left out."""
    if not project.journal_file.is_file():
        return 0
    journal = Journal(project.journal_file)
    try:
        forgotten = frozenset(journal.all_forgotten())
        if not forgotten:
            return 0
        rows = sum(drop_rows(path, lambda user: journal.digest(user) in forgotten) for path in folder.glob("*.parquet"))
        quarantine = folder / "quarantine.jsonl"
        if quarantine.is_file():
            with quarantine.open(encoding="utf-8", newline="\n") as file:
                lines = file.readlines()
            kept = [line for line in lines if forgotten.isdisjoint(map(journal.digest, names_in(line).users))]
            if len(kept) < len(lines):
                quarantine.write_text("".join(kept), "utf-8")
        return rows
    finally:
        journal.close()


def tables_to_build(project: Project, folders: Sequence[Path]) -> tuple[Path, dict[str, int]]:
    """Give the folder of tables to build the graph from: the sources joined with what customers told the service.

    Args:
        project: whose they are.
        folders: clean tables of its sources.

    Returns:
        The folder, and the rows of each table that several of them gave.

    Raises:
        InputError: a table cannot be read.
    """
    own, gone = _journal_tables(project, folders)
    if own is None and not gone and len(folders) == 1:
        return folders[0], {}
    joined = project.data / "joined"
    repeated = join_tables([*folders, *([] if own is None else [own])], joined)
    if gone:
        _take_out(joined / "interactions.parquet", gone)
        _note_what_is_left(project, joined / "interactions.parquet", gone)
    return joined, repeated


def _journal_tables(
    project: Project, folders: Sequence[Path]
) -> tuple[Path | None, list[tuple[str, str, str, int | None]]]:
    """Write the journal's events as tables of their own; give their folder, and what was taken back."""
    out = project.data / "feedback"
    shutil.rmtree(out, ignore_errors=True)
    if not project.journal_file.is_file():
        return None, []
    journal = Journal(project.journal_file)
    try:
        events, gone = list(journal.all_events()), journal.all_taken_back()
    finally:
        journal.close()
    sold = {name for folder in folders for name in _ids(folder / "products.parquet")}
    events = [event for event in events if event.product in sold]
    if not events:
        return None, gone
    out.mkdir(parents=True)
    schema = TABLES["interactions"].arrow
    columns: dict[str, Sequence[object]] = {
        "user_id": [event.user for event in events],
        "product_id": [event.product for event in events],
        "kind": [KINDS[event.kind].edge.lower() for event in events],
        "at": [event.at for event in events],
        "_file": ["feedback"] * len(events),
        "_line": list(range(1, len(events) + 1)),
    }
    pq.write_table(_table(schema, columns, len(events)), out / "interactions.parquet")
    users = sorted({event.user for event in events})
    pq.write_table(_table(TABLES["users"].arrow, {"id": users}, len(users)), out / "users.parquet")
    return out, gone


def _table(schema: pa.Schema, columns: Mapping[str, Sequence[object]], rows: int) -> pa.Table:
    arrays = [
        pa.array(columns[own.name], pa.int64()).cast(own.type)
        if pa.types.is_timestamp(own.type) and own.name in columns
        else pa.array(columns.get(own.name, [None] * rows), own.type)
        for own in schema
    ]
    return pa.table(arrays, schema=schema)


def _ids(path: Path) -> list[str]:
    found: list[str] = pq.read_table(path, columns=["id"])["id"].to_pylist() if path.is_file() else []
    return found


def _take_out(path: Path, gone: Sequence[tuple[str, str, str, int | None]]) -> None:
    """Take events out of a table of interactions; those without a time match those without."""
    taken = pa.table(  # noqa: F841 - named in the query
        {
            "user_id": [entry[0] for entry in gone],
            "product_id": [entry[1] for entry in gone],
            "kind": [entry[2].lower() for entry in gone],
            "ms": pa.array([entry[3] for entry in gone], pa.int64()),
        }
    )
    schema = pq.read_schema(path)
    beside = path.with_name(f".{path.name}.new")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        kept = connection.sql(
            """SELECT i.* FROM read_parquet($path) i ANTI JOIN taken t ON i.user_id = t.user_id
            AND i.product_id = t.product_id AND coalesce(i.kind, 'purchased') = t.kind
            AND epoch_ms(i."at") IS NOT DISTINCT FROM t.ms""",
            params={"path": str(path)},
        )
        table: pa.Table = kept.to_arrow_table()
        pq.write_table(table.cast(schema), beside)
    beside.replace(path)


def _note_what_is_left(project: Project, path: Path, gone: Sequence[tuple[str, str, str, int | None]]) -> None:
    """Tell the journal what a table of interactions has of customers and products beside what was taken back.

    Else what a newer file of the shop says of them, such as a real purchase, would be held back with it for ever.
    """
    pairs = {(user, product): set[str]() for user, product, _, _ in gone}
    taken = pa.table({"user_id": [user for user, _ in pairs], "product_id": [product for _, product in pairs]})  # noqa: F841 - named in the query
    with duckdb.connect() as connection:
        rows = connection.execute(
            """SELECT DISTINCT i.user_id, i.product_id, upper(coalesce(i.kind, 'purchased'))
            FROM read_parquet($path) i SEMI JOIN taken t ON i.user_id = t.user_id AND i.product_id = t.product_id""",
            {"path": str(path)},
        ).fetchall()
    for user, product, kind in rows:
        pairs[user, product].add(kind)
    journal = Journal(project.journal_file)
    try:
        journal.now_left({pair: frozenset(kinds) for pair, kinds in pairs.items()})
    finally:
        journal.close()
