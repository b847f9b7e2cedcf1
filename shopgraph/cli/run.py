"""``shopgraph run``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json

if TYPE_CHECKING:
    from shopgraph.pipeline import State
    from shopgraph.project import Project


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    project: ProjectOption = HERE,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="STAGE", help="Run this stage and all after it, changed or not."),
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="STAGE", help="Stop after this stage.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run every stage, changed or not.")] = False,
    no_tune: Annotated[
        bool, typer.Option("--no-tune", help="Train again with the parameters that the last tuning chose.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Build the graph, train, evaluate and report.

    The stages are import, build, link, snapshot, vectors, propose, train, evaluate and report. One of which nothing has
    changed is skipped; a run that was stopped goes on where it was.

    Example: shopgraph run --project myshop --from train
    """
    from kg.sources.locate import nearest
    from shopgraph.pipeline import STAGES

    for option, stage in (("--from", start), ("--until", until)):
        if stage is not None and stage not in STAGES:
            known = ", ".join(STAGES)
            raise typer.BadParameter(
                f'There is no stage "{stage}".{nearest(stage, STAGES)} Stages: {known}.', param_hint=option
            )
    place = open_project(project)
    state = run_and_show(place, start=start, until=until, force=force, no_tune=no_tune, quiet=as_json)
    if as_json:
        print_json({name: stage.model_dump(exclude={"inputs", "outcome"}) for name, stage in state.stages.items()})


def run_and_show(
    project: Project,
    *,
    start: str | None = None,
    until: str | None = None,
    force: bool = False,
    no_tune: bool = False,
    quiet: bool = False,
) -> State:
    """Run the pipeline, with a line for each stage."""
    from shopgraph.cli.interrupts import Interrupts
    from shopgraph.cli.progress import Bar
    from shopgraph.pipeline import Happening, StageEvent, run_pipeline

    with Bar() as bar, Interrupts() as interrupts:

        def show(event: StageEvent) -> None:
            bar.clear()
            if quiet or event.state is None:
                return
            if event.happening is Happening.SKIPPED:
                typer.echo(f"{event.stage:<9} skipped: nothing it depends on has changed")
                return
            figures = _line(event.state.figures)
            typer.echo(f"{event.stage:<9} done in {event.state.seconds:.1f} s{': ' if figures else ''}{figures}")
            for note in event.state.notes:
                typer.echo(f"{'':<9} note: {note}")

        return run_pipeline(
            project,
            start=start,
            until=until,
            force=force,
            tune=False if no_tune else None,
            progress=interrupts.watched(bar),
            watch=show,
        )


def _line(figures: Mapping[str, object]) -> str:
    """Give figures for the line of a stage: not the many parameters, and of the metrics the two most asked for."""
    shown = {name: value for name, value in figures.items() if value and name != "parameters"}
    return ", ".join(
        f"{name} {_figure(value)}"
        for name, value in shown.items()
        if "@" not in name or name.startswith(("recall@", "ndcg@"))
    )


def _figure(value: object) -> str:
    if isinstance(value, dict):
        return "(" + ", ".join(f"{name} {_figure(item)}" for name, item in value.items()) + ")"
    if isinstance(value, float):
        return f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
