"""What a closed-form model is: from kinds of baskets and a few numbers to a matrix of item weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import numpy as np

from recommender.arrays import Csr, FloatArray
from recommender.baskets import Baskets
from recommender.blocks import in_blocks
from recommender.scoring import LinearScorer

Parameters: TypeAlias = Mapping[str, float]
Scorer: TypeAlias = Callable[[Parameters], FloatArray]
"""From parameters to the scores of the validation users, ``(n_users, n_items)``."""


@dataclass(frozen=True, slots=True)
class Range:
    """Where tuning looks for one parameter: from ``low`` to ``high``, on a logarithmic scale if ``log``."""

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Values of a parameter that tuning tries in turn, once it has looked through the ranges of the others."""

    values: tuple[float, ...]


Space: TypeAlias = Mapping[str, Range | Choice]
"""Where tuning looks, by parameter."""

_USERS = 256
"""Users whose scores are made at once."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What fitting may use and how much of the result is kept.

    Attributes:
        memory_gib: memory, GiB.
        neighbours: item weights kept for each item.
    """

    memory_gib: float = 8.0
    neighbours: int = 1_000

    @property
    def memory_bytes(self) -> float:
        """Memory in bytes."""
        return self.memory_gib * 1024**3

    def bounded(self, n_items: int) -> Resources:
        """Give the same with no more neighbours than a third of the memory holds for a catalogue of this size.

        Each weight takes 24 bytes while two parts are added: two numbers of 4 bytes, and a part and the sum beside it.
        """
        room = int(self.memory_bytes / 3 / (24 * max(n_items, 1)))
        return replace(self, neighbours=max(1, min(self.neighbours, room)))


class Model(Protocol):
    """One closed-form model.

    Attributes:
        name: as given in ``shopgraph.toml``.
        doc: one line, with its source.
    """

    name: str
    doc: str

    def defaults(self, kinds: Sequence[Baskets]) -> dict[str, float]:
        """Give the parameters used where nothing was tuned."""
        ...

    def space(self, kinds: Sequence[Baskets]) -> Space:
        """Give where tuning looks, by parameter; parameters that are absent keep their defaults."""
        ...

    def fit(self, kinds: Sequence[Baskets], parameters: Parameters, resources: Resources) -> Csr:
        """Give item weights B: a history ``h`` over items scores ``h @ B``, ``(n_items, n_items)`` sparse.

        Raises:
            MemoryEstimateError: it would not fit into the memory allowed, whichever way it is computed.
        """
        ...

    def scorer(self, kinds: Sequence[Baskets], histories: Csr, resources: Resources) -> Scorer:
        """Prepare many quick trials: give a function from parameters to scores of ``histories``.

        The scores may be those of a cheaper stand-in for ``fit``, as long as good parameters are good for both.
        """
        ...

    def faithful(self, n_items: int, resources: Resources) -> bool:
        """Tell whether ``scorer`` is no stand-in: it ranks as ``fit`` does with a catalogue of this size."""
        ...


def fitted_scorer(model: Model, kinds: Sequence[Baskets], histories: Csr, resources: Resources) -> Scorer:
    """Give the plain scorer: fit, then multiply."""

    def score(parameters: Parameters) -> FloatArray:
        return dense_scores(histories, model.fit(kinds, parameters, resources))

    return score


def dense_scores(histories: Csr, weights: Csr) -> FloatArray:
    """Give ``histories @ weights`` as a dense array, ``(n_users, n_items)``."""
    found: FloatArray = np.empty((histories.shape[0], weights.shape[1]), dtype=np.float32)
    scorer = LinearScorer(weights)

    def multiply(part: slice) -> None:
        found[part] = scorer.block(histories[part])

    in_blocks(multiply, len(found), _USERS)
    return found


def popularity_boost(interactions: Csr, exponent: float) -> FloatArray:
    """Give ``(buyers + 1) ** exponent`` of each item, scaled to a mean of 1, ``(n_items,)``.

    EASE's regression pulls rarely bought items towards zero less than often bought ones; how far that should be undone
    is a matter of the data, so the exponent is tuned.
    """
    item = np.repeat(np.arange(interactions.shape[0]), np.diff(interactions.indptr))
    buyers = np.bincount(item, interactions.data != 0, minlength=interactions.shape[0])
    boost = (buyers + 1.0) ** exponent
    return np.asarray(boost / boost.mean(), dtype=np.float32)
