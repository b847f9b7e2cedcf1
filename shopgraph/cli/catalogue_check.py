"""``shopgraph catalogue-check``."""

from __future__ import annotations

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("catalogue-check")(catalogue_check)


def catalogue_check(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """List products whose category contradicts their title and photo, the surest first.

    It says, too, how many products could not be checked, and why.

    Example: shopgraph catalogue-check --project myshop
    """
    from shopgraph.catalogue_check import check_catalogue

    found = check_catalogue(open_project(project))
    if as_json:
        told = {"products": found.doubts, "checked": found.checked, "not_checked": dict(found.not_checked)}
        print_json(told)
        return
    if found.doubts:
        rows = [
            (own.id, own.name or "", own.given, own.likelier, f"{own.probability:.3f}", own.reason)
            for own in found.doubts
        ]
        print_table(("id", "product", "given", "likelier", "sure", "why"), rows)
    else:
        typer.echo("No product's category contradicts its title and photo.")
    typer.echo(f"{found.checked:,} products were checked.")
    for cause, number in found.not_checked.items():
        typer.echo(f"{number:,} were not: {cause}.")
