"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from recommender import Recommender
    from recommender.wording import Names
    from shopgraph.project import Project

ProjectOption = Annotated[
    Path, typer.Option("--project", "-p", help="Folder of the project.", show_default="the current folder")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
CountOption = Annotated[
    int | None, typer.Option("--k", "-k", min=1, help="Products wanted.", show_default="[answers] k of the settings")
]
LanguageOption = Annotated[
    Literal["en", "zh"] | None,
    typer.Option("--language", help="Of names and reasons.", show_default="that of the project, else en"),
]
NewOption = Annotated[
    Path | None,
    typer.Option(
        "--new",
        metavar="FOLDER",
        help="Products that came after training: products.csv, images.csv, ...",
        show_default="the folder new of the project",
    ),
]

HERE = Path()


def open_project(folder: Path) -> Project:
    """Give the project, its settings read.

    Raises:
        ProjectError: there is none.
        ConfigurationError: something is wrong in its settings.
    """
    from shopgraph.project import Project

    project = Project.open(folder)
    _ = project.settings
    return project


def open_recommender(project: Project, new: Path | None = None) -> Recommender:
    """Load the project's model, with the products of a folder, or of the project's own, that came after training.

    Raises:
        ProjectError: none was trained yet.
        ModelError: it is damaged or of another version.
        InputError: a new product cannot be used.
    """
    from recommender import Recommender

    recommender = Recommender.load(project.need_model())
    if new is None and not project.has_new_products:
        return recommender
    from shopgraph.new_products import NewProducts, read_new_products, with_waiting_products

    if new is None:
        return with_waiting_products(project, recommender, aside=lambda why: typer.echo(f"Set aside: {why}", err=True))
    arrivals, joining = read_new_products(new), NewProducts(project, recommender)
    for note in joining.notes(arrivals):
        typer.echo(f"Note: {note}", err=True)
    return joining.joined(arrivals)


def reader(project: Project, recommender: Recommender, language: str | None) -> tuple[str, Names | None]:
    """Give the language that reasons are told in, and the names of nodes in it; None where they keep their own."""
    from recommender.wording import CHINESE, LANGUAGES

    own = project.settings.linking.language
    chosen = language or (own if own in LANGUAGES else LANGUAGES[0])
    if chosen != CHINESE:
        return chosen, None
    from shopgraph.chinese import chinese_names

    return chosen, chinese_names(project, recommender)


def history_ids(values: list[str] | None) -> list[str] | None:
    """Give the ids of ``--history a,b --history c``; None where there are none."""
    found = [part.strip() for value in values or [] for part in value.split(",")]
    return [part for part in found if part] or None


def check_k(k: int | None, project: Project) -> int:
    """Give how many products are wanted.

    Raises:
        BadParameter: more than the limit allows.
    """
    from kg.limits import limit

    if k is not None and k > limit("recommend_k"):
        raise typer.BadParameter(f"at most {limit('recommend_k'):,} products can be asked for", param_hint="--k")
    return k if k is not None else project.settings.answers.k
