"""``shopgraph recommend``."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from shopgraph.cli.filtering import (
    AttributeOption,
    ExcludeBrandOption,
    ExcludeCategoryOption,
    ExcludeOption,
    LinkOption,
    RulesOption,
    values_by_name,
)
from shopgraph.cli.options import (
    HERE,
    CountOption,
    JsonOption,
    LanguageOption,
    NewOption,
    ProjectOption,
    check_k,
    history_ids,
    open_project,
    open_recommender,
    reader,
)
from shopgraph.cli.output import answer_dict, print_answer, print_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(recommend)


def recommend(
    project: ProjectOption = HERE,
    user: Annotated[str | None, typer.Option("--user", "-u", help="Id of a customer.")] = None,
    history: Annotated[
        list[str] | None,
        typer.Option("--history", help="Ids of products, by commas, beside a customer's own or alone."),
    ] = None,
    k: CountOption = None,
    brand: Annotated[list[str] | None, typer.Option("--brand", help="Only this brand; may be repeated.")] = None,
    category: Annotated[
        list[str] | None, typer.Option("--category", help="Only this category and its parts; may be repeated.")
    ] = None,
    price_min: Annotated[float | None, typer.Option("--price-min", min=0, help="Lowest price.")] = None,
    price_max: Annotated[float | None, typer.Option("--price-max", min=0, help="Highest price.")] = None,
    in_stock: Annotated[bool, typer.Option("--in-stock", help="Only what can be bought now.")] = False,
    attribute: AttributeOption = None,
    link: LinkOption = None,
    exclude: ExcludeOption = None,
    exclude_brand: ExcludeBrandOption = None,
    exclude_category: ExcludeCategoryOption = None,
    words: Annotated[str | None, typer.Option("--words", help="Only what has these words.")] = None,
    rules: RulesOption = None,
    reasons: Annotated[bool, typer.Option("--reasons", help="Say why, with paths in the graph.")] = False,
    language: LanguageOption = None,
    new: NewOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recommend products to a customer.

    In place of a customer, a history of products may be given, or beside one, what they have looked at since; with
    neither, what is popular is shown. Rules of ranking are described in docs/reference/rules.md.

    Feedback since training, which the service has taken, counts.

    With --new, products that came after training take part, by their links, texts and photos.

    Example: shopgraph recommend --project myshop --user U17 --k 5 --price-max 40 --reasons
    """
    products = history_ids(history)
    place = open_project(project)
    wanted = check_k(k, place)
    from recommender.filters import Filters
    from recommender.nothing import why_nothing
    from shopgraph.feedback.overlay import changes_since_training

    filters = Filters(
        brands=tuple(brand or ()),
        categories=tuple(category or ()),
        price_min=price_min,
        price_max=price_max,
        in_stock=in_stock,
        links=values_by_name(link, "--link"),
        attributes=values_by_name(attribute, "--attribute"),
        exclude=tuple(exclude or ()),
        exclude_brands=tuple(exclude_brand or ()),
        exclude_categories=tuple(exclude_category or ()),
    )
    recommender = open_recommender(place, new)
    answer = recommender.recommend(
        user=user,
        history=products,
        words=words,
        k=wanted,
        filters=None if filters == Filters() else filters,
        rules=place.rules(rules),
        reasons=reasons,
        exclude_seen=place.settings.answers.exclude_seen,
        changes=changes_since_training(place, recommender, user),
    )
    if not answer.items:
        answer = replace(answer, notes=(*answer.notes, *why_nothing(recommender.catalogue, filters)))
    told, names = reader(place, recommender, language) if reasons or language else ("en", None)
    if as_json:
        print_json(answer_dict(answer, language=told, names=names))
    else:
        print_answer(answer, language=told, names=names)
