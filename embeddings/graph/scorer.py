"""What everything that proposes links is asked: how likely each tail, or each head, of a relation is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kg.ids import IdMap, IntArray

ScoreArray = npt.NDArray[np.float32]


class LinkScorer(Protocol):
    """A trained graph model, or a baseline."""

    @property
    def entities(self) -> IdMap:
        """Entities of the graph; rows are those of this map."""
        ...

    @property
    def relations(self) -> Sequence[str]:
        """Labels of the relations, ``Relation.label``, in the order of their numbers."""
        ...

    def tails(self, heads: IntArray, relation: int) -> ScoreArray:
        """Give the score of every entity as tail of each head, ``(n_heads, n_entities)``; greater is likelier."""
        ...

    def heads(self, tails: IntArray, relation: int) -> ScoreArray:
        """Give the score of every entity as head of each tail, ``(n_tails, n_entities)``; greater is likelier."""
        ...
