"""Printing: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from recommender.answers import Answer, Recommendation
    from recommender.wording import Names


def print_json(value: object) -> None:
    """Print one JSON object to stdout; dataclasses are objects."""
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    typer.echo(orjson.dumps(value, option=options).decode())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """Print a table to stdout; columns of numbers stand to the right."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[_cell(value) for value in row] for row in rows]
    kinds = [all(_is_number(value) for value in column) for column in zip(*cells, strict=True)] if cells else []
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    for number, column in enumerate(columns):
        right = bool(kinds) and kinds[number]
        table.add_column(column, justify="right" if right else "left", no_wrap=right, overflow="fold")
    for row in cells:
        table.add_row(*(Text(value) for value in row))
    console = Console()
    if not console.is_terminal:  # a file or a pipe has no width to fit into
        console = Console(width=200)
    console.print(table)


def print_answer(answer: Answer, *, language: str = "en", names: Names | None = None) -> None:
    """Print recommended products in a language, and their reasons where they have them."""
    from recommender.wording import node_name

    rows = [(item.rank, item.product.id, node_name(item.product, names=names)) for item in answer.items]
    if any(item.score for item in answer.items):
        scored = [(*row, f"{item.score:.4f}") for row, item in zip(rows, answer.items, strict=True)]
        print_table(("rank", "id", "product", "score"), scored)
    elif rows:  # what is popular has no score: the model has nothing to go by
        print_table(("rank", "id", "product"), rows)
    else:
        typer.echo("No product fits.")
    for item in answer.items:
        if item.reasons:
            typer.echo(f"{item.rank}. {node_name(item.product, names=names)}")
            print_reasons(item, language=language, names=names)
    for note in answer.notes:
        typer.echo(f"Note: {note}", err=True)
    if answer.items:
        typer.echo(f"By {answer.source}; model {answer.model}", err=True)


def print_reasons(
    item: Recommendation, *, most: int | None = 3, language: str = "en", names: Names | None = None
) -> None:
    """Print the reasons of one product, strongest first: each in a sentence, and under it its path in the graph."""
    for reason in item.reasons[:most]:
        typer.echo(f"   {reason.share:>5.0%}  {reason.sentence(language, names=names)}")
        if reason.path:
            typer.echo(f"            {reason.named_path()}")
    if item.shares:
        told = sorted(item.shares.items(), key=lambda share: -share[1])
        typer.echo("          in all: " + ", ".join(f"{name} {share:.0%}" for name, share in told))


def answer_dict(answer: Answer, *, language: str = "en", names: Names | None = None) -> dict[str, object]:
    """Give the answer as it stands in JSON: with a sentence for each reason."""
    return {
        "items": [item_dict(item, language=language, names=names) for item in answer.items],
        "source": answer.source,
        "model": answer.model,
        "notes": list(answer.notes),
    }


def item_dict(item: Recommendation, *, language: str = "en", names: Names | None = None) -> dict[str, object]:
    """Give one recommended product as it stands in JSON."""
    from dataclasses import asdict

    from recommender.wording import node_name

    return {
        "rank": item.rank,
        "id": item.product.id,
        "name": node_name(item.product, names=names),
        "score": item.score,
        "rules": list(item.rules),
        "shares": dict(item.shares),
        "reasons": [{"sentence": reason.sentence(language, names=names), **asdict(reason)} for reason in item.reasons],
    }


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _is_number(cell: str) -> bool:
    return not cell.strip("0123456789.,%-± ")
