"""The first rows of an answer as the header of a query's file shows them."""

from __future__ import annotations

from collections.abc import Mapping

from cypher.answer import QueryAnswer
from cypher.formats import shown_cell
from cypher.query import Query, Value

ROWS = 2
_WIDTH = 60
_NOTHING = "–"


def example_values(query: Query) -> Mapping[str, Value]:
    """Give the values with which a query is asked for its example: those that its header suggests."""
    return {one.name: one.example for one in query.parameters if one.required and one.example is not None}


def example_rows(answer: QueryAnswer) -> tuple[tuple[str, ...], ...]:
    """Give the first rows, a word for each cell: numbers to four digits, long texts cut."""
    return tuple(tuple(_cell(value) for value in row.values()) for row in answer.rows()[:ROWS])


def with_example(text: str, rows: tuple[tuple[str, ...], ...]) -> str:
    """Give the text of a query's file with these rows as its example."""
    kept = [line for line in text.splitlines() if not line.startswith("// example:")]
    end = next(number for number, line in enumerate(kept) if not line.startswith("//"))
    lines = [*kept[:end], *(f"// example: {' | '.join(row)}" for row in rows), *kept[end:]]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, bool):
        return str(value).lower()
    words = " ".join(str(shown_cell(value)).replace("|", "/").split())
    return (words if len(words) <= _WIDTH else f"{words[: _WIDTH - 1].rstrip()}…") or _NOTHING


__all__ = ["ROWS", "example_rows", "example_values", "with_example"]
