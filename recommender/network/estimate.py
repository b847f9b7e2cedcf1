"""The memory that training the network takes, estimated before it starts, and whether neighbours are to be drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from recommender.network.settings import NetworkSettings

if TYPE_CHECKING:
    from recommender.network.training import Examples

_SPARSE = 2 * 12
"""Bytes of an edge: its matrix and the transpose, a column of eight bytes and a value of four each."""
_STATES = 4
"""A learned number, its gradient, and two moments."""
_CHUNK = 1_024
_KEPT = 2
"""What a step makes is kept for the step backwards: each vector with its gradient."""


def training_bytes(examples: Examples, settings: NetworkSettings) -> float:
    """Estimate the memory of training and validation beyond the examples themselves, in bytes.

    Matrices of edges; learned vectors with gradients and moments, of all members; the vectors of a step (two sides,
    each part, step of propagation and sum, and a gradient for each) of all items or, where neighbours are drawn, of
    those that a batch needs; the vectors that are served; and the scores of a chunk of histories.
    """
    graph, items, dim = examples.graph, examples.n_items, settings.dim
    links = list(graph.links.values()) if settings.relations else []
    edges = sum(own.nnz for own in links) + (graph.items.nnz if settings.hops else 0)
    nodes = sum(own.shape[1] for own in links)
    modalities = len(examples.modalities)
    numbers = sum(own.matrix.shape[1] for own in examples.modalities)
    learned = settings.members * _STATES * (2 * items + nodes + 2 * numbers) * dim
    passing = 2 * (2 + len(links) + modalities + settings.hops) * _KEPT * _needed(examples, settings) * dim
    served = settings.members * (3 + bool(links) + modalities) * items * dim
    rivals = settings.wrong_items(items) or items
    scores = 4 * _CHUNK * (rivals + dim)
    return float(_SPARSE * edges + 4 * (learned + passing + served + numbers * items + scores))


def settled(examples: Examples, settings: NetworkSettings, *, memory_gib: float) -> NetworkSettings:
    """Decide whether neighbours are drawn, where the settings leave it open: if not, all items would not fit.

    Args:
        examples: to learn.
        settings: of the network.
        memory_gib: that training may use, GiB.
    """
    if settings.sampled is not None:
        return settings
    whole = replace(settings, sampled=False)
    return replace(settings, sampled=training_bytes(examples, whole) / 2**30 > memory_gib)


def _needed(examples: Examples, settings: NetworkSettings) -> int:
    """Give of how many items a step makes vectors."""
    if not settings.sampled:
        return examples.n_items
    batch = settings.histories(examples.histories.shape[0])
    sizes = np.diff(examples.histories.indptr)
    longest = float(np.partition(sizes, -min(batch, len(sizes)))[-batch:].mean()) if len(sizes) else 0.0
    met = batch * longest + settings.wrong_items(examples.n_items)
    if settings.knowledge:
        met *= 2
    return int(min(examples.n_items, met * (1 + settings.fanout) ** settings.hops))
