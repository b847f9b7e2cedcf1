"""The command ``shopgraph`` and its commands."""

from __future__ import annotations

from typing import Annotated

import typer

from shopgraph import __version__
from shopgraph.cli import (
    ablate,
    ask,
    catalogue_check,
    classify,
    cypher,
    demo,
    doctor,
    evaluate,
    explain,
    export,
    forget,
    imports,
    init,
    keys,
    link,
    link_train,
    lists,
    near,
    propose,
    query,
    rate,
    recommend,
    run,
    search,
    serve,
    similar,
    tune,
)
from shopgraph.cli.failures import ShopGroup, set_up_logging

app = typer.Typer(
    name="shopgraph",
    cls=ShopGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # loads in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _command in (
    init,
    imports,
    run,
    tune,
    evaluate,
    ablate,
    rate,
    recommend,
    lists,
    similar,
    search,
    ask,
    near,
    propose,
    explain,
    link,
    link_train,
    catalogue_check,
    classify,
    query,
    cypher,
    export,
    serve,
    keys,
    forget,
    doctor,
    demo,
):
    _command.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"shopgraph {__version__}")
        raise typer.Exit


@app.callback()
def shopgraph(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and stop.", callback=_version, is_eager=True)
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where an error comes from, and log details; stands anywhere.")
    ] = False,
) -> None:
    """A knowledge graph of your shop that recommends products, with reasons.

    Start with: shopgraph demo
    """
    ctx.obj = {"debug": debug}
    set_up_logging(debug=debug)


def main() -> None:
    """Run the command line: exit code 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    app()
