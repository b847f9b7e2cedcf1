"""``shopgraph serve``."""

from __future__ import annotations

from typing import Annotated

import typer

from shopgraph.cli.options import HERE, ProjectOption, open_project


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)


def serve(
    project: ProjectOption = HERE,
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on.", show_default="[service] host")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port.", show_default="[service] port")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes.", show_default="[service] workers")
    ] = None,
) -> None:
    """Answer over HTTP: recommendations, search, the graph, feedback, and the pages for people.

    Without API keys (shopgraph keys add) only this machine is answered.

    Example: shopgraph serve --project myshop --port 8080 --workers 2
    """
    place = open_project(project)
    from shopgraph.service.serve import run

    given = {"host": host, "port": port, "workers": workers}
    run(place, given={name: value for name, value in given.items() if value is not None})
