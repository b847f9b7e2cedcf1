"""Options that say what an answer may hold: values, links, exclusions, and the shop's rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

RulesOption = Annotated[
    Path | None, typer.Option("--rules", help="Rules of ranking.", show_default="rules.toml of the project")
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
