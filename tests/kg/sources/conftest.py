"""Helpers for the reader tests."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.records import Record, Reject
from kg.sources import reader

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def realdata() -> Callable[[str], Path]:
    """Give the folder of a public research set, or skip the test where it is missing."""

    def find(name: str) -> Path:
        place = Path(os.environ.get("SHOPGRAPH_DATA", ROOT / "../shared/data")) / name
        if not place.is_dir():
            reason = f"{place} is missing; set SHOPGRAPH_DATA to the folder of the research sets"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        return place

    return find


class Read:
    """Everything a reader gave of one source."""

    def __init__(self, format_name: str, source: Path) -> None:
        self.all = list(reader(format_name).read(source))
        self.records = [row for row in self.all if isinstance(row, Record)]
        self.rejects = [row for row in self.all if isinstance(row, Reject)]

    def rows(self, table: str) -> list[dict[str, object]]:
        """Give the values of the records of one table."""
        return [record.values for record in self.records if record.table == table]

    @property
    def counts(self) -> dict[str, int]:
        """Give the number of records of each table."""
        return dict(Counter(record.table for record in self.records))

    @property
    def codes(self) -> list[str]:
        """Give the codes of the rejects, in order."""
        return [reject.code for reject in self.rejects]


@pytest.fixture
def read() -> Callable[[str, Path], Read]:
    """Give the function that reads a whole source."""
    return Read


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Give the function that makes a folder of files, ``name="contents"``; the names' "__" stand for dots."""

    def make(**files: str | bytes) -> Path:
        place = tmp_path / "source"
        place.mkdir(exist_ok=True)
        for name, contents in files.items():
            raw = contents.encode() if isinstance(contents, str) else contents
            (place / name.replace("__", ".")).write_bytes(raw)
        return place

    return make
