"""Reading JSON lines: one object on each line."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from kg.errors import InputError
from kg.limits import limit
from kg.records import Reject
from kg.sources.files import Line, read_lines

_LONGEST_LITERAL = 1024**2  # the compiler behind literals takes a hundred times the memory of its text


class JsonRow(NamedTuple):
    """One object of a JSON lines file.

    Attributes:
        line: from 1.
        values: the object.
        text: the line as written.
    """

    line: int
    values: dict[str, Any]
    text: str

    def reject(self, *, name: str, code: str, reason: str) -> Reject:
        """Make a reject of this row of the file called ``name``."""
        return Reject(name, self.line, code, reason, self.text[: limit("quarantine_raw_characters")])


def read_objects(path: Path, *, name: str, literals: bool = False) -> Iterator[JsonRow | Reject]:
    """Stream the objects of a JSON lines file; blank lines are passed over.

    Args:
        path: the file.
        name: how records and rejects call it.
        literals: lines may be Python literals, as in the 2014 release of the Amazon metadata.

    Raises:
        InputError: the file is empty or unreadable, or one big JSON array.
    """
    loads = orjson.loads
    first = True
    for line in read_lines(path, name=name):
        if isinstance(line, Reject):
            yield line
            continue
        text = line.text
        try:
            values = loads(text)
        except orjson.JSONDecodeError as error:
            if not text.strip():
                continue
            if first and text.lstrip().startswith("["):
                raise _array(name) from error
            found = _second_try(line, literals=literals)
            if found is None:
                yield _malformed(name, line, f"not JSON: {error.msg} at character {error.pos + 1}")
                continue
            values = found
        if type(values) is dict:
            yield JsonRow(line.number, values, text)
        elif first and isinstance(values, list):
            raise _array(name)
        else:
            yield _malformed(name, line, "not a JSON object")
        first = False


def _array(name: str) -> InputError:
    return InputError(f"{name} is one JSON array; write one object on each line: jq -c '.[]' {name} > lines.jsonl")


def _malformed(name: str, line: Line, reason: str) -> Reject:
    return Reject(name, line.number, "MALFORMED", reason, line.text[: limit("quarantine_raw_characters")])


def _second_try(line: Line, *, literals: bool) -> object:
    """Read what the strict parser refuses, so that NaN is reported as such and old releases can be read."""
    text = line.text.strip()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if not literals or not text.startswith("{") or len(text) > _LONGEST_LITERAL:
        return None
    try:
        found: object = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return found
