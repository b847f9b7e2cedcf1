"""The fashion product photos: products.csv with titles and attributes, and a folder of pictures named by product id."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.errors import InputError
from kg.records import Record, Reject
from kg.sources.csvfile import Sheet, read_sheet
from kg.sources.locate import find, folder, nearest, need

_CATEGORIES = ("masterCategory", "subCategory", "articleType")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")


class FashionReader:
    """Reads ``products.csv`` and ``images/``.

    The three category columns make one path, ``productDisplayName`` the title, every further column an attribute. A
    picture named for no product is still given, for the quality checks to report.
    """

    name = "fashion"
    doc = "Fashion photos: products.csv with productDisplayName and articleType, and images/ID.jpg"

    def recognises(self, source: Path) -> bool:
        """Tell whether ``source`` looks like this format."""
        path = find(source, "products.csv") if source.is_dir() else None
        if path is None:
            return False
        try:
            return "productDisplayName" in read_sheet(path, name=path.name).columns
        except InputError:
            return False

    def read(self, source: Path) -> Iterator[Record | Reject]:
        """Stream products, then pictures.

        Raises:
            InputError: ``products.csv`` is missing or lacks a column.
        """
        place = folder(source, format_name=self.name, expected="a folder with products.csv and images/")
        path = need(place, "products.csv", format_name=self.name)
        sheet = read_sheet(path, name=path.name)
        for column in ("id", "productDisplayName"):
            if column not in sheet.columns:
                found = ", ".join(sheet.columns)
                raise InputError(f'{path} has no column "{column}"; it has: {found}.{nearest(column, sheet.columns)}')
        yield from _products(sheet, path.name)
        pictures = place / "images"
        if pictures.is_dir():
            for row, picture in enumerate(sorted(pictures.iterdir()), start=1):
                if picture.suffix.lower() in _PICTURES:
                    shown = f"images/{picture.name}"
                    yield Record("images", {"id": shown, "product_id": picture.stem, "path": shown}, "images", row)


def _products(sheet: Sheet, name: str) -> Iterator[Record | Reject]:
    for row in sheet.rows:
        if isinstance(row, Reject):
            yield row
            continue
        cells = dict(zip(sheet.columns, row.cells, strict=True))
        steps = [step for column in _CATEGORIES if (step := cells.pop(column, "").strip())]
        values = {
            "id": cells.pop("id"),
            "title": cells.pop("productDisplayName"),
            "categories": [" > ".join(steps)] if steps else [],
            "attributes": list(cells.items()),
        }
        yield Record("products", values, name, row.line)
