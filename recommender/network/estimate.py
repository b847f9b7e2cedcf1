"""The memory that training the network takes, estimated before it starts, and whether neighbours are to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from kg.errors import MemoryEstimateError
from recommender.arrays import IntArray
from recommender.baskets import INTERACTIONS, all_baskets
from recommender.data import TrainingData
from recommender.network.settings import DECISION, NetworkSettings

if TYPE_CHECKING:
    from recommender.network.training import Examples

_SPARSE = 2 * 12
"""Bytes of an edge: its matrix and the transpose, a column of eight bytes and a value of four each."""
_STATES = 4
"""A learned number, its gradient, and two moments."""
_CHUNK = 1_024
_KEPT = 2
"""What a step makes is kept for the step backwards: each vector with its gradient."""
_STORED = 4
"""Vectors to be served as validation holds them: each member's, all side by side, those of the best epoch, and those
that are best with other parameters of the closed form."""
_JUDGES, _SCORE_BYTES = 6_000, 400 * 2**20
"""Customers that judge at most, and bytes that their scores of all items may take."""
_FEWEST_JUDGES = 200
_TABLES = 4
"""Of such scores: of the closed form, and of that with other parameters; of the network, and of both joined."""


@dataclass(frozen=True, slots=True, eq=False)
class Extent:
    """How much there is to learn from.

    Attributes:
        n_items: number of items.
        sizes: items of each customer, ``(n_users,)``.
        links: of each relation, its edges and the nodes that they lead to.
        dims: numbers in the vectors of each modality.
        joined: edges of the graph of items; None where it is not made yet: as many as the settings allow.
    """

    n_items: int
    sizes: IntArray
    links: Sequence[tuple[int, int]]
    dims: Sequence[int]
    joined: int | None = None

    def edges(self, settings: NetworkSettings) -> int:
        """Give how many edges the graph of items has at most."""
        if self.joined is not None:
            return self.joined
        return 2 * self.n_items * min(settings.neighbours, self.n_items)  # each item's own, both ways


def extent_of(examples: Examples) -> Extent:
    """Give the extent of what is there."""
    graph = examples.graph
    return Extent(
        n_items=examples.n_items,
        sizes=np.diff(examples.histories.indptr).astype(np.int64),
        links=[(own.nnz, own.shape[1]) for own in graph.links.values()],
        dims=[own.matrix.shape[1] for own in examples.modalities],
        joined=graph.items.nnz,
    )


def extent_before(data: TrainingData, dims: Sequence[int]) -> Extent:
    """Give the extent of what will be there, before the closed form that joins the items is fitted.

    Args:
        data: train.
        dims: numbers in the vectors of each modality.
    """
    shared = [kind.members for kind in all_baskets(data) if kind.name != INTERACTIONS and not kind.direct]
    return Extent(
        n_items=data.n_items,
        sizes=np.diff(data.interactions.indptr).astype(np.int64),
        links=[(own.nnz, own.shape[1]) for own in shared],
        dims=list(dims),
    )


def training_bytes(examples: Examples, settings: NetworkSettings) -> float:
    """Estimate the memory of training and validation beyond the examples themselves, in bytes."""
    return extent_bytes(extent_of(examples), settings)


def extent_bytes(extent: Extent, settings: NetworkSettings) -> float:
    """Estimate the same from numbers alone.

    The most is taken while epochs are chosen, when all members are there at once. Of each: matrices of edges, the
    modalities' vectors standardised, and learned vectors with gradients and moments. Beside them the vectors of a step
    (two sides, each part, step of propagation and sum, and a gradient for each) of all items or, where neighbours are
    drawn, of those that a batch needs; the vectors that are served; the scores of a chunk of histories; and what the
    customers who judge are scored by.
    """
    items, dim, members = extent.n_items, settings.dim, settings.members
    links = list(extent.links) if settings.relations else []
    edges = sum(own for own, _ in links) + (extent.edges(settings) if settings.hops else 0)
    nodes = sum(own for _, own in links)
    modalities, numbers = len(extent.dims), sum(extent.dims)
    learned = members * _STATES * (2 * items + nodes + 2 * numbers) * dim
    passing = 2 * (2 + len(links) + modalities + settings.hops) * _KEPT * _needed(extent, settings) * dim
    served = _STORED * members * (2 + bool(links) + modalities) * items * dim
    rivals = settings.wrong_items(items) or items
    scores = 4 * _CHUNK * (rivals + dim) + _TABLES * min(len(extent.sizes), judges(items)) * items
    return float(members * _SPARSE * edges + 4 * (learned + passing + served + members * numbers * items + scores))


def judges(n_items: int) -> int:
    """Give how many customers may judge at most, so that their scores of all items are not too large a table."""
    return max(_FEWEST_JUDGES, min(_JUDGES, _SCORE_BYTES // (4 * n_items)))


def settled(extent: Extent, settings: NetworkSettings, *, memory_gib: float) -> NetworkSettings:
    """Decide whether neighbours are drawn, where the settings leave it open: if not, all items would not fit.

    Args:
        extent: of what is learned.
        settings: of the network.
        memory_gib: that training may use, GiB.
    """
    if settings.sampled is not None:
        return settings
    whole = replace(settings, sampled=False)
    return replace(settings, sampled=extent_bytes(extent, whole) / 2**30 > memory_gib)


def planned(extent: Extent, settings: NetworkSettings, *, memory_gib: float) -> tuple[NetworkSettings, float]:
    """Give the settled settings, and the GiB that training with them takes; arguments as for ``settled``.

    Raises:
        MemoryEstimateError: it would not fit, whether neighbours are drawn or not.
    """
    settings = settled(extent, settings, memory_gib=memory_gib)
    needed = extent_bytes(extent, settings) / 2**30
    if needed > memory_gib:
        way = "lower network.dim" if settings.sampled else "leave network.sampled out, or lower network.dim"
        raise MemoryEstimateError(
            f"Training the network would take {told_memory(settings, needed)}, and training.memory_gib allows "
            f"{memory_gib:g}. Raise it, or {way}."
        )
    return settings, needed


def check_memory(extent: Extent, settings: NetworkSettings, *, memory_gib: float) -> str:
    """Make sure that a network would fit before anything is built; say what it takes, nothing where none is trained.

    Args:
        extent: of what will be learned.
        settings: of the network.
        memory_gib: that training may use, GiB.

    Raises:
        MemoryEstimateError: it would not fit.
    """
    if settings.fusion == DECISION:
        return ""
    chosen, needed = planned(extent, settings, memory_gib=memory_gib)
    return told_memory(chosen, needed)


def told_memory(settings: NetworkSettings, needed: float) -> str:
    """Say what training takes: GiB, and whether neighbours are drawn."""
    return f"about {needed:.1f} GiB{', from drawn neighbours' if settings.sampled else ''}"


def _needed(extent: Extent, settings: NetworkSettings) -> int:
    """Give of how many items a step makes vectors."""
    if not settings.sampled:
        return extent.n_items
    sizes = extent.sizes
    batch = settings.histories(len(sizes))
    longest = float(np.partition(sizes, -min(batch, len(sizes)))[-batch:].mean()) if len(sizes) else 0.0
    met = batch * longest + settings.wrong_items(extent.n_items)
    if settings.knowledge:
        met *= 2
    return int(min(extent.n_items, met * (1 + settings.fanout) ** settings.hops))
