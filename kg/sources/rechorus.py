"""The data sets of ReChorus (Wang et al., SIGIR 2020): train, dev and test with timestamps, and item_meta."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kg.errors import InputError
from kg.records import Record, Reject
from kg.sources.csvfile import Sheet, read_sheet
from kg.sources.locate import find, folder, nearest, need
from kg.sources.numbered import reject

_SPLITS = {"train": "train", "dev": "validation", "test": "test"}
_RELATIONS = {
    "r_complement": "complements",
    "r_substitute": "substitutes",
    "r_also_buy": "also_bought",
    "r_also_bought": "also_bought",
    "r_also_view": "also_viewed",
    "r_also_viewed": "also_viewed",
    "r_bought_together": "bought_together",
}
_LIST = re.compile(r"\[\s*(?:[\w.-]+\s*(?:,\s*[\w.-]+\s*)*)?\]")


class RechorusReader:
    """Reads ``train.csv``, ``dev.csv``, ``test.csv`` and, where it stands, ``item_meta.csv``.

    ``dev`` is the split validation. The column ``i_category`` makes categories called "category 12", other ``i_``
    columns attributes; ``r_`` columns are lists of linked items, as triples where the relation is none of ours. The
    sampled negatives of ranking files (``neg_items``) are part of an evaluation, not of the data, and are not read.
    """

    name = "rechorus"
    doc = "ReChorus: train.csv, dev.csv, test.csv with times, and item_meta.csv"

    def recognises(self, source: Path) -> bool:
        """Tell whether ``source`` looks like this format."""
        return source.is_dir() and all(find(source, f"{file}.csv") for file in ("train", "dev"))

    def read(self, source: Path) -> Iterator[Record | Reject]:
        """Stream products, links and interactions.

        Raises:
            InputError: ``train.csv`` is missing, or a file lacks a column.
        """
        place = folder(source, format_name=self.name, expected="a folder with train.csv, dev.csv and test.csv")
        need(place, "train.csv", format_name=self.name)
        meta = find(place, "item_meta.csv")
        if meta is not None:
            # Twice through a small file, so that every product comes before the links to it.
            yield from _products(meta)
            yield from _links(meta)
        for stem, split in _SPLITS.items():
            path = find(place, f"{stem}.csv")
            if path is not None:
                yield from _interactions(path, split)


def _open(path: Path, *needed: str) -> Sheet:
    sheet = read_sheet(path, name=path.name)
    for column in needed:
        if column not in sheet.columns:
            raise InputError(
                f'{path} has no column "{column}"; it has: {", ".join(sheet.columns)}.{nearest(column, sheet.columns)}'
            )
    return sheet


def _products(path: Path) -> Iterator[Record | Reject]:
    sheet = _open(path, "item_id")
    for row in sheet.rows:
        if isinstance(row, Reject):
            yield row
            continue
        cells = dict(zip(sheet.columns, row.cells, strict=True))
        category = cells.pop("i_category", "").strip()
        values = {
            "id": cells["item_id"],
            "categories": [f"category {category}"] if category else [],
            "attributes": [(name.removeprefix("i_"), cell) for name, cell in cells.items() if not _other(name)],
        }
        yield Record("products", values, path.name, row.line)


def _other(column: str) -> bool:
    return column == "item_id" or column.startswith("r_")


def _links(path: Path) -> Iterator[Record | Reject]:
    sheet = _open(path, "item_id")
    own = sheet.columns.index("item_id")
    columns = [(place, name) for place, name in enumerate(sheet.columns) if name.startswith("r_")]
    for row in sheet.rows:
        if isinstance(row, Reject):
            continue  # already given with the products
        for place, column in columns:
            cell = row.cells[place].strip()
            if cell and not _LIST.fullmatch(cell):
                yield reject(row.line, path.name, "MALFORMED", f'"{column}" is not a list in brackets', cell)
                continue
            for word in cell.strip("[]").split(","):
                other = word.strip()
                if not other:
                    continue
                relation = _RELATIONS.get(column)
                if relation is not None:
                    values = {"product_id": row.cells[own], "relation": relation, "other_id": other}
                    yield Record("links", values, path.name, row.line)
                else:
                    values = {"head": row.cells[own], "relation": column.removeprefix("r_"), "tail": other}
                    values |= {"head_type": "product", "tail_type": "product"}
                    yield Record("triples", values, path.name, row.line)


def _interactions(path: Path, split: str) -> Iterator[Record | Reject]:
    sheet = _open(path, "user_id", "item_id")
    user, item = sheet.columns.index("user_id"), sheet.columns.index("item_id")
    time = sheet.columns.index("time") if "time" in sheet.columns else None
    for row in sheet.rows:
        if isinstance(row, Reject):
            yield row
        else:
            cells = row.cells
            values = {"user_id": cells[user], "product_id": cells[item], "kind": "purchased", "split": split}
            if time is not None:
                values["at"] = cells[time]
            yield Record("interactions", values, path.name, row.line)
