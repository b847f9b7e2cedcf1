"""``shopgraph import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption
from shopgraph.cli.output import print_json, print_table

if TYPE_CHECKING:
    from kg.quality import QualityReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="Folder or file to read.")],
    format_name: Annotated[
        str | None, typer.Option("--format", "-f", help="Format of the files.", show_default="found out")
    ] = None,
    project: ProjectOption = HERE,
    name: Annotated[
        str | None,
        typer.Option(help="Name of the source; the same name again replaces it.", show_default="that of SRC"),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad row; else it is set aside.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read files into a project.

    The project is made if it is missing. Rows that break a rule are set aside with the reason, and counted.

    Example: shopgraph import data/amazon-beauty --format amazon --project myshop
    """
    from kg.sources import READERS
    from kg.sources.locate import nearest
    from shopgraph.cli.progress import Bar
    from shopgraph.pipeline import import_into
    from shopgraph.pipeline.sources import source_state
    from shopgraph.project import Project

    if format_name is not None and format_name not in READERS:
        raise typer.BadParameter(
            f'There is no format "{format_name}".{nearest(format_name, READERS)} Formats: {", ".join(sorted(READERS))}',
            param_hint="--format",
        )
    source_state(source, format_name=format_name, strict=strict)  # a wrong path makes no project
    place = Project(project)
    if not place.exists():
        place = Project.create(project)
    with Bar(unit_bytes=True) as bar:
        chosen, report = import_into(place, source, name=name, format_name=format_name, strict=strict, progress=bar)
    quarantine = place.sources / chosen / "quarantine.jsonl"
    if as_json:
        print_json({"name": chosen, **report.as_dict(), "quarantine": str(quarantine.resolve())})
    else:
        print_import(report, quarantine)
        typer.echo(f"Next: shopgraph run --project {project}")


def print_import(report: QualityReport, quarantine: Path) -> None:
    """Print what was read, kept and set aside, and why."""
    from kg.quality import RULES

    tables = report.tables.items()
    print_table(
        ("table", "read", "kept", "set aside", "implied"),
        [(name, table.read, table.kept, table.quarantined.total(), table.implied) for name, table in tables],
        title=f"{Path(report.source).name} ({report.format})",
    )
    for file, columns in report.columns.items():
        named = ", ".join(f'"{heading}" as {column}' for heading, column in columns.items())
        typer.echo(f"{file}: read {named}.")
    if len(report.currencies) > 1:
        found = ", ".join(f"{currency} ({count:,})" for currency, count in report.currencies.most_common())
        typer.echo(f"Prices come in several currencies: {found}. They count as plain numbers; give all in one.")
    if not report.quarantined:
        typer.echo("Nothing was set aside.")
        return
    reasons = [(name, code, rows) for name, table in tables for code, rows in sorted(table.quarantined.items())]
    reasons += [("(no row)", code, rows) for code, rows in sorted(report.unreadable.items())]
    print_table(
        ("table", "reason", "rows", "what is wrong", "what to do"),
        [(name, code, rows, RULES[code].title, RULES[code].advice) for name, code, rows in reasons],
        title="Set aside",
    )
    typer.echo(f"{report.quarantined:,} of {report.read:,} rows were set aside; they are in {quarantine}")
