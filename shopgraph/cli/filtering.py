"""Options that say what an answer may hold: values, links, exclusions, and the shop's rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from recommender.filters import Filters

RulesOption = Annotated[
    Path | None, typer.Option("--rules", help="Rules of ranking.", show_default="rules.toml of the project")
]
FiltersOption = Annotated[
    list[str] | None,
    typer.Option(
        "--filters",
        metavar="NAME=VALUE",
        help="brand, category, price_min, price_max, in_stock, or the name of an attribute; may be repeated.",
    ),
]
AttributeOption = Annotated[
    list[str] | None,
    typer.Option("--attribute", metavar="NAME=VALUE", help="Only what has this value (colour=red); may be repeated."),
]
LinkOption = Annotated[
    list[str] | None,
    typer.Option(
        "--link",
        metavar="RELATION=NODE",
        help="Only what has this link in the graph (HAS_BRAND=Acme); may be repeated.",
    ),
]
ExcludeOption = Annotated[
    list[str] | None, typer.Option("--exclude", metavar="ID", help="Leave out this product; may be repeated.")
]
ExcludeBrandOption = Annotated[
    list[str] | None, typer.Option("--exclude-brand", help="Leave out this brand; may be repeated.")
]
ExcludeCategoryOption = Annotated[
    list[str] | None,
    typer.Option("--exclude-category", help="Leave out this category and its parts; may be repeated."),
]


def values_by_name(given: list[str] | None, option: str) -> dict[str, tuple[str, ...]]:
    """Give the values of ``--attribute colour=red --attribute colour=blue`` by their names.

    Args:
        given: as written.
        option: name of the option, for messages.

    Raises:
        BadParameter: one has no name or no value.
    """
    found: dict[str, list[str]] = {}
    for one in given or []:
        name, _, value = (part.strip() for part in one.partition("="))
        if not name or not value:
            example = "colour=red" if option == "--attribute" else "HAS_BRAND=Acme"
            raise typer.BadParameter(f'"{one}" has no name or no value; write it as {example}.', param_hint=option)
        found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def read_filters(
    values: list[str] | None,
    *,
    link: list[str] | None = None,
    exclude: list[str] | None = None,
    exclude_brand: list[str] | None = None,
    exclude_category: list[str] | None = None,
) -> Filters | None:
    """Read ``--filters`` (names of conditions, all others being attributes) and the options beside it; None for none.

    Raises:
        BadParameter: a condition has no name or no value, or a price is no number.
    """
    from recommender.filters import Filters

    given: dict[str, list[str]] = {}
    for one in values or []:
        name, equals, value = one.partition("=")
        if not equals or not value.strip():
            raise typer.BadParameter(f'"{one}" is no filter; write it as brand=Orange.', param_hint="--filters")
        given.setdefault(name.strip(), []).append(value.strip())

    def number(name: str) -> float | None:
        if name not in given:
            return None
        try:
            return float(given.pop(name)[-1])
        except ValueError as error:
            raise typer.BadParameter(f"{name} is a number, such as {name}=50.", param_hint="--filters") from error

    low, high = number("price_min"), number("price_max")
    brands, categories = given.pop("brand", []), given.pop("category", [])
    in_stock = any(value.lower() in ("true", "yes", "1") for value in given.pop("in_stock", []))
    found = Filters(
        brands=tuple(brands),
        categories=tuple(categories),
        price_min=low,
        price_max=high,
        in_stock=in_stock,
        links=values_by_name(link, "--link"),
        attributes={name: tuple(own) for name, own in given.items()},
        exclude=tuple(exclude or ()),
        exclude_brands=tuple(exclude_brand or ()),
        exclude_categories=tuple(exclude_category or ()),
    )
    return None if found == Filters() else found
