"""``shopgraph rate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(rate)


def rate(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="Id of the product.", show_default=False)],
    user: Annotated[str | None, typer.Option("--user", "-u", help="Id of the customer.")] = None,
    review: Annotated[str | None, typer.Option("--review", help="What the customer wrote.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of what the customer wrote.")] = None,
    photo: Annotated[Path | None, typer.Option("--photo", help="Another photo of the product.")] = None,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Foretell the rating of a product, and say what each thing known adds to it.

    Example: shopgraph rate P0001 --user U00001 --review "not good" --project myshop
    """
    from shopgraph.heads import foretell

    found = foretell(open_project(project), product, user=user, review=(title, review), photo=photo)
    if as_json:
        print_json({"product": product, "rating": found.value, "parts": dict(found.parts)})
    else:
        rows = [(name, f"{value:+.2f}") for name, value in found.parts.items()]
        print_table(("part", "adds"), [*rows, ("rating", f"{found.value:.2f}")])
