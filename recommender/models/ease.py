"""EASE on interactions alone."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.arrays import Csr
from recommender.baskets import Baskets
from recommender.models.model import Parameters, Range, Resources, Scorer, Space
from recommender.models.propagation import Propagation


class Ease:
    """EASE (Steck, WWW 2019), and over neighbourhoods where the catalogue squared does not fit into memory."""

    name = "ease"
    doc = "EASE on interactions alone (Steck 2019)."

    def defaults(self, kinds: Sequence[Baskets]) -> dict[str, float]:
        """Give the ridge and the popularity exponent."""
        return {"ridge": 100.0, "popularity": 0.0}

    def space(self, kinds: Sequence[Baskets]) -> Space:
        """Give where to look for both."""
        return {"ridge": Range(10.0, 2_000.0, log=True), "popularity": Range(-0.2, 0.5)}

    def fit(self, kinds: Sequence[Baskets], parameters: Parameters, resources: Resources) -> Csr:
        """Fit the propagation's regression without relations and without the filter."""
        return Propagation().fit(kinds[:1], self._only(parameters), resources)

    def scorer(self, kinds: Sequence[Baskets], histories: Csr, resources: Resources) -> Scorer:
        """Give the propagation's scorer without relations and without the filter."""
        score = Propagation().scorer(kinds[:1], histories, resources)
        return lambda parameters: score(self._only(parameters))

    def faithful(self, n_items: int, resources: Resources) -> bool:
        """Tell what the propagation tells."""
        return Propagation().faithful(n_items, resources)

    @staticmethod
    def _only(parameters: Parameters) -> dict[str, float]:
        return {**parameters, "damping": 0.0, "filter": 0.0, "filter_relations": 0.0, "filter_popularity": 0.0}
