"""How alike two products are by what the graph says of them, for choosing products that differ."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from recommender.arrays import Csr, FloatArray, IntArray, inverse_power, row_sums, scaled
from recommender.artefact import Artefact
from recommender.baskets import INTERACTIONS, damped

_DAMPING = 1.0
"""A basket's say falls with its size: what a whole shop has in common makes no two products alike."""


class Similarity:
    """Cosines of products over the baskets they lie in; each kind of basket has the same say.

    Interactions count only where the graph holds nothing else. A product of which nothing is known is unlike others.

    Args:
        artefact: the model.
    """

    def __init__(self, artefact: Artefact) -> None:
        kinds = [kind for kind in artefact.kinds if kind.name != INTERACTIONS and not kind.direct]
        parts = [_unit(damped(kind.members, _DAMPING)) for kind in kinds or artefact.kinds[:1]]
        self._rows = _unit(sp.csr_matrix(sp.hstack(parts, format="csr", dtype=np.float32)))

    def between(self, items: IntArray) -> FloatArray:
        """Give the similarity of each two of some products, from 0 to 1, ``(n, n)``."""
        rows = self._rows[items]
        return np.asarray((rows @ rows.T).toarray(), dtype=np.float32)


def _unit(matrix: Csr) -> Csr:
    squares = matrix.copy()
    squares.data = squares.data**2
    return scaled(matrix, rows=inverse_power(row_sums(squares), 0.5))
