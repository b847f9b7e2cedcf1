"""``shopgraph ablate``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json, print_table

_WARNING = (
    "The test part says what each part gives. It is not there to choose by: a variant that is better on it may be so "
    "by chance. Choose settings on the validation part: shopgraph tune"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(ablate)


def ablate(
    project: ProjectOption = HERE,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Seeds to train each variant with.")] = 3,
    only: Annotated[
        str | None,
        typer.Option("--only", metavar="NAME,...", help="Variants to try beside the whole model; without it all."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what each part of the model gives, by training it without.

    Variants (without the vectors of each kind, without links, with a random graph, without the network, with other
    levels of fusion) are trained with the parameters of the model and judged on the test part, customer by customer.
    The result is kept as ablation.json and ablation.csv, and shown in the report. Each variant and seed takes as long
    as a training without tuning.

    Example: shopgraph ablate --project myshop --seeds 3 --only without_text,random_graph
    """
    from shopgraph.cli.progress import Bar
    from shopgraph.pipeline.ablate import ablate_project

    place = open_project(project)
    names = None if only is None else [name.strip() for name in only.split(",") if name.strip()]
    with Bar() as bar:
        found = ablate_project(place, seeds=seeds, names=names, progress=bar)
    if as_json:
        print_json({**found, "kept": str(place.ablation_file)})
    else:
        print_ablation(found)
        typer.echo(f"Kept in {place.ablation_file} and {place.ablation_table}.")


def print_ablation(found: dict[str, Any]) -> None:
    """Print recall and NDCG of every variant, and what it has less or more than the whole model."""
    shown = [f"{metric}@{found['ks'][0]}" for metric in ("recall", "ndcg")]
    rows = [
        (
            variant["name"],
            metric,
            f"{figure['mean']:.4f} ± {figure['ci95']:.4f}",
            "" if figure["deviation"] is None else f"{figure['deviation']:.4f}",
            f"{figure['difference']:+.4f} ± {figure['difference_ci95']:.4f}" if number else "",
            variant["seeds"],
            f"{variant['seconds']:.0f}",
        )
        for number, variant in enumerate(found["variants"])
        for metric, figure in ((own, variant["figures"][own]) for own in shown)
    ]
    columns = ("variant", "metric", "mean", "sd of seeds", "against everything", "seeds", "s")
    print_table(columns, rows, title=f"{found['users']:,} customers; ± is a 95 % interval over customers")
    typer.echo(_WARNING)
