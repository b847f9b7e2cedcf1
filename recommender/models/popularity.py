"""Popularity: the same products for everybody. What every other model has to beat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recommender.arrays import Csr, empty, row_sums
from recommender.baskets import Baskets
from recommender.models.model import Parameters, Resources, Scorer, Space


class Popularity:
    """Items ranked by how much customers did with them, whoever asks."""

    name = "popularity"
    doc = "The most bought products, the same for everybody."

    def defaults(self, kinds: Sequence[Baskets]) -> dict[str, float]:
        """No parameters."""
        return {}

    def space(self, kinds: Sequence[Baskets]) -> Space:
        """Nothing to tune."""
        return {}

    def fit(self, kinds: Sequence[Baskets], parameters: Parameters, resources: Resources) -> Csr:
        """Give no weights at all: where no item of a history says anything, popularity decides."""
        n_items = kinds[0].members.shape[0]
        return empty(n_items, n_items)

    def scorer(self, kinds: Sequence[Baskets], histories: Csr, resources: Resources) -> Scorer:
        """Give the same scores for every user."""
        scores = row_sums(kinds[0].members).astype(np.float32)
        return lambda _: np.tile(scores, (histories.shape[0], 1))

    def faithful(self, n_items: int, resources: Resources) -> bool:
        """Tell that it does."""
        return True
