"""Rules made ready for one catalogue: products as rows, boosts as numbers, caps as groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import numpy as np

from recommender.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from recommender.catalogue import Catalogue
from recommender.rules.arrange import Order
from recommender.rules.caps import Cap
from recommender.rules.rules import Group, Rules, Share

_SECONDS_A_DAY = 86_400


class CompiledRules(NamedTuple):
    """Rules for the rows of one catalogue.

    Attributes:
        rules: as given.
        allowed: products that ``filters`` lets through, ``(n_products,)``.
        boosts: the products of each boost, what multiplies and what is added.
        lowered: what novelty takes off each score, ``(n_products,)``; None without it.
        order: how to arrange the list.
        unknown: pinned products that the catalogue does not have.
    """

    rules: Rules
    allowed: BoolArray
    boosts: tuple[tuple[BoolArray, float, float], ...]
    lowered: DoubleArray | None
    order: Order
    unknown: tuple[str, ...]

    def weighed(self, scores: DoubleArray, allowed: BoolArray, days: DoubleArray, now: datetime) -> DoubleArray:
        """Give the scores after boosts, freshness and novelty, ``(n_products,)``.

        Args:
            scores: of the model, ``(n_products,)``.
            allowed: products that may be in the answer; the best score among them becomes 1, ``(n_products,)``.
            days: when each product came out, days since 1970, NaN where unknown, ``(n_products,)``.
            now: to count freshness from.
        """
        own = scores[allowed]
        best = float(own.max(initial=0.0))
        unit = best if best > 0 else float(np.abs(own).max(initial=0.0)) or 1.0
        weighed = scores / unit
        for mask, multiply, _ in self.boosts:
            raised = weighed[mask]
            weighed[mask] = np.where(raised > 0, raised * multiply, raised / multiply)
        for mask, _, add in self.boosts:
            weighed[mask] += add
        if self.rules.freshness is not None:
            age = np.maximum(now.timestamp() / _SECONDS_A_DAY - days, 0.0)
            weighed += self.rules.freshness.weight * np.nan_to_num(0.5 ** (age / self.rules.freshness.half_life_days))
        if self.lowered is not None:
            weighed -= self.lowered
        return weighed

    def left_out(self, k: int, allowed: BoolArray, id_of: Callable[[int], str]) -> tuple[str, ...]:
        """Say which pins of an answer of k products cannot be kept.

        Args:
            k: products in the answer.
            allowed: products that may be in it, ``(n_products,)``.
            id_of: gives the id of a product's row.
        """
        unknown = [f"{product} (not in the catalogue)" for product in self.unknown]
        hidden = [id_of(item) for position, item in self.order.pins.items() if position <= k and not allowed[item]]
        found = (*unknown, *(f"{product} (a filter or the history excludes it)" for product in hidden))
        return (f"Pinned but left out: {', '.join(found)}",) if found else ()

    def named(self, item: int, position: int) -> tuple[str, ...]:
        """Name the boosts and the pin that speak for a product at a position of an answer."""
        found = [f"boosts number {number}" for number, (mask, _, _) in enumerate(self.boosts, start=1) if mask[item]]
        if item in self.order.pins.values():
            found.append(f"pinned at {position}")
        return tuple(found)


def compile_rules(
    rules: Rules,
    catalogue: Catalogue,
    popularity: FloatArray,
    similarity: Callable[[IntArray], FloatArray],
) -> CompiledRules:
    """Make rules ready.

    Args:
        rules: as given.
        catalogue: the products.
        popularity: how much customers did with each, ``(n_products,)``.
        similarity: from rows of products to how alike each two are.

    Raises:
        ConfigurationError: a filter names a relation that products do not have.
    """
    known = catalogue.row_of
    pins = {pin.position: known[pin.product] for pin in rules.pins if pin.product in known}
    caps = [_cap(share, catalogue) for share in rules.shares]
    if rules.popularity is not None:
        caps.append(Cap.of(_bestsellers(popularity, rules.popularity.top), share=rules.popularity.at_most, least=0))
    lowered = None
    if rules.novelty is not None:
        logs = np.log1p(popularity.astype(np.float64))
        lowered = rules.novelty.weight * logs / (logs.max(initial=0.0) or 1.0)
    return CompiledRules(
        rules=rules,
        allowed=catalogue.allowed(rules.filters),
        boosts=tuple((catalogue.allowed(boost.where), boost.multiply, boost.add) for boost in rules.boosts),
        lowered=lowered,
        order=Order(pins, caps, rules.diversity.relevance if rules.diversity else 1.0, similarity),
        unknown=tuple(pin.product for pin in rules.pins if pin.product not in known),
    )


def _cap(share: Share, catalogue: Catalogue) -> Cap:
    if share.of == Group.BRAND:
        return Cap.of(catalogue.brands, share=share.at_most, least=1)
    return Cap(*catalogue.categories(share.depth), share=share.at_most, least=1)


def _bestsellers(popularity: FloatArray, top: float) -> IntArray:
    """Give 0 for the most popular products, so many of all, and -1 for all others; of equals the first come first."""
    group = np.full(len(popularity), -1, dtype=np.int64)
    count = int(np.ceil(top * len(popularity) - 1e-9))
    group[np.argsort(-popularity, kind="stable")[:count]] = 0
    return group
