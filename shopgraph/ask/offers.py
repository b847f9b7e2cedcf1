"""Which products an answer may offer: those that the filters of the shop's rules let through."""

from __future__ import annotations

from collections.abc import Callable

from recommender.catalogue import Catalogue
from recommender.filters import Filters
from recommender.rules import Rules

_PAGE = 1_000
"""Rows that are looked through at once."""


class Offers:
    """Tells what may be offered. Without rules, or where they have no filters, that is everything.

    Args:
        catalogue: of the model.
        rules: of the shop.

    Raises:
        ConfigurationError: a filter names a relation that products do not have.
    """

    def __init__(self, catalogue: Catalogue, rules: Rules | None) -> None:
        limited = rules is not None and rules.filters != Filters()
        self._allowed = catalogue.within(None, rules) if limited else None
        self._row_of = catalogue.row_of

    def may(self, product: str) -> bool:
        """Tell whether a product may be offered; of one that the model does not know nobody can say that it may."""
        if self._allowed is None:
            return True
        row = self._row_of.get(product)
        return row is not None and bool(self._allowed[row])

    def first(self, run: Callable[[str], list[dict[str, object]]], cypher: str, most: int) -> list[dict[str, object]]:
        """Give the first rows of a query whose product, ``id``, may be offered.

        Args:
            run: runs a query.
            cypher: says in which order, and not how many.
            most: rows wanted.
        """
        if self._allowed is None:
            return run(f"{cypher} LIMIT {most}")
        found: list[dict[str, object]] = []
        start, full = 0, True
        while full and len(found) < most:
            rows = run(f"{cypher} SKIP {start} LIMIT {_PAGE}" if start else f"{cypher} LIMIT {_PAGE}")
            found += [row for row in rows if self.may(str(row["id"]))]
            start, full = start + _PAGE, len(rows) == _PAGE
        return found[:most]
