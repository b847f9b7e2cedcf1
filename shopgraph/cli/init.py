"""``shopgraph init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(
    folder: Annotated[Path, typer.Argument(metavar="P", help="Folder of the new project.")] = Path(),
    store: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Neo4j server that shall hold the graph; a file of the project by default."),
    ] = None,
) -> None:
    """Make a project.

    It is a folder with a shopgraph.toml that explains every key.

    Example: shopgraph init myshop --store bolt://localhost:7687
    """
    from shopgraph.project import Project

    if store is not None and "://" not in store:
        raise typer.BadParameter(f"{store} is no address of a server; write it like bolt://localhost:7687")
    project = Project.create(folder, given=None if store is None else {"store": {"url": store}})
    typer.echo(f"Made {project.settings_file}. Next: shopgraph import FOLDER --project {folder}")
