"""New products from a shop's own files: products, and beside them images and links, as ``shopgraph import`` takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from kg.errors import InputError
from kg.quality.rows import check_rows
from kg.records import Record, Reject
from kg.sources import reader
from kg.tables import TABLES
from recommender.newcomers import NewProduct

_TABLES = ("products", "images", "links")
_LIKE = "Its columns are those of shopgraph import; docs/reference/tables.md lists them."

Rows = list[dict[str, Any]]
Aside = Callable[[str], None]
"""Told where a row is that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A new product with its photos.

    Attributes:
        product: what is known of it.
        photos: files, or the bytes of pictures.
    """

    product: NewProduct
    photos: tuple[Path | bytes, ...] = ()


def read_new_products(folder: Path, *, aside: Aside | None = None) -> list[Arrival]:
    """Read new products from a folder with a file ``products`` and, where there are any, ``images`` and ``links``.

    Links may lead to products that the model knows, and from them. Other tables are not looked at.

    Args:
        folder: of the files.
        aside: told of each row that cannot be used, where and why, and the others go on; None to stop at the first.

    Raises:
        InputError: there are no products, or a row cannot be used and nobody wants to be told of it.
    """
    tables = _tables(folder, aside or _refused)
    if not tables["products"]:
        raise InputError(f"{folder} has no new products: a file such as products.csv is wanted. {_LIKE}")
    photos: dict[str, list[Path | bytes]] = defaultdict(list)
    for row in tables["images"]:
        if row["path"]:
            photos[row["product_id"]].append(Path(row["path"]))
    links: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in tables["links"]:
        weight = 1.0 if row["weight"] is None else row["weight"]
        for one, other in ((row["product_id"], row["other_id"]), (row["other_id"], row["product_id"])):
            links[one][row["relation"].upper()][other] = weight
    return [
        Arrival(_product(row, photos[row["id"]], links[row["id"]]), tuple(photos[row["id"]]))
        for row in tables["products"]
        if row["in_catalogue"]
    ]


def _product(row: dict[str, Any], photos: Sequence[Path | bytes], links: dict[str, dict[str, float]]) -> NewProduct:
    return NewProduct(
        id=row["id"],
        name=row["title"],
        name_zh=row["title_zh"],
        description=row["description"],
        description_zh=row["description_zh"],
        brand=row["brand"],
        categories=tuple(row["categories"] or ()),
        price=row["price"],
        in_stock=row["in_stock"],
        released=row["released"],
        image=str(photos[0]) if photos else None,
        attributes=tuple(f"{pair['name']}={pair['value']}" for pair in row["attributes"] or ()),
        links={relation: dict(others) for relation, others in links.items()},
    )


def _refused(why: str) -> None:
    raise InputError(why)


def _tables(folder: Path, aside: Aside) -> dict[str, Rows]:
    """Read and check the rows of each table."""
    records: dict[str, list[Record]] = {name: [] for name in _TABLES}
    for record in reader("tables").read(folder):
        if isinstance(record, Reject):
            aside(f"{folder / record.file}:{record.line}: {record.reason}")
        elif record.table in records:
            records[record.table].append(record)
    return {name: _checked(name, own, folder, aside).to_pylist() for name, own in records.items()}


def _checked(name: str, records: list[Record], folder: Path, aside: Aside) -> pa.Table:
    checked = check_rows(TABLES[name], records, base=folder)
    for place in sorted(checked.problems):
        at = records[place]
        aside(f"{folder / at.file}:{at.line}: {checked.problems[place].reason}")
    return checked.rows
