"""The chance of a purchase, where a model has learned chances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.errors import ModelError

if TYPE_CHECKING:
    from recommender import Recommender
    from recommender.changes import Changes


def known_chances(
    recommender: Recommender,
    products: Sequence[str],
    *,
    user: str | None = None,
    history: Sequence[str] | None = None,
    changes: Changes | None = None,
) -> dict[str, float] | None:
    """Give each product's chance to be what a customer buys next, as ``Recommender.chance`` does.

    What was bought before, or is in the history, has the chance 0. None where the model has learned no chances.

    Raises:
        UnknownIdError: a product or the customer is unknown.
    """
    try:
        return recommender.chance(products, user=user, history=history, changes=changes)
    except ModelError:  # too few customers could judge; the answer says so by leaving the chance out
        return None
