"""Running one statement of the embedded engine, typed."""

from __future__ import annotations

from collections.abc import Mapping

import ladybug


def run(
    connection: ladybug.Connection, statement: str, parameters: Mapping[str, object] | None = None
) -> ladybug.QueryResult:
    """Run one statement; raises the engine's ``RuntimeError``."""
    result = connection.execute(statement, dict(parameters or {}))
    assert isinstance(result, ladybug.QueryResult)  # a list answers several statements, and we send one
    return result


def run_number(connection: ladybug.Connection, statement: str, parameters: Mapping[str, object] | None = None) -> int:
    """Run one statement that answers with one whole number."""
    row = run(connection, statement, parameters).get_next()
    assert isinstance(row, list)
    return int(row[0])
