"""What a trained network leaves for serving: item vectors, whose score joins that of the closed form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recommender.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class VectorPart:
    """A part of a model that scores a history h over items as ``(sum_j h_j P_j) @ Q'``.

    Attributes:
        name: ``network``, or the modality's name where each modality scores by itself.
        inputs: P, what an item of a history says, ``(n_items, dim)``.
        outputs: of each source (``behaviour``, ``relations``, a modality) its share of Q, ``(n_items, dim)`` each;
            they add up to Q.
        weight: of this part's score in the sum that ranks; each score is divided by its spread over the items first.
    """

    name: str
    inputs: FloatArray
    outputs: Mapping[str, FloatArray]
    weight: float

    @property
    def whole(self) -> FloatArray:
        """Q, ``(n_items, dim)``."""
        total = np.zeros_like(self.inputs)
        for part in self.outputs.values():
            total += part
        return total
