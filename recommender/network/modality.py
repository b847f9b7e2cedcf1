"""A modality: one vector for each item that has one, of any kind and any name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kg.errors import InputError
from recommender.arrays import BoolArray, FloatArray

if TYPE_CHECKING:
    from embeddings.vectors import Vectors

_OTHERS = frozenset(
    {
        *("behaviour", "relations", "inputs", "network", "closed_form"),  # in the model
        *("messages", "hops", "links", "recency"),  # in an ablation
        "words",  # in what newcomers are like
    }
)
"""Names that a source has already which is no modality."""


def source_name(name: str) -> str:
    """Give the name by which a modality stands among the sources of a model; one that is taken gets ``_vectors``."""
    return f"{name}_vectors" if name in _OTHERS else name


def check_names(names: Sequence[str]) -> None:
    """Make sure that modalities can be told apart.

    Raises:
        InputError: two have the same name.
    """
    sources = [source_name(name) for name in names]
    for name, source in zip(names, sources, strict=True):
        if sources.count(source) > 1:
            raise InputError(f'Two modalities have the name "{name}". Give each vectors a name of their own.')


@dataclass(frozen=True, slots=True, eq=False)
class Modality:
    """What one source says of the items.

    Attributes:
        name: such as ``text``, ``image`` or ``graph``.
        matrix: ``(n_items, dim)``; rows of items without a vector are not looked at.
        present: whether the item has a vector, ``(n_items,)``.
    """

    name: str
    matrix: FloatArray
    present: BoolArray

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or len(self.matrix) != len(self.present):
            raise InputError(
                f'The modality "{self.name}" has vectors of shape {self.matrix.shape} for {len(self.present)} items. '
                "Give one row for each item."
            )
        if not np.isfinite(self.matrix[self.present]).all():
            raise InputError(f'The modality "{self.name}" has numbers that are not finite.')

    @classmethod
    def of(cls, vectors: Vectors, items: pa.Array | pa.ChunkedArray, *, name: str | None = None) -> Modality:
        """Take the items' vectors from an artefact of vectors; items without one are absent."""
        matrix, there = vectors.of("Product", items)
        return cls(name or vectors.name, matrix, there)

    @property
    def source(self) -> str:
        """Its name among the sources of a model."""
        return source_name(self.name)

    def standardised(self) -> FloatArray:
        """Give the vectors with mean 0 over the items that have one, and a mean square of 1; others are zeros."""
        out = np.zeros(self.matrix.shape, dtype=np.float32)
        own = self.matrix[self.present]
        if len(own):
            own = own - own.mean(axis=0)
            out[self.present] = own / max(float(np.sqrt((own**2).mean())), 1e-12)
        return out
