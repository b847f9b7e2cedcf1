"""``shopgraph search``."""

from __future__ import annotations

from typing import Annotated

import typer

from shopgraph.cli.options import HERE, CountOption, JsonOption, ProjectOption, check_k, open_project, open_recommender
from shopgraph.cli.output import answer_dict, print_answer, print_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(search)


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words of what is looked for.")],
    project: ProjectOption = HERE,
    k: CountOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find products by words.

    Example: shopgraph search "red running shoes" --project myshop
    """
    if not text.strip():
        raise typer.BadParameter("Give some words.", param_hint="TEXT")
    place = open_project(project)
    answer = open_recommender(place).search(text, k=check_k(k, place))
    if as_json:
        print_json(answer_dict(answer))
    else:
        print_answer(answer)
