"""``shopgraph evaluate``."""

from __future__ import annotations

from typing import Any

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(evaluate)


def evaluate(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """Judge the trained model.

    It is judged on what was kept from learning, beside baselines. Where that is done, the figures are shown.

    Example: shopgraph evaluate --project myshop --json
    """
    from shopgraph.cli.progress import Bar
    from shopgraph.pipeline.judge import judge

    place = open_project(project)
    with Bar() as bar:
        found = judge(place, progress=bar)
    if as_json:
        print_json(found)
    else:
        print_metrics(found)


def print_metrics(found: dict[str, Any]) -> None:
    """Print the metrics of the model beside those of the baselines."""
    if not found["metrics"]:
        typer.echo("There is no test part to judge the model on; see [split] in shopgraph.toml.")
        return
    baselines = found["baselines"]
    rows = [
        (
            metric,
            f"{value:.4f}" + (f" ± {found['intervals'][metric]:.4f}" if metric in found["intervals"] else ""),
            *(f"{metrics[metric]:.4f}" if metric in metrics else "" for metrics in baselines.values()),
        )
        for metric, value in found["metrics"].items()
    ]
    title = f"{found['dataset']}: {found['users']:,} customers, model {found['model']}"
    print_table(("metric", "model", *baselines), rows, title=title)
    typer.echo(f"Training and judging took {found['seconds']:.1f} s and up to {found['peak_rss_mb']:,.0f} MB.")
