"""``shopgraph doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopgraph.cli.options import HERE, JsonOption
from shopgraph.cli.output import print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    project: Annotated[
        Path | None,
        typer.Option("--project", "-p", help="Folder of a project.", show_default="the current folder, if it is one"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Look at the machine and the project.

    Where something is not right, it says what to do.

    Example: shopgraph doctor --project myshop
    """
    from shopgraph.doctor import Health, examine
    from shopgraph.project import Project

    place = Project(project if project is not None else HERE)
    checks = list(examine(place if project is not None or place.exists() else None))
    wrong = [check for check in checks if check.health is Health.WRONG]
    if as_json:
        print_json({"healthy": not wrong, "checks": checks})
    else:
        print_table(
            ("what", "health", "found", "what to do"),
            [(check.name, check.health, check.found, check.advice) for check in checks],
        )
        typer.echo("All is well." if not wrong else f"{len(wrong)} of {len(checks)} checks failed.")
    if wrong:
        raise typer.Exit(1)
