"""``shopgraph link``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopgraph.cli.options import HERE, JsonOption, ProjectOption, open_project
from shopgraph.cli.output import print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linking.mentions import Mention


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(link)


def link(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="Words to link.", show_default=False)] = None,
    image: Annotated[Path | None, typer.Option("--image", help="A photo to caption and link instead.")] = None,
    project: ProjectOption = HERE,
    product: Annotated[
        str | None, typer.Option("--product", help="Id of the product that the words are about.")
    ] = None,
    language: Annotated[str | None, typer.Option("--language", help="ISO 639-1 code of the words.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page with the text marked to this file.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a text or a photo mentions: each mention's candidates, their scores, and why one was chosen.

    Example: shopgraph link "The Orange bag is orange" --project myshop
    """
    if (text is None) == (image is None):
        raise typer.BadParameter("Give words, or a photo with --image.", param_hint="TEXT")
    place = open_project(project)
    picture: str | None = None
    if image is not None:
        from shopgraph.pipeline.photos import link_one_photo

        text, mentions, picture = link_one_photo(place, image)
    else:
        from shopgraph.pipeline.linking import open_linker

        assert text is not None
        mentions = open_linker(place).link(text, language=language, product=product)
    if html is not None:
        from linking.html import mentions_page

        try:
            html.write_text(mentions_page(text, mentions, picture=picture), encoding="utf-8")
        except OSError as error:
            raise typer.BadParameter(f"{html} cannot be written: {error.strerror}", param_hint="--html") from error
    if as_json:
        print_json({"text": text, "mentions": [asdict(mention) for mention in mentions]})
        return
    if image is not None:
        typer.echo(f"Caption: {text or '(nothing that is known)'}")
    _show(mentions)
    if html is not None:
        typer.echo(f"Page: {html.resolve()}", err=True)


def _show(mentions: Sequence[Mention]) -> None:
    if not mentions:
        typer.echo("Nothing in the graph is mentioned.")
        return
    rows = [
        (mention.surface, f"{mention.start}-{mention.end}", *_named(mention), f"{mention.confidence:.2f}",
         f"{mention.sentiment:+.2f}" if mention.sentiment else "", mention.reason)
        for mention in mentions
    ]  # fmt: skip
    print_table(("words", "where", "label", "node", "confidence", "sentiment", "why"), rows)
    for mention in mentions:
        if len(mention.candidates) > 2:  # more than one meaning and NIL
            candidates = [
                (one.node.label if one.node else "NIL", one.node.id if one.node else "", f"{one.prior:.3f}",
                 f"{one.score:.3f}", one.reason)
                for one in mention.candidates
            ]  # fmt: skip
            title = f'What "{mention.surface}" may mean'
            print_table(("label", "node", "prior", "score", "for it, or against"), candidates, title=title)


def _named(mention: Mention) -> tuple[str, str]:
    return (mention.node.label, mention.node.id) if mention.node else ("NIL", "")
