"""``shopgraph cypher``."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from shopgraph.cli.answers import Format, FormatOption, OutOption, ParamOption, parameters, write
from shopgraph.cli.options import HERE, ProjectOption, open_project


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("cypher")(cypher)


def cypher(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Cypher that reads.")],
    param: ParamOption = None,
    project: ProjectOption = HERE,
    form: FormatOption = Format.TABLE,
    out: OutOption = None,
) -> None:
    """Ask the graph a question of your own, in Cypher. It can only read, and has limits of time and rows.

    A parameter's value is JSON (a number, true, a list), or else the words as they stand.

    Example: shopgraph cypher "MATCH (b:Brand) RETURN b.name LIMIT 5" --project myshop
    """
    from cypher import run_free

    given = {name: _value(text) for name, text in parameters(param).items()}
    with open_project(project).open_store() as store:
        answer = run_free(store, query, given)
    write(answer, form, out)


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
