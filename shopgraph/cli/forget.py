"""``shopgraph forget``."""

from __future__ import annotations

from typing import Annotated

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(forget)


def forget(
    user: Annotated[str, typer.Argument(help="Id of the customer.")],
    project: ProjectOption = HERE,
    prove: Annotated[
        bool, typer.Option("--prove", help="Remove nothing; look through every file and the graph for the id.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove every trace of a customer from the project.

    While shopgraph serve runs on an embedded graph, ask it instead: DELETE /api/v1/users/USER. The shop's own files,
    from which the project was imported, are not touched; later imports leave the customer out.

    Example: shopgraph forget U00001 --project myshop
    """
    place = open_project(project)
    from shopgraph.feedback import Journal
    from shopgraph.forget import compact_if_due
    from shopgraph.forget import forget as forget_user
    from shopgraph.traces import doubts, traces

    if not prove:
        journal = Journal(place.journal_file)
        try:
            with place.open_store(read_only=False) as store:
                removed = forget_user(place, user, store=store, journal=journal)
            compact_if_due(place)
        finally:
            journal.close()
        if as_json:
            print_json({"user": user, "removed": removed})
        else:
            told = ", ".join(f"{where} {number:,}" for where, number in removed.items()) or "nothing was known"
            typer.echo(f"Forgotten: {told}. Prove it with: shopgraph forget {user} --prove --project {project}")
        return
    with place.open_store() as store:
        found, unsure = traces(place, user, store=store), doubts(place, user, store=store)
    if as_json:
        print_json({"user": user, "traces": found, "doubts": unsure})
    elif found:
        typer.echo("Still there: " + ", ".join(found))
    else:
        typer.echo("No trace is left in any file of the project, nor in the graph.")
    if not as_json:
        for one in unsure:
            typer.echo(one)
    if found:
        raise typer.Exit(1)
