"""The simplest guess at a link: what most others have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embeddings.graph.scorer import ScoreArray
from embeddings.graph.triples import Triples
from kg.ids import IdMap, IntArray


class Popularity:
    """A ``LinkScorer``: a tail is as likely as it is frequent in the relation, whatever the head, and a head likewise.

    Args:
        triples: to count.
    """

    def __init__(self, triples: Triples) -> None:
        self.entities: IdMap = triples.entities
        self.relations: Sequence[str] = triples.relations
        head, relation, tail = triples.rows.T
        size = len(triples.entities)
        shape = (len(triples.relations), size)
        self._tails, self._heads = (
            np.bincount(relation * size + column, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float32)
            for column in (tail, head)
        )

    def tails(self, heads: IntArray, relation: int) -> ScoreArray:
        """Give how often each entity is a tail, ``(n_heads, n_entities)``."""
        return np.broadcast_to(self._tails[relation], (len(heads), len(self.entities)))

    def heads(self, tails: IntArray, relation: int) -> ScoreArray:
        """Give how often each entity is a head, ``(n_tails, n_entities)``."""
        return np.broadcast_to(self._heads[relation], (len(tails), len(self.entities)))
