"""From rows of the graph to what an answer holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shopgraph.ask.answers import AskedProduct, Quote
from shopgraph.ask.wording import told

CARD = "RETURN p.id AS id, p.name AS name, p.name_zh AS name_zh, p.price AS price, p.in_stock AS in_stock"
"""What a query gives of a product p, for ``product_of``."""

_ENDS = ".!?。！？\n"


def product_of(row: Mapping[str, object], language: str) -> AskedProduct:
    """Give a product of a row with its id, names, price, stock, and a figure where one was asked for."""
    name = (row["name_zh"] if language == "zh" else None) or row["name"] or row["id"]
    price, stock, figure = row["price"], row["in_stock"], row.get("figure")
    return AskedProduct(
        str(row["id"]),
        str(name),
        None if price is None else float(str(price)),
        None if stock is None else bool(stock),
        None if figure is None else float(str(figure)),
    )


def quote_of(row: Mapping[str, object]) -> Quote:
    """Give the sentence around a mention."""
    text, start, end = str(row["text"]), int(str(row["start"])), int(str(row["finish"]))
    first = max((text.rfind(mark, 0, start) for mark in _ENDS), default=-1) + 1
    last = min((place for mark in _ENDS if (place := text.find(mark, end)) >= 0), default=len(text) - 1) + 1
    while first < start and text[first] == " ":
        first += 1
    feeling = row["sentiment"]
    return Quote(
        str(row["review"]),
        str(row["product"]),
        text[first:last],
        first,
        last,
        str(row["aspect"]),
        0.0 if feeling is None else float(str(feeling)),
    )


def money(value: object) -> str:
    """Write a price; a dash where there is none."""
    return "–" if value is None else f"{float(str(value)):.2f}"


def priced(products: Sequence[AskedProduct], language: str) -> str:
    """Write products one after the other, each with its price."""
    return told("semicolon", language).join(f"{one.name} ({money(one.price)})" for one in products)


__all__ = ["money", "priced", "product_of", "quote_of"]
