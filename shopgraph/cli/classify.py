"""``shopgraph classify``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(classify)


def classify(
    text: Annotated[
        str | None, typer.Argument(metavar="TITLE", help="Title, and description if there is one.", show_default=False)
    ] = None,
    photo: Annotated[
        Path | None, typer.Option("--photo", help="A photo of the product, alone or beside words.")
    ] = None,
    k: Annotated[int, typer.Option("--k", "-k", min=1, help="Categories wanted.")] = 3,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Tell the category of a product by its title, its photo, or both.

    Example: shopgraph classify "red running shoes" --photo shoe.jpg --project myshop
    """
    if not (text or "").strip() and photo is None:
        raise typer.BadParameter("Give a title, or a photo with --photo.", param_hint="TITLE")
    from shopgraph.classify import classify as tell

    found = tell(open_project(project), text, photo=photo, k=k)
    if as_json:
        print_json({"categories": [asdict(one) for one in found]})
    else:
        print_table(("category", "chance"), [(one.category, f"{one.chance:.3f}") for one in found])
