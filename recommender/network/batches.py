"""Batches: histories, or baskets of the graph, with what chance decides of them drawn before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from recommender.arrays import BoolArray, Csr, FloatArray, IntArray
from recommender.network.histories import Split, part
from recommender.network.loss import Rivals, draw_rivals


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What one loss is made of.

    Attributes:
        split: what is seen and what is to be predicted.
        rivals: wrong items; None for all.
        kind: number of the kind of baskets; None for histories.
        weight: of its mean loss in the step's.
    """

    split: Split
    rivals: Rivals | None
    kind: int | None
    weight: float

    @property
    def items(self) -> IntArray:
        """The items whose vectors it needs, ascending, each once; only where rivals were drawn."""
        assert self.rivals is not None
        return np.unique(np.concatenate([self.split.seen.indices, self.split.items, self.rivals.items])).astype(
            np.int64
        )

    def among(self, items: IntArray) -> Batch:
        """Give the same with items numbered by their place in ``items``, ascending, which holds all it needs."""
        seen = self.split.seen
        places = np.searchsorted(items, seen.indices)
        own = sp.csr_matrix((seen.data, places, seen.indptr), shape=(seen.shape[0], len(items)))
        split = replace(self.split, seen=own, items=np.searchsorted(items, self.split.items).astype(np.int64))
        assert self.rivals is not None
        rivals = replace(self.rivals, items=np.searchsorted(items, self.rivals.items).astype(np.int64))
        return replace(self, split=split, rivals=rivals)


def batch(
    histories: Csr,
    target: BoolArray,
    *,
    negatives: int,
    chances: FloatArray,
    kind: int | None,
    weight: float,
    rng: np.random.Generator,
) -> Batch | None:
    """Part histories and draw their rivals; None where nothing is to be predicted.

    Args:
        histories: weights, ``(n, n_items)``.
        target: stored entries that may be predicted, ``(n_entries,)``.
        negatives: rivals to draw; 0 for all items.
        chances: of each item to be drawn, ``(n_items,)``.
        kind: number of the kind of baskets; None for histories.
        weight: of its mean loss in the step's.
        rng: of everything.
    """
    split = part(histories, target, rng)
    if not len(split.rows):
        return None
    return Batch(split, draw_rivals(negatives, chances, rng), kind, weight)
