"""``shopgraph similar``."""

from __future__ import annotations

from typing import Annotated

import typer

from shopgraph.cli.filtering import (
    ExcludeBrandOption,
    ExcludeCategoryOption,
    ExcludeOption,
    FiltersOption,
    LinkOption,
    RulesOption,
    read_filters,
)
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
    filters: FiltersOption = None,
    link: LinkOption = None,
    exclude: ExcludeOption = None,
    exclude_brand: ExcludeBrandOption = None,
    exclude_category: ExcludeCategoryOption = None,
    rules: RulesOption = None,
    new: NewOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give the products most like one; with --new, of one that came after training.

    Example: shopgraph similar P42 --project myshop --k 5
    """
    place = open_project(project)
    chosen = read_filters(
        filters, link=link, exclude=exclude, exclude_brand=exclude_brand, exclude_category=exclude_category
    )
    recommender = open_recommender(place, new)
    answer = recommender.similar(product, k=check_k(k, place), filters=chosen, rules=place.rules(rules))
    if as_json:
        print_json(answer_dict(answer))
    else:
        print_answer(answer)
