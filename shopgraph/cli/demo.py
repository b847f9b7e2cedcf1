"""``shopgraph demo``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shopgraph.project import Project

_CUSTOMERS = 2


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the demo project.")] = Path(
        "shopgraph-demo"
    ),
    products: Annotated[int, typer.Option("--products", min=48, help="Products of the shop.")] = 600,
    users: Annotated[int, typer.Option("--users", min=1, help="Customers of the shop.")] = 1500,
) -> None:
    """Make a shop, learn from it, and recommend.

    The shop is made up, with photos and reviews; shown are recommendations with their reasons, and how good they are.

    Example: shopgraph demo mydemo
    """
    from shopgraph.cli.evaluate import print_metrics
    from shopgraph.cli.imports import print_import
    from shopgraph.cli.run import run_and_show
    from shopgraph.demo import make_demo
    from shopgraph.pipeline import import_into
    from shopgraph.pipeline.known import known
    from shopgraph.project import Project

    project = Project(folder)
    if not project.exists():
        project = Project.create(folder)
    shop = folder / "shop"
    if not shop.exists():
        typer.echo(f"Making a shop of {products:,} products and {users:,} customers in {shop}")
        made = make_demo(shop, n_products=products, n_users=users, n_interactions=20 * users)
        typer.echo(f"It has {made.interactions:,} interactions, {made.reviews:,} reviews and {made.images:,} photos.")
    for file in ("aliases.csv", "aspects.toml"):
        if not (folder / file).exists():
            shutil.copyfile(shop / file, folder / file)
    name, report = import_into(project, shop, format_name="tables")
    print_import(report, project.sources / name / "quarantine.jsonl")
    state = run_and_show(project)
    _show_customers(project)
    print_metrics(known(project, state))
    if project.report_page.is_file():
        typer.echo(f"Report: {project.report_page.resolve()}")
    typer.echo(f"Go on with: shopgraph recommend --project {folder} --user {_customers(project)[0]} --reasons")


def _show_customers(project: Project) -> None:
    """Print what is recommended to some customers of the test part, with reasons."""
    from shopgraph.cli.options import open_recommender
    from shopgraph.cli.output import print_answer

    recommender = open_recommender(project)
    for user in _customers(project):
        typer.echo(f"\nFor customer {user}:")
        print_answer(recommender.recommend(user=user, k=5, reasons=True))


def _customers(project: Project) -> list[str]:
    """Give the ids of some customers of whom something is known, the same each time."""
    from kg.snapshot import load_snapshot

    snapshot = load_snapshot(project.snapshot)
    heads = next(iter(snapshot.interactions.values())).head
    rows = sorted({int(row) for row in heads[:200]})[:_CUSTOMERS]
    return [str(user) for user in snapshot.ids.ids(rows).to_pylist()]
