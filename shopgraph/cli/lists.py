"""``shopgraph lists``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopgraph.cli.filtering import RulesOption
from shopgraph.cli.options import HERE, CountOption, JsonOption, ProjectOption, check_k, open_project
from shopgraph.cli.output import print_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(lists)


def lists(
    project: ProjectOption = HERE,
    k: CountOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write them to this CSV file, too: for a campaign's mails.")
    ] = None,
    graph: Annotated[bool, typer.Option(help="Put them into the graph as RECOMMENDED.")] = True,
    rules: RulesOption = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take them out of the graph instead.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Recommend to all customers at once, and keep the lists where analysts and campaigns can use them.

    In the graph they take the place of those of an earlier model, and nothing is learned from them. Feedback that the
    service was given since the model was trained counts. Whether the lists favour what is popular is asked by:
    shopgraph query run popularity-of-recommendations

    Example: shopgraph lists --k 10 --out lists.csv --project myshop
    """
    from shopgraph.cli.progress import Bar
    from shopgraph.lists import make_lists, remove_lists
    from shopgraph.project import ProjectLock

    place = open_project(project)
    if remove:
        with ProjectLock(place), place.open_store(read_only=False) as store:
            removed = remove_lists(store)
        if as_json:
            print_json({"removed": removed})
        else:
            typer.echo(f"{removed:,} recommendations were taken out of the graph.")
        return
    if out is None and not graph:
        raise typer.BadParameter("without the graph, name a file with --out", param_hint="--no-graph")
    if out is not None and out.resolve().is_relative_to(place.folder.resolve()):
        raise typer.BadParameter(
            "name a file outside the project's folder: forgetting a customer would not reach it there",
            param_hint="--out",
        )
    with Bar() as bar:
        told = make_lists(place, k=check_k(k, place), rules=place.rules(rules), out=out, graph=graph, progress=bar)
    if as_json:
        print_json(told)
        return
    typer.echo(f"{told['recommendations']:,} recommendations to {told['customers']:,} customers.")
    if out is not None:
        typer.echo(f"Wrote {out}")
    if graph:
        typer.echo(f"In the graph as RECOMMENDED; {told['removed']:,} of before are gone.")
