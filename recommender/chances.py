"""Chances: from how a product stands in a customer's list to how likely it is what the customer buys next.

The chance of a product is the chance that the customer's next purchase is it, given that there is one and that it is
something that the customer has not bought before. The chances of all such products add up to about one, so those of a
category, or of the first ten of a list, may be added up. ``recommender.heads.purchase`` learns them on customers whose
purchases were kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.errors import ConfigurationError, ModelError
from recommender.arrays import DoubleArray, FloatArray, IntArray

if TYPE_CHECKING:
    from recommender.artefact import Artefact

WAYS = ("rank", "height")
_HIGHEST = 200
"""Best scores of a list whose mean the others are measured by."""
_SMALLEST = 1e-9


class Places(NamedTuple):
    """How products stand in a customer's list.

    Attributes:
        ranks: from 1; equal scores share the first of their places, ``(n,)``.
        heights: of a score, in means of the list's 200 best; 0 where it is not above zero, ``(n,)``.
    """

    ranks: DoubleArray
    heights: DoubleArray


def places(scores: NDArray[np.floating[Any]], items: IntArray) -> Places:
    """Say how products stand in one customer's list.

    Args:
        scores: of all products, minus infinity where one is not to be recommended, ``(n_items,)``.
        items: rows of the products asked about, ``(n,)``.
    """
    ordered = np.sort(scores)
    above = len(ordered) - np.searchsorted(ordered, scores[items], side="right")
    best = np.maximum(ordered[-_HIGHEST:], 0)
    own = np.maximum(scores[items], 0).astype(np.float64)
    return Places(above.astype(np.float64) + 1, own / max(float(best.mean(dtype=np.float64)), 1e-30))


@dataclass(frozen=True, slots=True, eq=False)
class ChanceTable:
    """From places to chances; they never fall while the score rises.

    Attributes:
        way: what it goes by, ``rank`` or ``height``.
        knots: logarithms of these, of ranks with the sign turned, ascending, ``(n,)``.
        values: chances at the knots, ascending; between two, their logarithm goes in a straight line, ``(n,)``.
        customers: it was learned on.
    """

    way: str
    knots: DoubleArray
    values: DoubleArray
    customers: int

    def chances(self, found: Places) -> DoubleArray:
        """Give the chance of each product to be the next purchase, ``(n,)``."""
        return np.asarray(np.exp(np.interp(position(self.way, found), self.knots, np.log(self.values))))

    def told(self) -> dict[str, object]:
        """Give it as JSON."""
        own = {"knots": self.knots.tolist(), "values": self.values.tolist()}
        return {"way": self.way, "customers": self.customers, **own}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> ChanceTable:
        """Read what ``told`` gave.

        Raises:
            KeyError: something is missing.
        """
        knots, values = (np.asarray(told[name], dtype=np.float64) for name in ("knots", "values"))
        return cls(str(told["way"]), knots, values, int(told["customers"]))


def position(way: str, found: Places) -> DoubleArray:
    """Give the one number of each product that a table goes by; it rises with the score, ``(n,)``."""
    return -np.log(found.ranks) if way == "rank" else np.log(np.maximum(found.heights, _SMALLEST))


def next_purchases(artefact: Artefact, scores: DoubleArray, items: IntArray, *, purchases: int) -> DoubleArray:
    """Give the chance of products to be among a customer's next purchases, ``1 - (1 - p) ** purchases``, ``(n,)``.

    Args:
        artefact: the model.
        scores: of all products for the customer, minus infinity for what was bought before, which has the chance 0;
            where none is above zero, popularity decides, ``(n_items,)``.
        items: rows of the products asked about, ``(n,)``.
        purchases: how many next purchases.

    Raises:
        ConfigurationError: ``purchases`` is below 1.
        ModelError: the model has learned no chances.
    """
    if purchases < 1:
        raise ConfigurationError(f"purchases is {purchases}; give 1 or more.")
    if not (scores > 0).any():
        chances = popular(artefact.popularity, items)
    elif artefact.chances is not None:
        chances = artefact.chances.chances(places(scores, items))
    else:
        raise ModelError(
            "This model has learned no chances of a purchase: fewer than 50 customers could judge, or it is older than "
            "they are. Train again with: shopgraph run --project PROJECT --from train"
        )
    return np.where(scores[items] > -np.inf, 1 - (1 - chances) ** purchases, 0.0)


def popular(popularity: FloatArray, items: IntArray) -> DoubleArray:
    """Give the chances of products for a customer of whom nothing is known: their shares of what all do, ``(n,)``."""
    return popularity[items].astype(np.float64) / max(float(popularity.sum(dtype=np.float64)), 1e-30)
