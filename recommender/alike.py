"""Which products of a model a newcomer is most like: by its links, its words, and vectors of its text, photo or more.

Each source gives a cosine between newcomers and the products known; their weighted sum chooses the nearest. Links are
the baskets of the graph, each weighed by how rare it is and by what the model thinks of its relation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from recommender.arrays import Csr, FloatArray, csr, empty, inverse_power, row_sums, scaled
from recommender.baskets import INTERACTIONS, Baskets, light
from recommender.models.model import Parameters
from recommender.models.propagation import weight_of
from recommender.network.modality import Modality, check_names
from recommender.search import SearchIndex

LINKS, WORDS = "links", "words"
USUAL: Mapping[str, float] = {LINKS: 1.0, WORDS: 0.3}
"""Weights of the sources where nothing could be tried."""
USUAL_VECTORS = 0.3
_NEAREST = 20
_HEAVY = 5_000
"""Baskets of more products say too little to find the nearest by."""
_BLOCK = 2**26


class Likeness:
    """Cosines of newcomers, the last rows of a catalogue, with the products before them, source by source.

    Args:
        kinds: baskets of all products; interactions are not looked at.
        parameters: of the model.
        items: all products, as in the artefact.
        modalities: vectors of all products.
        n_old: how many are known.
    """

    def __init__(
        self,
        kinds: Sequence[Baskets],
        parameters: Parameters,
        items: pa.Table,
        modalities: Sequence[Modality],
        *,
        n_old: int,
    ) -> None:
        self._n_old = n_old
        self._sparse = {LINKS: _links(kinds, parameters, len(items)), WORDS: SearchIndex(items).matrix}
        check_names([modality.name for modality in modalities])
        self._dense = {modality.source: _unit(modality, n_old) for modality in modalities}

    @property
    def sources(self) -> list[str]:
        """Names of the sources."""
        return [*self._sparse, *self._dense]

    def usual(self) -> dict[str, float]:
        """Give the weights of the sources where nothing could be tried."""
        return {name: USUAL.get(name, USUAL_VECTORS) for name in self.sources}

    def matrix(self, source: str) -> Csr | FloatArray:
        """Give the vectors of all products by a source, of length 1 or 0, sparse or dense."""
        return self._dense[source] if source in self._dense else self._sparse[source]

    def of(self, source: str, rows: slice) -> FloatArray:
        """Give the cosines of some newcomers, ``(n_rows, n_old)``, none below 0.

        Args:
            source: name of it.
            rows: of the newcomers, counted from 0.
        """
        own = slice(self._n_old + rows.start, self._n_old + rows.stop)
        if source in self._dense:
            vectors = self._dense[source]
            return np.asarray(np.maximum(vectors[own] @ vectors[: self._n_old].T, 0), dtype=np.float32)
        matrix = self._sparse[source]
        return np.asarray((matrix[own] @ matrix[: self._n_old].T).toarray(), dtype=np.float32)

    def shares(self, weights: Mapping[str, float], *, sharpness: float) -> Csr:
        """Give how much each newcomer takes of which products known, ``(n_new, n_old)``; rows add up to 1, or to 0.

        Args:
            weights: of the sources.
            sharpness: power that the sum of the cosines is raised to.
        """
        n_new = len(next(iter(self._sparse.values())).indptr) - 1 - self._n_old
        size = max(1, _BLOCK // (4 * max(self._n_old, 1)))
        found = []
        for start in range(0, n_new, size):
            rows = slice(start, min(start + size, n_new))
            total = np.zeros((rows.stop - rows.start, self._n_old), dtype=np.float32)
            for source, weight in weights.items():
                if weight:
                    total += np.float32(weight) * self.of(source, rows)
            found.append(nearest(total, sharpness=sharpness))
        return sp.csr_matrix(sp.vstack(found, format="csr"))


def nearest(likeness: FloatArray, *, sharpness: float) -> Csr:
    """Keep each row's twenty highest above 0, raised to a power and divided by their sum, as a sparse matrix."""
    n_rows, n_columns = likeness.shape
    k = min(_NEAREST, n_columns)
    best = np.argpartition(-likeness, k - 1, axis=1)[:, :k]
    values = np.maximum(np.take_along_axis(likeness, best, axis=1), 0) ** sharpness
    kept = csr(np.repeat(np.arange(n_rows), k), best.ravel().astype(np.int64), values.ravel(), likeness.shape)
    kept.eliminate_zeros()
    return scaled(kept, rows=inverse_power(row_sums(kept), 1.0))


def _links(kinds: Sequence[Baskets], parameters: Parameters, n_items: int) -> Csr:
    """Give the baskets that the products lie in, rows of length 1."""
    found = [empty(n_items, 0)]
    for kind in kinds:
        if kind.name == INTERACTIONS:
            continue
        members = light(kind.members, _HEAVY)
        size = np.bincount(members.indices, minlength=members.shape[1])
        rare = np.log((n_items + 1) / np.maximum(size, 1)) * _trust(kind, parameters)
        found.append(scaled(members, columns=rare.astype(np.float32), drop_zeros=True))
    joined = sp.csr_matrix(sp.hstack(found, format="csr"), dtype=np.float32)
    return scaled(joined, rows=inverse_power(row_sums(joined.multiply(joined).tocsr()), 0.5))


def _trust(kind: Baskets, parameters: Parameters) -> float:
    """Give the root of the model's weight of a kind; 1 where the model does not weigh kinds."""
    weighs = any(name.startswith("weight:") for name in parameters)
    return float(weight_of(kind, parameters) ** 0.5) if weighs else 1.0


def _unit(modality: Modality, n_old: int) -> FloatArray:
    """Give the vectors less the mean of those known, of length 1; of what has none, zeros."""
    known = modality.matrix[:n_old][modality.present[:n_old]]
    centre = known.mean(axis=0) if len(known) else np.float32(0)
    out = np.where(modality.present[:, None], modality.matrix - centre, np.float32(0)).astype(np.float32)
    length = np.linalg.norm(out, axis=1, keepdims=True)
    return np.asarray(np.divide(out, length, out=np.zeros_like(out), where=length > 0), dtype=np.float32)
