"""Which condition of a filter leaves nothing: an empty answer then says what may be written wrongly."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.catalogue import Catalogue
from recommender.filters import Filters


def why_nothing(catalogue: Catalogue, filters: Filters | None) -> tuple[str, ...]:
    """Give a note for each condition that no product meets; none where each leaves some.

    Args:
        catalogue: of the model.
        filters: of the request; None where there are none.
    """
    if filters is None:
        return ()
    return tuple(note for alone, note in _alone(filters) if not catalogue.allowed(alone).any())


def _alone(filters: Filters) -> Iterator[tuple[Filters, str]]:
    """Give each condition by itself, and what to say where no product meets it."""
    for brand in filters.brands:
        yield Filters(brands=(brand,)), f'No product is of the brand "{brand}".'
    for category in filters.categories:
        yield Filters(categories=(category,)), f'No product is in the category "{category}".'
    for relation, names in filters.links.items():
        for name in names:
            yield Filters(links={relation: (name,)}), f'No product is linked by {relation} to "{name}".'
    for name, values in filters.attributes.items():
        for value in values:
            yield Filters(attributes={name: (value,)}), f'No product has the value "{value}" of "{name}".'
    low, high = filters.price_min, filters.price_max
    if low is not None or high is not None:
        said = " and ".join(
            [*([] if low is None else [f"at least {low:g}"]), *([] if high is None else [f"at most {high:g}"])]
        )
        yield Filters(price_min=low, price_max=high), f"No product has a price of {said}."
    if filters.in_stock:
        yield Filters(in_stock=True), "No product is known to be in stock."
    if filters.products:
        yield Filters(products=filters.products), "The catalogue has none of the products that the filter names."
