"""Helpers for the quality tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest

from kg.quality import QualityReport, import_source


class Outcome:
    """An import and what it wrote."""

    def __init__(self, out: Path, report: QualityReport) -> None:
        self.out = out
        self.report = report

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Give the rows of a clean table."""
        rows: list[dict[str, Any]] = pq.read_table(self.out / f"{table}.parquet").to_pylist()
        return rows

    def ids(self, table: str) -> list[str]:
        """Give the ids of a clean table, in order."""
        return [row["id"] for row in self.rows(table)]

    @property
    def quarantine(self) -> list[dict[str, Any]]:
        """Give what was set aside."""
        return [orjson.loads(line) for line in (self.out / "quarantine.jsonl").read_bytes().splitlines()]

    @property
    def codes(self) -> list[str]:
        """Give the codes of what was set aside, in order."""
        return [row["code"] for row in self.quarantine]


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Outcome]:
    """Give the function that imports files given as ``name="contents"``; the names' "__" stand for dots."""

    def run(*, strict: bool = False, **files: str | bytes) -> Outcome:
        source = tmp_path / "source"
        source.mkdir(exist_ok=True)
        for name, contents in files.items():
            raw = contents.encode() if isinstance(contents, str) else contents
            (source / name.replace("__", ".")).write_bytes(raw)
        out = tmp_path / "out"
        return Outcome(out, import_source(source, out=out, format_name="tables", strict=strict))

    return run
