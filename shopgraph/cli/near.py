"""``shopgraph near``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from shopgraph.cli.options import HERE, CountOption, JsonOption, ProjectOption, check_k, open_project
from shopgraph.cli.output import print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(near)


def near(
    words: Annotated[str | None, typer.Argument(metavar="WORDS", help="What to look for.", show_default=False)] = None,
    image: Annotated[Path | None, typer.Option("--image", help="A photo to look for instead.")] = None,
    node: Annotated[
        str | None, typer.Option("--node", metavar="LABEL:ID", help="A node of the graph to start from instead.")
    ] = None,
    vectors: Annotated[
        str, typer.Option("--vectors", help="Vectors that nodes are compared by: graph, text, image, ...")
    ] = "graph",
    among: Annotated[
        str, typer.Option("--among", metavar="LABEL", help="Nodes to search among, starting from a node.")
    ] = "Product",
    project: ProjectOption = HERE,
    k: CountOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give what lies nearest to words, to a photo or to a node, by the project's vectors.

    Example: shopgraph near "red dress" --project myshop
    """
    if sum(one is not None for one in (words, image, node)) != 1:
        raise typer.BadParameter("Give words, a photo with --image, or a node with --node.", param_hint="WORDS")
    from shopgraph.nearest import ProjectVectors

    place = open_project(project)
    wanted = check_k(k, place)
    known = ProjectVectors(place)
    if words is not None:
        found = known.of_words(words, k=wanted)
    elif image is not None:
        found = known.of_photo(image, k=wanted)
    else:
        assert node is not None
        label, _, id_ = node.partition(":")
        if not id_:
            raise typer.BadParameter("Write it as LABEL:ID, such as Product:P42.", param_hint="--node")
        found = known.of_node(label, id_, name=vectors, among=among, k=wanted)
    if as_json:
        print_json([asdict(one) for one in found])
    elif found:
        print_table(("label", "id", "name", "score"), [(one.label, one.id, one.name, one.score) for one in found])
    else:
        typer.echo("Nothing is near: the words say the vectors nothing.")
