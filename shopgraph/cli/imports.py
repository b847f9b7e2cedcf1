"""``shopgraph import``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption
from shopgraph.cli.output import print_json, print_table

if TYPE_CHECKING:
    from kg.quality import QualityReport
    from kg.records import Look

_MOST = 12
"""Headings of a file that are named."""
_LOOKED_AT = 100_000
"""Rows set aside among which an example of each reason is looked for."""


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
        if report.kept:
            typer.echo(f"Next: shopgraph run --project {project}")
    if not report.kept:
        typer.echo("Nothing was kept. Mend the files and import them again.", err=True)
        raise typer.Exit(1)


def print_import(report: QualityReport, quarantine: Path) -> None:
    """Print what was read, kept and set aside, and why."""
    from kg.quality import RULES

    tables = report.tables.items()
    print_table(
        ("table", "read", "kept", "set aside", "implied"),
        [(name, table.read, table.kept, table.quarantined.total(), table.implied) for name, table in tables],
        title=f"{Path(report.source).name} ({report.format})",
    )
    _print_look(report.seen)
    for line in _gaps(quarantine.parent / "products.parquet", report):
        typer.echo(line)
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
    for line in _examples(quarantine, len(reasons)):
        typer.echo(line)
    typer.echo(f"{report.quarantined:,} of {report.read:,} rows were set aside; they are in {quarantine}")


def _print_look(seen: Look) -> None:
    for file, columns in seen.columns.items():
        named = ", ".join(f'"{heading}" as {column}' for heading, column in columns.items())
        typer.echo(f"{file}: read {named}.")
    for file, headings in seen.attributes.items():
        more = f" and {len(headings) - _MOST} more" if len(headings) > _MOST else ""
        typer.echo(f"{file}: kept as attributes: {', '.join(headings[:_MOST])}{more}.")
    if seen.unread:
        typer.echo(f"Not read, for no table is called so: {', '.join(seen.unread)}.")


def _gaps(table: Path, report: QualityReport) -> list[str]:
    """Say which columns that much depends on most of the products lack."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    if "products" not in report.tables or not report.tables["products"].read or not table.is_file():
        return []
    products = pq.read_table(table, columns=["title", "brand", "categories", "price"])
    lacking = {
        name: pc.sum(pc.equal(pc.fill_null(pc.list_value_length(own), 0), 0)).as_py()
        if name == "categories"
        else own.null_count
        for name, own in zip(products.column_names, products.columns, strict=True)
    }
    told = [f"{count:,} have no {name}" for name, count in lacking.items() if count and count > len(products) / 2]
    return [f"Of {len(products):,} products {', '.join(told)}."] if told else []


def _examples(quarantine: Path, reasons: int) -> Iterator[str]:
    """Give the first row of each reason, looking no further than needed."""
    import orjson

    told: set[tuple[str | None, str]] = set()
    with quarantine.open("rb") as lines:
        for line in islice(lines, _LOOKED_AT):
            row = orjson.loads(line)
            if (key := (row["table"], row["code"])) not in told:
                told.add(key)
                yield f"{row['code']}, for example {row['file']}:{row['line']}: {row['reason']}"
            if len(told) == reasons:
                return
