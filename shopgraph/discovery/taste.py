"""A customer's taste, as the recommender has it, over the whole catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recommender import Recommender
from recommender.arrays import FloatArray
from recommender.changes import Changes


def taste_of(
    recommender: Recommender, *, user: str | None, history: Sequence[str] | None, changes: Changes | None
) -> FloatArray | None:
    """Give how well each product fits a customer or a history, 0 to 1, in the order of the catalogue.

    Args:
        recommender: the model.
        user: id of a customer.
        history: ids of products, such as a visitor's; added to what is known of the customer.
        changes: what the customer did since the model was trained.

    Returns:
        ``(n_products,)``; 1 for the best fitting one. None where nothing is known of the taste.

    Raises:
        UnknownIdError: the model does not know the customer.
    """
    own = recommender.weights(user, history=history, changes=None if user is None else changes)
    if not len(own.items):
        return None
    scores = recommender.scorer.scores(own)
    highest = float(scores.max(initial=0.0))
    return np.clip(scores / highest, 0, 1).astype(np.float32) if highest > 0 else None
