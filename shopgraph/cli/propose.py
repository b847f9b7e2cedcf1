"""``shopgraph propose``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json, print_table

if TYPE_CHECKING:
    from embeddings.links.proposals import Proposals
    from shopgraph.proposals import NamedNode, ProposedLink

_SHOWN = 3


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(propose)


def propose(
    project: ProjectOption = HERE,
    node: Annotated[
        str | None, typer.Option("--node", metavar="LABEL:ID", help="A node that the links start or end at.")
    ] = None,
    relation: Annotated[
        str | None, typer.Option("--relation", metavar="NAME", help="Relation of the links, such as HAS_BRAND.")
    ] = None,
    least: Annotated[
        float | None,
        typer.Option("--least", min=0, max=1, help="Confidence from which to show.", show_default="[proposals] least"),
    ] = None,
    k: Annotated[int, typer.Option("--k", "-k", min=1, help="Links to show.")] = 20,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take all proposals out of the graph and the project instead.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show links that are probably true though nobody told them, how sure each is, and what speaks for it.

    They are made unless they are of the present data and settings, and stand in the graph as LIKELY and INTERESTED_IN.

    Example: shopgraph propose --node Product:P0001 --project myshop
    """
    from shopgraph.cli.progress import Bar
    from shopgraph.pipeline.propose import propose as make
    from shopgraph.pipeline.propose import withdraw
    from shopgraph.proposals import ProposedLinks

    place = open_project(project)
    if remove:
        removed = withdraw(place)
        if as_json:
            print_json({"removed": removed})
        else:
            typer.echo(f"{removed:,} proposed links were removed from the graph.")
        return
    wanted = _node(node)
    with Bar() as bar:
        proposals = make(place, progress=bar)
    least = place.settings.proposals.least if least is None else least
    known = ProposedLinks(place, proposals)
    found = list(islice(known.find(node=wanted, relation=relation, least=least), k))
    if as_json:
        print_json(
            {
                "model": proposals.model,
                "proposals": [asdict(one) for one in found],
                "precision": [
                    {"relation": one.relation, **{name: getattr(level, name) for name in level.__slots__}}
                    for one in proposals.calibrated
                    for level in one.precision
                ],
                "skipped": dict(proposals.skipped),
            }
        )
        return
    _show(found, least)
    _show_precision(proposals)


def _node(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    label, _, id_ = text.partition(":")
    if not id_:
        raise typer.BadParameter("Write it as LABEL:ID, such as Product:P42.", param_hint="--node")
    return label, id_


def _show(found: Sequence[ProposedLink], least: float) -> None:
    if not found:
        typer.echo(f"Nothing is proposed with a confidence of {least:g} or more. Show less sure ones with --least.")
        return
    rows = [
        (f"{one.confidence:.2f}", one.head.id, one.sentence, _names(one.supporters), _names(one.shared))
        for one in found
    ]
    print_table(("confidence", "id", "what", "known to be so", "in common"), rows)


def _names(nodes: Sequence[NamedNode]) -> str:
    more = len(nodes) - _SHOWN
    return ", ".join(one.name for one in nodes[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _show_precision(proposals: Proposals) -> None:
    rows = [
        (one.relation, f"{level.confidence:.2f}", level.proposals, f"{level.precision:.3f}")
        for one in proposals.calibrated
        for level in one.precision
        if level.precision is not None
    ]
    if rows:
        print_table(("relation", "confidence from", "checked", "right"), rows, title="How often proposals are right")
    for relation, reason in proposals.skipped.items():
        typer.echo(f"Note: nothing is proposed of {relation}: {reason}", err=True)
