"""What speaks for a proposal: the known entities nearest to the head that have the link, and the neighbours shared."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from embeddings.links.neighbours import Csr, NeighbourVotes
from embeddings.vectors import Vectors
from kg.ids import IdMap, IntArray

Similarity = Callable[[IntArray, IntArray], npt.NDArray[np.float32]]
"""Gives how alike some entities are to some others, rows of the same id map, ``(n, n_others)``."""
_MOST = 20_000
"""Known heads of one tail looked at: of a category of everything, the first will do."""


def by_vectors(vectors: Vectors, entities: IdMap) -> Similarity:
    """Measure by the cosine of the entities' vectors; one without a vector is like nothing."""
    matrix = np.zeros((len(entities), vectors.dim), dtype=np.float32)
    for label in entities.labels:
        matrix[entities.slice(label)] = vectors.of(label, entities.label_ids(label))[0]
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)

    def similarity(rows: IntArray, others: IntArray) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = matrix[rows] @ matrix[others].T
        return found

    return similarity


def by_neighbours(votes: NeighbourVotes) -> Similarity:
    """Measure by the neighbours that two entities share."""
    return votes.similarity


def supporters(
    heads: IntArray, tails: IntArray, known: IntArray, similarity: Similarity, *, most: int
) -> list[IntArray]:
    """Give, for each proposal, the entities most like its head that are known to have the link, nearest first.

    Args:
        heads: of the proposals, ``(n,)``.
        tails: of the proposals, ``(n,)``.
        known: links of the relation, as head and tail, ``(n_links, 2)``.
        similarity: of entities; those of 0 and less are no supporters.
        most: given for one proposal.
    """
    found: list[IntArray] = [np.zeros(0, dtype=np.int64)] * len(heads)
    if not most:
        return found
    by_tail = known[np.argsort(known[:, 1], kind="stable")]
    for tail in np.unique(tails):
        start, stop = np.searchsorted(by_tail[:, 1], [tail, tail + 1])
        others = by_tail[start : min(stop, start + _MOST), 0]
        places = np.flatnonzero(tails == tail)
        alike = similarity(heads[places], others)
        order = np.argsort(-alike, axis=1, kind="stable")[:, :most]
        for place, row, near in zip(places.tolist(), alike, order, strict=True):
            found[place] = others[near[row[near] > 0]]
    return found


def shared_neighbours(heads: IntArray, tails: IntArray, links: Csr, *, most: int) -> list[IntArray]:
    """Give the neighbours that head and tail of each proposal share, those with the fewest links first.

    Args:
        heads: of the proposals, ``(n,)``.
        tails: of the proposals, ``(n,)``.
        links: of all relations either way, ``(n_entities, n_entities)``.
        most: given for one proposal.
    """
    degree = np.diff(links.indptr)
    found = []
    for head, tail in zip(heads.tolist(), tails.tolist(), strict=True):
        own, other = (links.indices[links.indptr[row] : links.indptr[row + 1]] for row in (head, tail))
        both = np.intersect1d(own, other).astype(np.int64)
        found.append(both[np.argsort(degree[both], kind="stable")[:most]])
    return found
