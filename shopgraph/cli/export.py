"""``shopgraph export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopgraph.cli.options import HERE, ProjectOption, open_project


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    format_name: Annotated[
        str,
        typer.Option("--format", "-f", help="graphml, neo4j-admin, networkx, parquet, pyg or pykeen."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="File or folder to write.")],
    project: ProjectOption = HERE,
) -> None:
    """Write the graph for other tools.

    Example: shopgraph export --project myshop --format pykeen --out triples.tsv
    """
    from kg.export import EXPORTERS, Reads
    from kg.snapshot import load_snapshot
    from kg.sources.locate import nearest

    if format_name not in EXPORTERS:
        known = "; ".join(f"{name}: {exporter.doc}" for name, exporter in EXPORTERS.items())
        raise typer.BadParameter(
            f'There is no export "{format_name}".{nearest(format_name, EXPORTERS)} Exports: {known}',
            param_hint="--format",
        )
    place = open_project(project)
    exporter = EXPORTERS[format_name]
    if exporter.reads is Reads.SNAPSHOT:
        written = exporter.export(load_snapshot(place.snapshot), out)
    else:
        with place.open_store() as store:
            written = exporter.export(store, out)
    typer.echo(f"Wrote {written}")
