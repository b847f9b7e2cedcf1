"""``shopgraph similar``."""

from __future__ import annotations

from typing import Annotated

import typer

from shopgraph.cli.filtering import RulesOption
from shopgraph.cli.options import (
    HERE,
    CountOption,
    JsonOption,
    NewOption,
    ProjectOption,
    check_k,
    open_project,
    open_recommender,
)
from shopgraph.cli.output import answer_dict, print_answer, print_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(similar)


def similar(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="Id of a product.")],
    project: ProjectOption = HERE,
    k: CountOption = None,
    rules: RulesOption = None,
    new: NewOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give the products most like one; with --new, of one that came after training.

    Example: shopgraph similar P42 --project myshop --k 5
    """
    place = open_project(project)
    answer = open_recommender(place, new).similar(product, k=check_k(k, place), rules=place.rules(rules))
    if as_json:
        print_json(answer_dict(answer))
    else:
        print_answer(answer)
