"""Layers of message passing, in PyTorch Geometric, and the gate that weighs an item's modalities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import nn
from torch_geometric.nn import MessagePassing

from recommender.network.sparse import Adjacency


class Messages(MessagePassing):  # type: ignore[misc]
    """Sums the messages of an item's neighbours, weighted by the edges: ``A @ x``.

    Kipf and Welling (ICLR 2017) with both degrees divided out beforehand and without a matrix of its own, as in
    LightGCN (He et al., SIGIR 2020).
    """

    def __init__(self) -> None:
        super().__init__(aggr="add")

    def forward(self, x: torch.Tensor, edges: Adjacency) -> torch.Tensor:
        """Give the sum at each row, ``(n_rows, dim)``, of ``x``, ``(n_columns, dim)``."""
        # propagate_type: (x: torch.Tensor, edges: Any)
        out: torch.Tensor = self.propagate(edges.forward, x=x, edges=edges)
        return out

    def message_and_aggregate(self, edge_index: torch.Tensor, x: torch.Tensor, edges: Any) -> torch.Tensor:
        """Multiply in one step, with ``edges``: it is ``edge_index`` with its transpose, which backwards needs."""
        out: torch.Tensor = edges @ x
        return out


class RelationMessages(nn.Module):
    """Messages from the nodes that items are linked to, each relation with nodes and a gate of its own.

    Two gates for each relation: what it says of an item in a history, and of an item to recommend. Relation-aware
    propagation as in R-GCN (Schlichtkrull et al., ESWC 2018), the relation's matrix kept diagonal.

    Args:
        links: items by nodes of each relation.
        dim: numbers in a vector.
        dropout: share of nodes that say nothing in a training step.
        std: of the nodes' vectors at the start.
    """

    def __init__(self, links: Mapping[str, Adjacency], *, dim: int, dropout: float, std: float) -> None:
        super().__init__()
        self.links = dict(links)
        self.nodes = nn.ParameterList(
            [nn.Parameter(torch.randn(edges.shape[1], dim) * std) for edges in links.values()]
        )
        self.gates = nn.Parameter(torch.ones(2, len(links), dim))
        self._pass = Messages()
        self._dropout = dropout

    def forward(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Give what the relations say of each item of a history, and of each item to recommend."""
        return self._heard((edges, nodes) for nodes, edges in zip(self.nodes, self.links.values(), strict=True))

    def of(self, links: Mapping[str, tuple[Adjacency, torch.Tensor]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Give the same of some items, from their rows of each relation and the nodes that these name."""
        return self._heard(
            (links[name][0], nn.functional.embedding(links[name][1], nodes, sparse=True))
            for nodes, name in zip(self.nodes, self.links, strict=True)
        )

    def _heard(self, relations: Iterable[tuple[Adjacency, torch.Tensor]]) -> tuple[torch.Tensor, torch.Tensor]:
        heard: list[list[torch.Tensor]] = [[], []]
        for number, (edges, nodes) in enumerate(relations):
            kept = nn.functional.dropout(torch.ones(len(nodes), 1, device=nodes.device), self._dropout, self.training)
            message = self._pass(nodes * kept, edges)
            for side in (0, 1):
                heard[side].append(message * self.gates[side, number])
        return torch.stack(heard[0]).sum(0), torch.stack(heard[1]).sum(0)


class ModalityGate(nn.Module):
    """Projects each modality and weighs them for each item by attention; what an item lacks gets no weight.

    Of an item with the vectors ``x_m`` of the modalities that it has, ``y_m = W_m x_m`` and
    ``a = softmax over m of (v_m . tanh(y_m) + b_m)``; the parts are ``a_m y_m`` times how many it has, so that an item
    with few modalities is no quieter than others.

    Args:
        dims: numbers in each modality's vectors.
        present: which item has which, ``(n_items, n_modalities)``.
        dim: numbers in a vector that comes out.
        std: of the projections at the start.
    """

    def __init__(self, dims: list[int], present: torch.Tensor, *, dim: int, std: float) -> None:
        super().__init__()
        self.projections = nn.ParameterList([nn.Parameter(torch.randn(own, dim) * std / own**0.5) for own in dims])
        self.attention = nn.Parameter(torch.zeros(len(dims), dim))
        self.bias = nn.Parameter(torch.zeros(len(dims)))
        self.register_buffer("present", present, persistent=False)

    def forward(
        self, vectors: list[torch.Tensor], items: torch.Tensor | None = None
    ) -> tuple[list[torch.Tensor], torch.Tensor]:
        """Give each modality's part, ``(n_items, dim)`` each, and the weights, ``(n_items, n_modalities)``.

        Args:
            vectors: of all items, or of ``items``.
            items: which; None for all.
        """
        present: torch.Tensor = self.get_buffer("present")
        if items is not None:
            present = present[items]
        projected = [x @ W for x, W in zip(vectors, self.projections, strict=True)]
        stacked = torch.stack([(torch.tanh(y) * v).sum(1) for y, v in zip(projected, self.attention, strict=True)], 1)
        energy = (stacked + self.bias).masked_fill(~present, -1e9)
        weights = torch.softmax(energy, dim=1) * present
        scale = present.sum(1, keepdim=True)
        return [y * (weights[:, m : m + 1] * scale) for m, y in enumerate(projected)], weights
