"""``shopgraph explain``."""

from __future__ import annotations

from typing import Annotated

import typer

from shopgraph.chance import known_chances
from shopgraph.cli.options import (
    HERE,
    JsonOption,
    LanguageOption,
    NewOption,
    ProjectOption,
    history_ids,
    open_project,
    open_recommender,
    reader,
)
from shopgraph.cli.output import item_dict, print_json, print_reasons


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(explain)


def explain(
    product: Annotated[str, typer.Option("--product", help="Id of the product.")],
    project: ProjectOption = HERE,
    user: Annotated[str | None, typer.Option("--user", "-u", help="Id of a customer.")] = None,
    history: Annotated[
        list[str] | None,
        typer.Option("--history", help="Ids of products, by commas, beside a customer's own or alone."),
    ] = None,
    language: LanguageOption = None,
    new: NewOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why a product would be recommended.

    Shown are the chance that it is what the customer buys next, and the parts of its score, each in a sentence with its
    path in the graph.

    Example: shopgraph explain --project myshop --user U17 --product P42
    """
    products = history_ids(history)
    if user is None and products is None:
        raise typer.BadParameter("Give --user, --history, or both.", param_hint="--user, --history")
    place = open_project(project)
    from recommender.wording import node_name
    from shopgraph.feedback.overlay import changes_since_training

    recommender = open_recommender(place, new)
    changes = changes_since_training(place, recommender, user)
    item = recommender.explain(user=user, history=products, product=product, changes=changes)
    told, names = reader(place, recommender, language)
    chances = known_chances(recommender, [product], user=user, history=products, changes=changes)
    if as_json:
        chance = None if chances is None else chances[product]
        print_json({**item_dict(item, language=told, names=names), "chance": chance})
        return
    typer.echo(f"{node_name(item.product, names=names)} ({item.product.id}): score {item.score:.4f}, rank {item.rank}")
    shown = "the model has learned none" if chances is None else f"{100 * chances[product]:.2g} %"
    typer.echo(f"chance of a purchase: {shown}")
    print_reasons(item, most=None, language=told, names=names)
    if not item.reasons:
        typer.echo("Nothing speaks for it.")
