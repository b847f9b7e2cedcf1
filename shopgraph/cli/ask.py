"""``shopgraph ask``."""

from __future__ import annotations

import json
import re
from typing import Annotated

import typer

from shopgraph.cli.filtering import RulesOption
from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json, print_table
from shopgraph.web import STATIC


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(ask)


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In English or Chinese.")],
    project: ProjectOption = HERE,
    user: Annotated[str | None, typer.Option("--user", "-u", help="Id of the customer who asks.")] = None,
    product: Annotated[
        str | None, typer.Option("--product", help='Id of the product that "this" and "it" mean.')
    ] = None,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question about products, from the graph.

    Example: shopgraph ask "which boots sell best?" --project myshop
    """
    if not question.strip():
        raise typer.BadParameter("Ask something.", param_hint="QUESTION")
    place = open_project(project)
    from shopgraph.ask import Asker
    from shopgraph.ask.grammar import spoken
    from shopgraph.discovery import ProductSearch
    from shopgraph.feedback.overlay import changes_since_training

    with place.open_store() as store:
        search = ProductSearch.open(place, more_plain=tuple(spoken()))
        answer = Asker(search, store).ask(
            question,
            user=user,
            product=product,
            changes=changes_since_training(place, search.recommender, user),
            rules=place.rules(rules),
        )
    if as_json:
        print_json(answer)
        return
    typer.echo(answer.text)
    if answer.products:
        rows = [(one.id, one.name, "" if one.price is None else f"{one.price:.2f}") for one in answer.products]
        print_table(("id", "product", "price"), rows)
    for quote in answer.quotes:
        typer.echo(f'"{quote.text}" ({quote.review}, {quote.start}-{quote.end})')
    words = json.loads((STATIC / "words" / f"{answer.language}.json").read_text("utf-8"))
    for one in answer.nearest:
        typer.echo("- " + re.sub("PRODUCT|ASPECT|KIND", lambda gap: words[f"gap.{gap[0]}"], one))
    for ran in answer.ran:
        typer.echo(f"Cypher: {ran.cypher}\n  with {dict(ran.parameters)}", err=True)
