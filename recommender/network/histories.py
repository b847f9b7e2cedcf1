"""Histories to learn from: parted into what the network sees and what it has to predict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recommender.arrays import BoolArray, Csr, FloatArray, IntArray

DAMPING = 0.75
"""A history's vector is the sum over its items divided by their number to this power."""
_LEAST, _SPAN = 0.10, 0.85
"""Of each history a share between these bounds is seen, another one each time."""


@dataclass(frozen=True, slots=True)
class Split:
    """A batch of histories.

    Attributes:
        seen: weights of the items seen, divided by the history's size, ``(n, n_items)``.
        rows: history of each item to predict, ``(n_targets,)``.
        items: the items to predict, ``(n_targets,)``.
        weights: of each in the loss; those of one history add up to the root of their number, ``(n_targets,)``.
    """

    seen: Csr
    rows: IntArray
    items: IntArray
    weights: FloatArray


def part(histories: Csr, target: BoolArray, rng: np.random.Generator) -> Split:
    """Part each history at random; each that can has at least one item on both sides.

    Args:
        histories: weights, ``(n, n_items)``.
        target: stored entries that may be predicted, ``(n_entries,)``.
        rng: of the parting.
    """
    sizes = np.diff(histories.indptr)
    row = np.repeat(np.arange(histories.shape[0]), sizes)
    draw = rng.random(histories.nnz)
    share = _LEAST + _SPAN * rng.random(histories.shape[0])
    seen = draw < share[row]
    order = np.lexsort((draw, row))
    full = sizes > 0
    seen[order[histories.indptr[:-1][full]]] = True
    seen[order[histories.indptr[1:][full] - 1]] = False
    asked = ~seen & target
    kept = sp.csr_matrix(
        (histories.data[seen], (row[seen], histories.indices[seen])), shape=histories.shape, dtype=np.float32
    )
    answered = np.diff(kept.indptr) > 0
    asked &= answered[row]
    number = np.bincount(row[asked], minlength=histories.shape[0])
    weights = number[row[asked]].astype(np.float32) ** -0.5
    return Split(damped(kept), row[asked].astype(np.int64), histories.indices[asked].astype(np.int64), weights)


def damped(histories: Csr) -> Csr:
    """Divide each history by the number of its items to the power ``DAMPING``."""
    sizes = np.maximum(np.diff(histories.indptr), 1).astype(np.float32)
    out = histories.copy()
    out.data *= np.repeat(sizes**-DAMPING, np.diff(histories.indptr))
    return out
