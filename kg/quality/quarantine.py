"""The quarantine: every row that was set aside, with its place, its rule and its reason, as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

from kg.errors import StrictInputError
from kg.limits import limit
from kg.quality.rules import RULES, Problem


class Quarantine:
    """Writes ``quarantine.jsonl``: on each line an object with file, line, table, code, reason and raw.

    Args:
        path: the file to write.
        strict: raise at the first row instead.
    """

    def __init__(self, path: Path, *, strict: bool) -> None:
        self._handle = path.open("wb")
        self._strict = strict

    def __enter__(self) -> Quarantine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._handle.close()

    def add(self, *, file: str, line: int, table: str | None, problem: Problem, raw: str) -> None:
        """Set one row aside; ``table`` is None for a line that did not become a record.

        Raises:
            StrictInputError: the import is strict.
        """
        if self._strict:
            raise StrictInputError(
                f"{file}:{line}: {problem.code}: {problem.reason}. {RULES[problem.code].advice} "
                "Without --strict such rows are set aside and the import goes on."
            )
        row = {
            "file": file,
            "line": line,
            "table": table,
            "code": problem.code,
            "reason": problem.reason,
            "raw": raw[: limit("quarantine_raw_characters")],
        }
        try:
            self._handle.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        except TypeError:  # a lone surrogate, which no JSON reader takes
            self._handle.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def raw_values(values: Mapping[str, Any]) -> str:
    """Give the values of a record as they are shown in the quarantine: JSON without the empty ones."""
    present = {name: value for name, value in values.items() if value is not None and value != ""}
    try:
        text = orjson.dumps(present, default=repr).decode()
    except TypeError:
        text = json.dumps(present, default=repr)
    return text
