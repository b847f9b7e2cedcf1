"""``shopgraph tune``."""

from __future__ import annotations

from typing import Annotated

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json, print_table

_SHOWN = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(tune)


def tune(
    project: ProjectOption = HERE,
    minutes: Annotated[float, typer.Option("--minutes", min=0.01, help="To search for.")] = 30.0,
    as_json: JsonOption = False,
) -> None:
    """Search settings of the network on the validation part, and keep the best for the next training.

    What shopgraph.toml names under [network] stays as it says in every attempt. Attempts are shown with what they are
    worth beside the closed form alone. Stopped before its time, the best so far is kept; better ones that an earlier
    search of the same found stay.

    Example: shopgraph tune --minutes 30 --project myshop
    """
    from dataclasses import asdict

    from shopgraph.cli.progress import Bar
    from shopgraph.pipeline.tune import kept_worth, tune_network

    place = open_project(project)
    with Bar() as bar:
        found = tune_network(place, minutes=minutes, progress=bar)
    if as_json:
        print_json({"kept": str(place.tuned_network_file), "attempts": [asdict(own) for own in found]})
        return
    rows = [
        (
            f"{own.worth:.4f}",
            f"{own.metrics['recall@10']:.4f}",
            f"{own.metrics['ndcg@10']:.4f}",
            str(own.epochs),
            f"{own.seconds:.0f}",
            ", ".join(f"{name}={value:g}" for name, value in own.changes.items()) or "as they were",
        )
        for own in found[:_SHOWN]
    ]
    print_table(("worth", "recall@10", "ndcg@10", "epochs", "s", "settings"), rows)
    if kept_worth(place) > found[0].worth:
        typer.echo(f"An earlier search found settings worth {kept_worth(place):.4f}; they stay.")
    typer.echo(f"Kept in {place.tuned_network_file}. Train with them: shopgraph run --from train")
