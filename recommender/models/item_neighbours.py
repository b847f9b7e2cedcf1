"""Item neighbours: customers who bought this also bought that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from recommender.arrays import Csr, inverse_power, row_sums
from recommender.baskets import Baskets
from recommender.models.model import Parameters, Range, Resources, Scorer, Space, fitted_scorer
from recommender.sparsify import top_per_column

_ROWS = 1024


class ItemNeighbours:
    """Cosine of items over customers, shrunk for items bought rarely, nearest neighbours only.

    Deshpande and Karypis (TOIS 2004): ``B[j, i] = n_ij / sqrt(n_i n_j) * n_ij / (n_ij + shrink)``, with the largest
    ``neighbours`` entries of each column kept.
    """

    name = "item_neighbours"
    doc = "Cosine of items over customers (Deshpande and Karypis 2004)."

    def defaults(self, kinds: Sequence[Baskets]) -> dict[str, float]:
        """Give neighbours and shrinkage."""
        return {"neighbours": 100.0, "shrink": 1.0}

    def space(self, kinds: Sequence[Baskets]) -> Space:
        """Give where to look for both."""
        return {"neighbours": Range(10, 1_000, log=True), "shrink": Range(0.1, 100, log=True)}

    def fit(self, kinds: Sequence[Baskets], parameters: Parameters, resources: Resources) -> Csr:
        """Give the weights, made in blocks of columns; memory grows with the neighbours kept."""
        members = kinds[0].members
        shrink = parameters["shrink"]
        norm = inverse_power(row_sums(members.multiply(members).tocsr()), 0.5)
        transposed = members.T.tocsr()
        blocks = []
        for start in range(0, members.shape[0], _ROWS):
            block = (members[start : start + _ROWS] @ transposed).tocsr()
            rows = np.repeat(np.arange(start, start + block.shape[0]), np.diff(block.indptr))
            block.data *= norm[rows] * norm[block.indices] * (block.data / (block.data + shrink))
            block.data[rows == block.indices] = 0.0
            block.eliminate_zeros()
            blocks.append(top_per_column(sp.csr_matrix(block.T), max(1, round(parameters["neighbours"]))))
        return sp.csr_matrix(sp.hstack(blocks, format="csr"))

    def scorer(self, kinds: Sequence[Baskets], histories: Csr, resources: Resources) -> Scorer:
        """Fit anew for every trial."""
        return fitted_scorer(self, kinds, histories, resources)

    def faithful(self, n_items: int, resources: Resources) -> bool:
        """Tell that it does."""
        return True
