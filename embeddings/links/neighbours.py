"""Links guessed from neighbours: those that two entities share, and those of the entities that share most with one.

``CommonNeighbours`` scores ``(h, r, t)`` by the neighbours that ``h`` and ``t`` have in common, each weighted by
``1 / log(its number of neighbours)`` (Adamic and Adar 2003, "Friends and neighbors on the Web"; for link prediction
Liben-Nowell and Kleinberg 2007). ``NeighbourVotes`` lets the heads vote that share most neighbours with ``h``: the
vote of each is the cosine of their weighted neighbourhoods, and it goes to its own tails in ``r``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from embeddings.graph.scorer import ScoreArray
from embeddings.graph.triples import Triples
from kg.errors import ModelError
from kg.ids import IdMap, IntArray

Csr = sp.csr_matrix[np.float32]

_BLOCK = 256
"""Rows multiplied at once, which bounds memory."""


class CommonNeighbours:
    """A ``LinkScorer``: Adamic and Adar's index over the links of all relations, either way.

    Args:
        triples: that are known.

    Attributes:
        links: of all relations, either way, ``(n_entities, n_entities)``.
    """

    def __init__(self, triples: Triples) -> None:
        self.entities: IdMap = triples.entities
        self.relations: Sequence[str] = triples.relations
        self.links = adjacency(triples)
        self._weighted = scaled_columns(self.links, neighbour_weights(self.links))

    def tails(self, heads: IntArray, relation: int) -> ScoreArray:
        """Give the weight of the neighbours shared with each entity, ``(n_heads, n_entities)``."""
        found: ScoreArray = self.shared(heads).toarray()
        return found

    def heads(self, tails: IntArray, relation: int) -> ScoreArray:
        """Give the weight of the neighbours shared with each entity, ``(n_tails, n_entities)``."""
        return self.tails(tails, relation)

    def shared(self, entities: IntArray) -> Csr:
        """Give the same without the zeros."""
        return sp.csr_matrix(self._weighted[entities] @ self.links)


class NeighbourVotes:
    """A ``LinkScorer``: the heads that share most neighbours with one vote for their own tails.

    Args:
        triples: that are known.
        voters: nearest heads that vote.
    """

    def __init__(self, triples: Triples, *, voters: int = 50) -> None:
        self.entities: IdMap = triples.entities
        self.relations: Sequence[str] = triples.relations
        self.voters = voters
        self._triples = triples
        self._near: dict[str, Csr] = {}
        self._of_relation: dict[int, Csr] = {}

    def tails(self, heads: IntArray, relation: int) -> ScoreArray:
        """Give the votes for each entity as tail, ``(n_heads, n_entities)``."""
        found: ScoreArray = (self._voters(heads, relation) @ self._known(relation)).toarray()
        return found

    def heads(self, tails: IntArray, relation: int) -> ScoreArray:
        """Give the votes of each entity for the tail, ``(n_tails, n_entities)``."""
        known = self._known(relation)
        votes = sp.csr_matrix(self._voters(np.arange(len(self.entities)), relation) @ known.tocsc()[:, tails])
        found: ScoreArray = votes.T.toarray()
        return found

    def nearest(self, heads: IntArray) -> Csr:
        """Give the voters of each head with their cosines, ``(n_heads, n_entities)``; of the same label as the head."""
        labels = self.entities.labels_of(heads)
        parts = [self._near_of(label)[heads[labels == label]] for label in np.unique(labels)]
        order = np.argsort(np.argsort(labels, kind="stable"))
        if not parts:
            return empty(0, len(self.entities))
        return sp.csr_matrix(sp.csr_matrix(sp.vstack(parts))[order])

    def similarity(self, entities: IntArray, others: IntArray) -> ScoreArray:
        """Give the cosine of the weighted neighbourhoods, ``(n_entities, n_others)``."""
        found: ScoreArray = (self._rows[entities] @ self._rows[others].T).toarray()
        return found

    def _voters(self, heads: IntArray, relation: int) -> Csr:
        if not 0 <= relation < len(self.relations):
            raise ModelError(f"There is no relation {relation}: there are {len(self.relations)}, from 0.")
        return self.nearest(heads)

    def _known(self, relation: int) -> Csr:
        if relation not in self._of_relation:
            head, number, tail = self._triples.rows.T
            own = number == relation
            size = len(self.entities)
            values = self._triples.weight[own].astype(np.float32)
            self._of_relation[relation] = sp.csr_matrix((values, (head[own], tail[own])), shape=(size, size))
        return self._of_relation[relation]

    def _near_of(self, label: str) -> Csr:
        """Give the voters of every entity of a label that is the head of a link, ``(n_entities, n_entities)``."""
        if label not in self._near:
            inside = self.entities.slice(label)
            heads = np.unique(self._triples.rows[:, 0])
            self._near[label] = nearest_rows(
                self._rows, heads[(heads >= inside.start) & (heads < inside.stop)], self.voters
            )
        return self._near[label]

    @cached_property
    def _rows(self) -> Csr:
        links = adjacency(self._triples)
        rows = scaled_columns(links, np.sqrt(neighbour_weights(links)))
        length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
        values = rows.data / np.repeat(np.maximum(length, 1e-12), np.diff(rows.indptr))
        return sp.csr_matrix((values.astype(np.float32), rows.indices, rows.indptr), shape=rows.shape)


def adjacency(triples: Triples) -> Csr:
    """Give all links either way with the greatest confidence of each pair, ``(n_entities, n_entities)``."""
    head, _, tail = triples.rows.T
    pairs = np.concatenate([np.stack([head, tail]), np.stack([tail, head])], axis=1)
    values = np.concatenate([triples.weight, triples.weight]).astype(np.float32)
    order = np.lexsort((-values, pairs[1], pairs[0]))
    pairs, values = pairs[:, order], values[order]
    first = np.ones(len(values), dtype=np.bool_)
    first[1:] = (pairs[:, 1:] != pairs[:, :-1]).any(axis=0)
    size = len(triples.entities)
    return sp.csr_matrix((values[first], pairs[:, first]), shape=(size, size))


def scaled_columns(matrix: Csr, factors: ScoreArray) -> Csr:
    """Give the matrix with each column multiplied by its factor, ``(n_columns,)``."""
    return sp.csr_matrix((matrix.data * factors[matrix.indices], matrix.indices, matrix.indptr), shape=matrix.shape)


def empty(n_rows: int, n_columns: int) -> Csr:
    """Give a matrix of zeros."""
    nowhere = np.zeros(0, dtype=np.int64)
    return sp.csr_matrix((np.zeros(0, dtype=np.float32), (nowhere, nowhere)), shape=(n_rows, n_columns))


def neighbour_weights(links: Csr) -> ScoreArray:
    """Give ``1 / log(number of neighbours)`` of each entity, ``(n_entities,)``; two count as the fewest."""
    return (1 / np.log(np.maximum(np.diff(links.indptr), 2))).astype(np.float32)


def nearest_rows(rows: Csr, chosen: IntArray, k: int) -> Csr:
    """Give, for the chosen rows, the k chosen rows with which the inner product is greatest; never the row itself.

    Args:
        rows: ``(n, m)``.
        chosen: row numbers, ascending, ``(n_chosen,)``.
        k: kept for each; of equal ones, those of the lowest numbers.

    Returns:
        The products, ``(n, n)``; rows that are not chosen are empty.
    """
    own = rows[chosen]
    across = sp.csr_matrix(own.T)
    heads, tails, values = [], [], []
    for start in range(0, len(chosen), _BLOCK):
        block = sp.csr_matrix(own[start : start + _BLOCK] @ across)
        for place in range(block.shape[0]):
            part = slice(block.indptr[place], block.indptr[place + 1])
            near, product = block.indices[part], block.data[part]
            other = near != start + place
            near, product = near[other], product[other]
            if len(near) > k:
                least = np.partition(product, len(product) - k)[len(product) - k]
                kept = product >= least
                near, product = near[kept], product[kept]
            order = np.lexsort((near, -product))[:k]
            heads.append(np.full(len(order), chosen[start + place]))
            tails.append(chosen[near[order]])
            values.append(product[order])
    if not heads:
        return empty(rows.shape[0], rows.shape[0])
    found = (np.concatenate(values).astype(np.float32), (np.concatenate(heads), np.concatenate(tails)))
    return sp.csr_matrix(found, shape=(rows.shape[0], rows.shape[0]))
