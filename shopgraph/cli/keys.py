"""``shopgraph keys``: API keys of the HTTP service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json, print_table

if TYPE_CHECKING:
    from pathlib import Path

    from shopgraph.service.keys import Keys

keys = typer.Typer(help="API keys of the HTTP service.", no_args_is_help=True, rich_markup_mode=None)
NameArgument = Annotated[str, typer.Argument(help="Name by which people know the key.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(keys, name="keys")


@keys.command()
def add(
    name: NameArgument,
    scope: Annotated[
        str, typer.Option("--scope", help="shop (applications), analyst (queries, audiences as well) or admin (all).")
    ] = "shop",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Make a key and show it, once: what is kept tells a right key from a wrong one and is no key.

    Example: shopgraph keys add webshop --scope shop --project myshop
    """
    from shopgraph.service.keys import Scope

    made = _keys(project).add(name, Scope.of(scope))
    if as_json:
        print_json({"name": name, "scope": scope, "key": made})
    else:
        typer.echo(made)
        typer.echo("Keep it: it cannot be shown again. Send it as: Authorization: Bearer KEY", err=True)


@keys.command("list")
def show(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Show names, scopes and when each key was made.

    Example: shopgraph keys list --project myshop
    """
    found = [{"name": key.name, "scope": key.scope, "created": key.created} for key in _keys(project).all()]
    if as_json:
        print_json({"keys": found})
    elif found:
        print_table(("name", "scope", "created"), [list(key.values()) for key in found])
    else:
        typer.echo("There are no keys: the service answers this machine alone, and everything.")


@keys.command()
def remove(name: NameArgument, project: ProjectOption = HERE) -> None:
    """Take a key away; a running service refuses it from the next request on.

    Example: shopgraph keys remove webshop --project myshop
    """
    keys = _keys(project)
    keys.remove(name)
    typer.echo(f'Removed "{name}".')
    if not keys.all():
        typer.echo(
            "No key is left: a service at a local address answers whoever is on this machine, and everything; one that "
            "others can reach refuses all. Make another with: shopgraph keys add NAME",
            err=True,
        )


def _keys(project: Path) -> Keys:
    from shopgraph.service.keys import Keys

    place = open_project(project)
    return Keys(place.folder / place.settings.service.keys)
