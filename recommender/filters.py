"""Filters of a request: which products may be in the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Filters:
    """What the answer is restricted to; conditions are joined by "and", the values of one by "or".

    Attributes:
        brands: names of brands.
        categories: ids or last steps of categories; a product in a narrower category counts.
        price_min: lowest price; products without a price are left out.
        price_max: highest price; products without a price are left out.
        in_stock: only products known to be in stock.
        links: relation -> ids or names of nodes, of which a product is linked to one, such as
            ``{"HAS_ATTRIBUTE": ["colour=red"]}``.
        attributes: name of an attribute -> values, of which a product has one, such as ``{"colour": ["red"]}``.
        products: ids of products; all others are left out.
        exclude: ids of products to leave out.
        exclude_brands: names of brands to leave out.
        exclude_categories: ids or last steps of categories to leave out, with the narrower ones.
    """

    brands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    price_min: float | None = None
    price_max: float | None = None
    in_stock: bool = False
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    products: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    exclude_brands: tuple[str, ...] = ()
    exclude_categories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        low, high = self.price_min, self.price_max
        if low is not None and high is not None and low > high:
            raise ConfigurationError(f"price_min {low:g} is above price_max {high:g}; no product can be between.")

    def __hash__(self) -> int:
        return hash(self.conditions()) ^ hash(tuple(self.products)) ^ hash(tuple(self.exclude))

    def conditions(self) -> tuple[object, ...]:
        """Give all but the lists of products as one value, by which what follows from them can be kept."""
        links, attributes = (
            tuple(sorted((name, tuple(values)) for name, values in own.items()))
            for own in (self.links, self.attributes)
        )
        words = (self.brands, self.categories, self.exclude_brands, self.exclude_categories)
        return (*(tuple(names) for names in words), self.price_min, self.price_max, self.in_stock, links, attributes)
