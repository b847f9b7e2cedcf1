"""The text of each product: what the graph says of it in words, the shortest and most telling first."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from kg.snapshot import Snapshot

_CHINESE = "zh"


def product_texts(snapshot: Snapshot, *, language: str = "en") -> list[str]:
    """Give the text of each product, in the order of the product rows, ``(n_products,)``; empty where there is none.

    Name, brand, names of the categories and description, a line each. Encoders cut long texts at the end, so the
    description comes last.

    Args:
        snapshot: of the graph.
        language: of the texts; for ``zh`` the Chinese names and descriptions, where a product has them.
    """
    products = snapshot.products
    chinese = language.replace("_", "-").partition("-")[0].lower() == _CHINESE
    names, descriptions = (products[column].combine_chunks().to_pylist() for column in ("name", "description"))
    if chinese:
        names = _rather(products["name_zh"], names)
        descriptions = _rather(products["description_zh"], descriptions)
    parts = zip(names, products["brand"].to_pylist(), _categories(snapshot), descriptions, strict=True)
    return [product_text(*each) for each in parts]


def product_text(name: str | None, brand: str | None, categories: str | None, description: str | None) -> str:
    """Give the text of one product, as encoders get it: what is known of it, a line each."""
    return "\n".join(part for part in (name, brand, categories, description) if part)


def _rather(wanted: pa.ChunkedArray, else_these: list[str | None]) -> list[str | None]:
    return [first or second for first, second in zip(wanted.to_pylist(), else_these, strict=True)]


def _categories(snapshot: Snapshot) -> list[str]:
    """Give the names of each product's categories in one line."""
    lists = snapshot.products["categories"].to_pylist()
    distinct = sorted({category for categories in lists for category in categories or ()})
    rows = snapshot.ids.find("Category", distinct)
    named = {
        category: snapshot.name(int(row)) if row >= 0 else category
        for category, row in zip(distinct, np.asarray(rows), strict=True)
    }
    return [", ".join(dict.fromkeys(named[category] for category in categories or ())) for categories in lists]
