"""Products as lists show them: name, brand, price, whether in stock, and where the photo is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote

from kg.errors import UnknownIdError
from recommender import Recommender

_KEPT = 50_000
"""Products whose cards are kept ready."""


class Cards:
    """Products as lists show them.

    Args:
        recommender: whose catalogue has them.
    """

    def __init__(self, recommender: Recommender) -> None:
        items = self._items = recommender.artefact.items
        self._row_of = recommender.catalogue.row_of
        self._columns = [
            items[name].combine_chunks() for name in ("id", "name", "name_zh", "brand", "price", "in_stock", "image")
        ]
        self._made = lru_cache(maxsize=_KEPT)(self._make)

    def card(self, product: str, *, chinese: bool = False) -> dict[str, Any]:
        """Give a product's card; not to be changed.

        Raises:
            UnknownIdError: the catalogue does not have it.
        """
        row = self._row_of.get(product)
        if row is None:
            raise UnknownIdError(f'The catalogue of the model has no product "{product}". Search for it by its title.')
        return self._made(row, chinese)

    def details(self, product: str) -> dict[str, Any]:
        """Give what a product's page shows besides its card.

        Raises:
            UnknownIdError: the catalogue does not have the product.
        """
        self.card(product)
        row = self._items.slice(self._row_of[product], 1).to_pylist()[0]
        return {
            "name_zh": row["name_zh"],
            "description": row["description"],
            "categories": row["categories"] or [],
            "attributes": row.get("attributes") or [],
            "released": None if row["released"] is None else row["released"].isoformat(),
        }

    def photo(self, product: str) -> str | None:
        """Give the path of a product's photo; None where it has none.

        Raises:
            UnknownIdError: the catalogue does not have the product.
        """
        self.card(product)
        path: str | None = self._columns[-1][self._row_of[product]].as_py()
        return path

    def _make(self, row: int, chinese: bool) -> dict[str, Any]:
        identifier, name, name_zh, brand, price, in_stock, image = (column[row].as_py() for column in self._columns)
        shown = (name_zh if chinese else name) or name or name_zh or identifier
        return {
            "label": "Product",
            "id": identifier,
            "name": shown,
            "brand": brand,
            "price": price,
            "in_stock": in_stock,
            "photo": f"/api/v1/products/{quote(identifier, safe='')}/photo" if image else None,
        }
