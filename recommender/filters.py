"""Filters of a request: which products may be in the answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.errors import ConfigurationError
from recommender.arrays import BoolArray


@dataclass(frozen=True, slots=True)
class Filters:
    """What the answer is restricted to; conditions are joined by "and", the values of one by "or".

    Attributes:
        brands: names of brands.
        categories: ids or last steps of categories; a product in a narrower category counts.
        price_min: lowest price; products without a price are left out.
        price_max: highest price; products without a price are left out.
        in_stock: only products known to be in stock.
        exclude: ids of products to leave out.
    """

    brands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    price_min: float | None = None
    price_max: float | None = None
    in_stock: bool = False
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        low, high = self.price_min, self.price_max
        if low is not None and high is not None and low > high:
            raise ConfigurationError(f"price_min {low:g} is above price_max {high:g}; no product can be between.")

    def allowed(self, products: pa.Table) -> BoolArray:
        """Say of each product whether it may be in the answer, ``(n_products,)``.

        Args:
            products: with ``id``, ``brand``, ``categories``, ``price`` and ``in_stock``.
        """
        mask: BoolArray = np.ones(len(products), dtype=np.bool_)
        if self.brands:
            mask &= _true(pc.is_in(pc.utf8_lower(products["brand"]), pa.array([name.lower() for name in self.brands])))
        if self.categories:
            mask &= self._in_categories(products["categories"])
        if self.price_min is not None:
            mask &= _true(pc.greater_equal(products["price"], self.price_min))
        if self.price_max is not None:
            mask &= _true(pc.less_equal(products["price"], self.price_max))
        if self.in_stock:
            mask &= _true(products["in_stock"])
        if self.exclude:
            mask &= ~_true(pc.is_in(products["id"], pa.array(self.exclude, pa.string())))
        return mask

    def _in_categories(self, categories: pa.ChunkedArray) -> BoolArray:
        wanted = {name.lower() for name in self.categories}
        lists = categories.combine_chunks()
        owner = pc.list_parent_indices(lists).to_numpy()
        paths = pc.list_flatten(lists).to_pylist()
        inside = np.fromiter((not wanted.isdisjoint(_names(path)) for path in paths), np.bool_, len(paths))
        mask = np.zeros(len(lists), dtype=np.bool_)
        mask[owner[inside]] = True
        return mask


def _names(path: str) -> set[str]:
    """Give every name a category answers to: each step of its path, and the path up to there."""
    steps = path.lower().split(" > ")
    return {*steps, *(" > ".join(steps[: depth + 1]) for depth in range(len(steps)))}


def _true(array: pa.ChunkedArray) -> BoolArray:
    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False), dtype=np.bool_)
