"""Neighbour sampling: the vectors of some items alone, from a few drawn neighbours of each.

Hamilton, Ying and Leskovec, "Inductive representation learning on large graphs" (GraphSAGE, NeurIPS 2017). What a step
costs and the memory it takes then follow the items of its batch, and not those of the catalogue. PyTorch Geometric's
sampler needs compiled extensions that are not on PyPI, so rows are drawn from the SciPy matrix here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
import torch

from recommender.arrays import Csr, IntArray
from recommender.network.graph import ItemGraph
from recommender.network.sparse import Adjacency


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """What the vectors of some items are made of.

    Attributes:
        steps: of each step of propagation, from the first to the last, its matrix and the positions of its rows
            among its columns.
        items: whose own vectors are needed, ascending, ``(n_needed,)``.
        links: of each relation, the needed items by the nodes they are linked to, and these nodes.
    """

    steps: tuple[tuple[Adjacency, torch.Tensor], ...]
    items: torch.Tensor
    links: Mapping[str, tuple[Adjacency, torch.Tensor]]


def neighbourhood(
    graph: ItemGraph, rows: IntArray, *, hops: int, fanout: int, rng: np.random.Generator, device: torch.device
) -> Neighbourhood:
    """Draw the neighbourhood of some items.

    Args:
        graph: what messages go over.
        rows: the items, ascending, each once.
        hops: steps of propagation.
        fanout: neighbours drawn of each item at each step, at most.
        rng: of the draw.
        device: to put the matrices on.
    """
    steps = []
    needed = rows
    for _ in range(hops):
        drawn = sampled_rows(graph.items, needed, fanout, rng)
        columns = np.union1d(needed, drawn.indices).astype(np.int64)
        own = torch.from_numpy(np.searchsorted(columns, needed)).to(device)
        steps.append((Adjacency(_renumbered(drawn, columns), device), own))
        needed = columns
    links = {}
    for name, matrix in graph.links.items():
        part = sp.csr_matrix(matrix[needed])
        nodes = np.unique(part.indices).astype(np.int64)
        links[name] = (Adjacency(_renumbered(part, nodes), device), torch.from_numpy(nodes).to(device))
    return Neighbourhood(tuple(reversed(steps)), torch.from_numpy(needed).to(device), links)


def sampled_rows(matrix: Csr, rows: IntArray, fanout: int, rng: np.random.Generator) -> Csr:
    """Give some rows with at most ``fanout`` entries each, drawn evenly without replacement.

    Entries of a row that had more are multiplied, so that on average over draws a product is that of the whole row.
    """
    part = sp.csr_matrix(matrix[rows])
    sizes = np.diff(part.indptr)
    if not part.nnz or sizes.max() <= fanout:
        return part
    row = np.repeat(np.arange(len(rows)), sizes)
    order = np.lexsort((rng.random(part.nnz), row))
    rank = np.arange(part.nnz) - np.repeat(part.indptr[:-1], sizes)
    kept = np.sort(order[rank < fanout])
    data = part.data * np.maximum(sizes / fanout, 1.0).astype(np.float32)[row]
    indptr = np.concatenate([[0], np.cumsum(np.minimum(sizes, fanout))])
    return sp.csr_matrix((data[kept], part.indices[kept], indptr), shape=part.shape)


def _renumbered(matrix: Csr, columns: IntArray) -> Csr:
    """Give the matrix over these columns alone, ascending; it has entries in no others."""
    places = np.searchsorted(columns, matrix.indices)
    return sp.csr_matrix((matrix.data, places, matrix.indptr), shape=(matrix.shape[0], len(columns)))
