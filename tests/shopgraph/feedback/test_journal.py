"""The journal of feedback."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from shopgraph.feedback import Journal
from shopgraph.feedback.journal import TakenBack


def test_a_journal_of_an_older_version_is_read(tmp_path: Path) -> None:
    """It noted how much is left beside an event, not what; a purchase among it by a mark of its own."""
    file = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(file)) as old:
        old.execute(
            "CREATE TABLE taken_back (user TEXT NOT NULL, product TEXT NOT NULL, edge TEXT NOT NULL, at INTEGER, "
            "left REAL NOT NULL, bought INTEGER NOT NULL) STRICT"
        )
        rows = [("u", "p", "VIEWED", 5, 1.0, 1), ("u", "q", "RATED", None, 0.6, 0), ("u", "r", "VIEWED", 7, 0.0, 0)]
        old.executemany("INSERT INTO taken_back VALUES (?, ?, ?, ?, ?, ?)", rows)
        old.commit()
    for _ in range(2):
        with closing(Journal(file)) as journal:
            assert journal.taken_back("u") == (
                TakenBack("p", "VIEWED", 5, frozenset({"PURCHASED"})),
                TakenBack("q", "RATED", None, frozenset({"CARTED"})),
                TakenBack("r", "VIEWED", 7, frozenset()),
            )
