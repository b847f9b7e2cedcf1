"""Options and printing that the commands ``query run`` and ``cypher`` share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopgraph.cli.output import print_table

if TYPE_CHECKING:
    from cypher import QueryAnswer


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    HTML = "html"


ParamOption = Annotated[
    list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="A parameter of the query; repeat for more.")
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="table for people, csv, json, or an html page.")]
OutOption = Annotated[Path | None, typer.Option("--out", "-o", help="File to write instead of the screen.")]


def parameters(given: list[str] | None) -> dict[str, str]:
    """Give ``NAME=VALUE`` words as a mapping.

    Raises:
        BadParameter: one has no ``=``, or a name stands there twice.
    """
    values: dict[str, str] = {}
    for word in given or []:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f'write NAME=VALUE, such as limit=10, not "{word}"', param_hint="--param")
        if name in values:
            raise typer.BadParameter(f'"{name}" is given twice', param_hint="--param")
        values[name] = value
    return values


def write(answer: QueryAnswer, form: Format, out: Path | None) -> None:
    """Write an answer to the screen or a file."""
    from cypher.formats import to_csv, to_json

    match form:
        case Format.CSV:
            text = to_csv(answer)
        case Format.JSON:
            text = to_json(answer) + "\n"
        case Format.HTML:
            from shopgraph.queries import to_html

            text = to_html(answer)
        case Format.TABLE if out is None:
            _show(answer)
            return
        case Format.TABLE:
            raise typer.BadParameter("A file is of the format csv, json or html.", param_hint="--format")
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        typer.echo(f"{len(answer):,} rows written to {out}", err=True)


def _show(answer: QueryAnswer) -> None:
    from cypher.formats import shown_cell

    if not len(answer):
        typer.echo("No rows.")
    else:
        rows = [[shown_cell(value) for value in row.values()] for row in answer.rows()]
        print_table(answer.table.column_names, rows)
    typer.echo(f"{len(answer):,} rows in {answer.seconds:.2f} s", err=True)
