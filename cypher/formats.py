"""Answers as text for other programs: CSV and JSON.

A spreadsheet runs a cell that begins like a formula, so CSV puts an apostrophe before such words (OWASP, "CSV
Injection"); numbers stay as they are.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from cypher.answer import QueryAnswer, plain

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(answer: QueryAnswer) -> str:
    """Give the rows as CSV (RFC 4180) with a line of names; lists and nodes are JSON in their cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_safe(name) for name in answer.table.column_names])
    for row in answer.rows():
        writer.writerow([_cell(value) for value in row.values()])
    return out.getvalue()


def to_json(answer: QueryAnswer) -> str:
    """Give the whole answer as one JSON object."""
    return json.dumps(answer.as_dict(), ensure_ascii=False, indent=2)


def shown_cell(value: object) -> object:
    """Give a value as people read it: instants to the minute, lists with commas, nodes as JSON."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, (list, Mapping)):
        return json.dumps(plain(value), ensure_ascii=False)
    return value if isinstance(value, (str, int, float)) else str(value)


def _cell(value: object) -> object:
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _safe(value)
    if isinstance(value, (Mapping, Sequence)):
        return _safe(json.dumps(value, ensure_ascii=False))
    return value


def _safe(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
