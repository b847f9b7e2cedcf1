"""The memory that training the network takes, estimated before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommender.network.settings import NetworkSettings

if TYPE_CHECKING:
    from recommender.network.training import Examples

_SPARSE = 2 * 12
"""Bytes of an edge: its matrix and the transpose, a column of eight bytes and a value of four each."""
_STATES = 4
"""A learned number, its gradient, and two moments."""
_CHUNK = 1_024


def training_bytes(examples: Examples, settings: NetworkSettings) -> float:
    """Estimate the memory of one training beyond the examples themselves, in bytes.

    Matrices of edges, learned vectors with gradients and moments, the vectors of a step (two sides; each part, each
    step of propagation, their sum, and a gradient for each), and the scores of a chunk of histories.
    """
    graph, items = examples.graph, examples.n_items
    links = graph.links.values() if settings.relations else ()
    edges = sum(own.nnz for own in links) + (graph.items.nnz if settings.hops else 0)
    nodes = sum(own.shape[1] for own in links)
    vectors = sum(own.matrix.shape[1] for own in examples.modalities)
    learned = (2 * items + nodes + 2 * vectors) * settings.dim
    passing = 2 * (2 + len(list(links)) + len(examples.modalities) + settings.hops) * 2 * items * settings.dim
    rivals = settings.wrong_items(items) or items
    return float(
        _SPARSE * edges + 4 * (_STATES * learned + passing + vectors * items) + 4 * 4 * _CHUNK * (rivals + settings.dim)
    )
