"""``shopgraph query``: the analysts' query library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopgraph.cli.answers import Format, FormatOption, OutOption, ParamOption, parameters, write
from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json, print_table

if TYPE_CHECKING:
    from cypher import Parameter, Query

_NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the query.")]
_commands = typer.Typer(no_args_is_help=True, help="Ask the graph questions that a shop asks: a library of queries.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_commands, name="query")


@_commands.command("list")
def list_(
    theme: Annotated[str | None, typer.Option("--theme", help="Queries of one theme alone.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the queries.

    Example: shopgraph query list --theme reviews
    """
    from cypher import QueryLibrary

    library = QueryLibrary.own()
    if theme is not None and theme not in library.themes():
        raise typer.BadParameter(f"There are: {', '.join(library.themes())}", param_hint="--theme")
    queries = library.list(theme)
    if as_json:
        print_json([query.as_dict() for query in queries])
    else:
        print_table(("theme", "name", "question"), [(one.theme, one.name, one.question) for one in queries])


@_commands.command("show")
def show(name: _NameArgument, as_json: JsonOption = False) -> None:
    """Show a query: its parameters, its columns, its Cypher.

    Example: shopgraph query show best-sellers
    """
    from cypher import QueryLibrary

    query = QueryLibrary.own().get(name)
    if as_json:
        print_json(query.as_dict())
        return
    typer.echo(f"{query.title} · {query.title_zh}\n{query.question}\n{query.question_zh}\n")
    if query.parameters:
        print_table(("parameter", "type", "value", ""), [_parameter(one) for one in query.parameters])
    print_table(("column", "type", ""), [(one.name, one.label or one.kind.value, one.doc) for one in query.columns])
    if query.example:
        print_table([column.name for column in query.columns], query.example, title="On a small demo shop, for example")
    typer.echo(_cypher(query))


@_commands.command("run")
def run(
    name: _NameArgument,
    param: ParamOption = None,
    project: ProjectOption = HERE,
    form: FormatOption = Format.TABLE,
    out: OutOption = None,
) -> None:
    """Run a query on the project's graph.

    Example: shopgraph query run best-sellers --param limit=5 --project myshop
    """
    from cypher import QueryLibrary

    given = parameters(param)
    library = QueryLibrary.own()
    library.get(name)
    with open_project(project).open_store() as store:
        answer = library.run(store, name, given)
    write(answer, form, out)


def _parameter(one: Parameter) -> tuple[str, str, str, str]:
    from cypher.query import shown

    kind = one.label or one.kind.value
    if one.low is not None and one.high is not None:
        kind += f" {one.low:g} to {one.high:g}"
    value = f"needed, such as {shown(one.example)}" if one.required else f"{shown(one.default)}" or "(empty)"
    return one.name, kind, value, one.doc


def _cypher(query: Query) -> str:
    if query.same_on_both:
        return query.text("ladybug")
    return "\n\n".join(f"// on {engine}\n{text}" for engine, text in query.texts.items())
