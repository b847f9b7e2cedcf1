"""``shopgraph init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(folder: Annotated[Path, typer.Argument(metavar="P", help="Folder of the new project.")] = Path()) -> None:
    """Make a project.

    It is a folder with a shopgraph.toml that explains every key.

    Example: shopgraph init myshop
    """
    from shopgraph.project import Project

    project = Project.create(folder)
    typer.echo(f"Made {project.settings_file}. Next: shopgraph import FOLDER --project {folder}")
