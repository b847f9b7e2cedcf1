"""``shopgraph search``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

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
from shopgraph.cli.options import HERE, CountOption, JsonOption, ProjectOption, check_k, history_ids, open_project
from shopgraph.cli.output import print_json, print_table

if TYPE_CHECKING:
    from shopgraph.discovery import SearchAnswer

_FACET_VALUES = 5


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(search)


def search(
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="Words of what is looked for.", show_default=False)
    ] = None,
    project: ProjectOption = HERE,
    photo: Annotated[Path | None, typer.Option("--photo", help="A photo to look for, alone or beside words.")] = None,
    user: Annotated[str | None, typer.Option("--user", "-u", help="Id of a customer whose taste counts.")] = None,
    history: Annotated[
        list[str] | None, typer.Option("--history", help="Ids of products, by commas, whose taste counts.")
    ] = None,
    filters: FiltersOption = None,
    link: LinkOption = None,
    exclude: ExcludeOption = None,
    exclude_brand: ExcludeBrandOption = None,
    exclude_category: ExcludeCategoryOption = None,
    rules: RulesOption = None,
    k: CountOption = None,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Products of the pages before.")] = 0,
    language: Annotated[
        Literal["en", "zh"] | None, typer.Option("--language", help="Of the answer.", show_default="that of the words")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find products by words, by a photo, or by both.

    Brands, categories, attributes, prices and what is not wanted are understood, in English and Chinese, and
    misspellings are forgiven.

    Example: shopgraph search "red running shoes under 80" --project myshop --filters brand=Orange
    """
    if not (text or "").strip() and photo is None:
        raise typer.BadParameter("Give some words, or a photo with --photo.", param_hint="TEXT")
    place = open_project(project)
    wanted = check_k(k, place)
    from shopgraph.discovery import ProductSearch
    from shopgraph.feedback.overlay import changes_since_training

    chosen = read_filters(
        filters, link=link, exclude=exclude, exclude_brand=exclude_brand, exclude_category=exclude_category
    )
    opened = ProductSearch.open(place)
    answer = opened.search(
        text,
        photo=photo,
        user=user,
        history=history_ids(history),
        filters=chosen,
        rules=place.rules(rules),
        k=wanted,
        offset=offset,
        changes=changes_since_training(place, opened.recommender, user),
        language=language,
    )
    if as_json:
        print_json(_dict(answer))
    else:
        _show(answer)


def _dict(answer: SearchAnswer) -> dict[str, object]:
    """Give the answer as it stands in JSON: a product's id and name stand beside its price."""
    from dataclasses import asdict

    made = asdict(answer)
    for item in made["items"]:
        product = item.pop("product")
        item.update(id=product["id"], name=product["name"])
    return made


def _show(answer: SearchAnswer) -> None:
    for one in answer.corrections:
        typer.echo(f'Taken for a misspelling: "{one.written}", meant "{one.meant}"', err=True)
    if answer.understood:
        typer.echo("Understood: " + ", ".join(one.name for one in answer.understood), err=True)
    if answer.items:
        rows = [
            (hit.rank, hit.product.id, hit.product.name, "" if hit.price is None else f"{hit.price:.2f}",
             f"{hit.score:.4f}", ", ".join(hit.missing))
            for hit in answer.items
        ]  # fmt: skip
        missing = any(hit.missing for hit in answer.items)
        columns = ("rank", "id", "product", "price", "score", "misses")
        print_table(columns if missing else columns[:-1], [row if missing else row[:-1] for row in rows])
    else:
        typer.echo("No product fits.")
    for facet in answer.facets:
        told = ", ".join(f"{value.name} ({value.count:,})" for value in facet.values[:_FACET_VALUES])
        typer.echo(f"{facet.name}: {told}")
    for note in answer.notes:
        typer.echo(f"Note: {note}", err=True)
    typer.echo(f"{answer.total:,} products; by {', '.join(answer.source)}; model {answer.model}", err=True)
