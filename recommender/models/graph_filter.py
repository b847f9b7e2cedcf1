"""Degree-normalised graph filters: two steps of a walk, item to basket to item, over every kind of basket."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from recommender.arrays import Csr, FloatArray, column_sums, inverse_power, row_sums, scaled
from recommender.baskets import INTERACTIONS, Baskets, light
from recommender.blocks import in_blocks
from recommender.models.model import Parameters, Range, Resources, Scorer, Space, dense_scores, popularity_boost
from recommender.sparsify import top_per_column

_ROWS = 256
_OWN, _OTHER, _BASKET = 0.5, 0.2, 0.5
"""Exponents on the degree of the item that speaks, of the item spoken for, and on the basket's size."""

_LARGEST = 2_000
"""Baskets of more items are left out: a category of half the shop joins everything with everything."""


class GraphFilter:
    """Scores spread from a customer's items over shared baskets, each step divided by powers of the degrees.

    ``S = sum_c beta_c D_c^-own F_c T_c^-basket F_c' D_c^-other`` without its diagonal: the low-pass filter of graph
    signal processing (Shen et al., CIKM 2021, "How powerful is graph convolution for recommendation?") over
    interactions (beta 1) and every relation (beta ``filter_relations``).
    """

    name = "graph_filter"
    doc = "Degree-normalised graph filter over interactions and relations (Shen et al. 2021)."

    def defaults(self, kinds: Sequence[Baskets]) -> dict[str, float]:
        """Give the strength of relations and the popularity exponent."""
        return {"filter_relations": 0.3 if len(kinds) > 1 else 0.0, "filter_popularity": 0.0}

    def space(self, kinds: Sequence[Baskets]) -> Space:
        """Give where to look for both."""
        space = {"filter_popularity": Range(-0.3, 0.4)}
        return {**space, "filter_relations": Range(0.01, 3.0, log=True)} if len(kinds) > 1 else space

    def fit(self, kinds: Sequence[Baskets], parameters: Parameters, resources: Resources) -> Csr:
        """Give the weights, made in blocks; memory grows with the neighbours kept, not with the catalogue."""
        boost = popularity_boost(kinds[0].members, parameters["filter_popularity"])
        total: Csr | None = None
        for kind in kinds:
            beta = 1.0 if kind.name == INTERACTIONS else parameters["filter_relations"]
            if beta > 0:
                part = filtered(kind.members, boost * np.float32(beta), resources.neighbours)
                total = part if total is None else total + part
        assert total is not None
        return top_per_column(sp.csr_matrix(total), resources.neighbours)

    def scorer(self, kinds: Sequence[Baskets], histories: Csr, resources: Resources) -> Scorer:
        """Compute both parts once; a trial only weighs them."""
        own, related = filter_scores(kinds, histories, resources)

        def score(parameters: Parameters) -> FloatArray:
            boost = popularity_boost(kinds[0].members, parameters["filter_popularity"])
            scores: FloatArray = (own + np.float32(parameters["filter_relations"]) * related) * boost
            return scores

        return score

    def faithful(self, n_items: int, resources: Resources) -> bool:
        """Tell that it does."""
        return True


def filter_scores(kinds: Sequence[Baskets], histories: Csr, resources: Resources) -> tuple[FloatArray, FloatArray]:
    """Give what the filter scores over interactions, and over all relations, before exponents and weights.

    Each is ``(n_users, n_items)``; the second is one zero where there are no relations.
    """
    plain = np.ones(histories.shape[1], dtype=np.float32)
    own = dense_scores(histories, filtered(kinds[0].members, plain, resources.neighbours))
    related: FloatArray = np.zeros((1, 1), dtype=np.float32)
    for kind in kinds[1:]:
        related = related + dense_scores(histories, filtered(kind.members, plain, resources.neighbours))
    return own, related


def filtered(members: Csr, columns: FloatArray, neighbours: int) -> Csr:
    """Give the degree-normalised filter of one kind of basket, columns scaled, the largest entries of each kept."""
    left, right = _factors(members)
    transposed = left.T.tocsr()

    def strongest(part: slice) -> Csr:
        block = (right[part] @ transposed).tocsr()
        rows = np.repeat(np.arange(part.start, part.stop), np.diff(block.indptr))
        block.data *= columns[rows]
        block.data[rows == block.indices] = 0.0
        block.eliminate_zeros()
        return top_per_column(sp.csr_matrix(block.T), neighbours)

    return sp.csr_matrix(sp.hstack(in_blocks(strongest, members.shape[0], _ROWS), format="csr"))


def filter_factors(
    kinds: Sequence[Baskets], parameters: Parameters, *, strength: float
) -> list[tuple[Csr, Csr, FloatArray] | None]:
    """Give the filter's two factors and column scale of each kind, None where it has no part.

    The filter's weight from item j to item i over a kind is ``(left[j] @ right[i]) * scale[i]``.
    """
    boost = popularity_boost(kinds[0].members, parameters.get("filter_popularity", 0.0))
    found: list[tuple[Csr, Csr, FloatArray] | None] = []
    for kind in kinds:
        beta = 1.0 if kind.name == INTERACTIONS else parameters.get("filter_relations", 0.0)
        if beta * strength == 0:
            found.append(None)
            continue
        left, right = _factors(kind.members)
        found.append((left, right, boost * np.float32(beta * strength)))
    return found


def _factors(members: Csr) -> tuple[Csr, Csr]:
    """Give the two factors of the degree-normalised filter over one kind, ``left @ right.T``."""
    kept = light(members, _LARGEST)
    degrees = row_sums(kept)
    even = scaled(kept, columns=inverse_power(column_sums(kept), _BASKET / 2))
    return scaled(even, rows=inverse_power(degrees, _OWN)), scaled(even, rows=inverse_power(degrees, _OTHER))
