"""``shopgraph lists``."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopgraph.cli.filtering import RulesOption
from shopgraph.cli.options import HERE, CountOption, JsonOption, ProjectOption, check_k, open_project
from shopgraph.cli.output import print_json

if TYPE_CHECKING:
    from recommender.rules import Rules
    from shopgraph.project import Project


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(lists)


def lists(
    project: ProjectOption = HERE,
    k: CountOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write them to this CSV file, too: for a campaign's mails.")
    ] = None,
    graph: Annotated[bool, typer.Option(help="Put them into the graph as RECOMMENDED.")] = True,
    rules: RulesOption = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take them out of the graph instead.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Recommend to all customers at once, and keep the lists where analysts and campaigns can use them.

    In the graph they take the place of those of an earlier model, and nothing is learned from them. Feedback that the
    service was given since the model was trained counts. Whether the lists favour what is popular is asked by:
    shopgraph query run popularity-of-recommendations

    Example: shopgraph lists --k 10 --out lists.csv --project myshop
    """
    from shopgraph.lists import remove_lists
    from shopgraph.project import ProjectLock

    place = open_project(project)
    if remove:
        with ProjectLock(place), place.open_store(read_only=False) as store:
            store.create_schema()  # of a graph built by an older version
            removed = remove_lists(store)
        if as_json:
            print_json({"removed": removed})
        else:
            typer.echo(f"{removed:,} recommendations were taken out of the graph.")
        return
    if out is None and not graph:
        raise typer.BadParameter("without the graph, name a file with --out", param_hint="--no-graph")
    if out is not None and out.resolve().is_relative_to(place.folder.resolve()):
        raise typer.BadParameter(
            "name a file outside the project's folder: forgetting a customer would not reach it there",
            param_hint="--out",
        )
    told = _make(place, check_k(k, place), out, place.rules(rules), into_graph=graph)
    if as_json:
        print_json(told)
        return
    typer.echo(f"{told['recommendations']:,} recommendations to {told['customers']:,} customers.")
    if out is not None:
        typer.echo(f"Wrote {out}")
    if graph:
        typer.echo(f"In the graph as RECOMMENDED; {told['removed']:,} of before are gone.")


def _make(place: Project, k: int, out: Path | None, rules: Rules | None, *, into_graph: bool) -> dict[str, object]:
    """Make the lists with the project and its graph held, so that nobody is forgotten meanwhile."""
    import pyarrow as pa
    import pyarrow.csv as pc

    from recommender import Recommender
    from shopgraph.cli.progress import Bar
    from shopgraph.feedback.journal import Journal
    from shopgraph.lists import LISTS, recommended_lists, write_lists
    from shopgraph.project import ProjectLock

    kept = ["user", "rank", "product", "score"]
    beside = None if out is None else out.with_name(f".{out.name}.new")
    with ExitStack() as held:
        if beside is not None:
            held.callback(beside.unlink, missing_ok=True)  # where something failed; at the end it has its name
        held.enter_context(ProjectLock(place))
        store = held.enter_context(place.open_store(read_only=False)) if into_graph else None
        journal = held.enter_context(closing(Journal(place.journal_file))) if place.journal_file.is_file() else None
        recommender = Recommender.load(place.need_model())
        file = None if beside is None else held.enter_context(pc.CSVWriter(beside, LISTS))
        batches, customers = [], 0
        bar = held.enter_context(Bar())
        for batch in recommended_lists(
            recommender,
            k=k,
            rules=rules,
            exclude_seen=place.settings.answers.exclude_seen,
            journal=journal,
            progress=bar,
        ):
            customers += len(batch["user"].unique())
            batches.append(batch.select(kept))
            if file is not None:
                file.write_batch(batch)
        bar.clear()
        lists = pa.Table.from_batches(batches, pa.schema([LISTS.field(name) for name in kept]))
        told: dict[str, object] = {"model": recommender.model, "customers": customers}
        told["recommendations"] = lists.num_rows
        if store is not None:
            store.create_schema()  # of a graph built by an older version
            written = write_lists(store, lists, model=recommender.model)
            told |= {"written": written.edges, "removed": written.removed}
        if file is not None and beside is not None and out is not None:
            file.close()
            beside.replace(out)
            told["file"] = str(out)
    return told
