"""What a trained network leaves for serving: item vectors, in parts that add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recommender.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class NetworkPart:
    """The network as it is served; a history h over items scores ``(sum_j h_j P_j) @ Q'``.

    Attributes:
        inputs: P, what an item of a history says, ``(n_items, dim)``.
        outputs: of each source (``behaviour``, ``relations``, a modality) its share of Q, ``(n_items, dim)`` each;
            they add up to Q.
        weights: of each score in the sum that ranks, by name: ``closed_form``, ``network``; each score is divided by
            its standard deviation over the items first.
        metrics: what validation gave.
    """

    inputs: FloatArray
    outputs: Mapping[str, FloatArray]
    weights: Mapping[str, float]
    metrics: Mapping[str, float]

    @property
    def whole(self) -> FloatArray:
        """Q, ``(n_items, dim)``."""
        parts = list(self.outputs.values())
        return np.asarray(sum(parts[1:], start=parts[0].astype(np.float32)), dtype=np.float32)
