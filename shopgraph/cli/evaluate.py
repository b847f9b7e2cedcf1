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

    It is judged on what was kept from learning, beside baselines, as a whole and for groups: customers by the products
    that are known of them, and test products by how many buy them. Where that is done, the figures are shown.

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
    print_groups(found)
    typer.echo(f"Training and judging took {found['seconds']:.1f} s and up to {found['peak_rss_mb']:,.0f} MB.")


def print_groups(found: dict[str, Any]) -> None:
    """Print recall and NDCG of the first length for groups of customers and of test products."""
    methods = {"model": found["model"], **{name: name for name in found["baselines"]}}
    first = next((name for name in found["metrics"] if name.startswith("recall@")), "recall@10")
    shown = (first, first.replace("recall", "ndcg"))
    for of, title in _GROUPS.items():
        rows = [
            (
                group["name"],
                _span(group),
                group["users"],
                metric,
                *(_cell(group, own, metric) for own in methods.values()),
            )
            for group in found["groups"]
            if group["of"] == of
            for metric in shown
        ]
        if rows:
            print_table((of, _HAVE[of], "judged", "metric", *methods), rows, title=title)


_GROUPS = {
    "customers": "Customers by the products that are known of them",
    "products": "Test products by the customers they had in train: what part of them is found",
}
_HAVE = {"customers": "products each", "products": "customers each"}


def _span(group: dict[str, Any]) -> str:
    least, most = group["least"], group["most"]
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def _cell(group: dict[str, Any], method: str, metric: str) -> str:
    half = group["intervals"][method].get(metric)
    return f"{group['metrics'][method][metric]:.4f}" + ("" if half is None else f" ± {half:.4f}")
