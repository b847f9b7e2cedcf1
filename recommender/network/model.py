"""The fusion network: from the graph, the modalities and what is learned of each item to item vectors."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from recommender.network.graph import ItemGraph
from recommender.network.layers import Messages, ModalityGate, RelationMessages
from recommender.network.modality import Modality
from recommender.network.sampling import Neighbourhood
from recommender.network.settings import NetworkSettings
from recommender.network.sparse import Adjacency

BEHAVIOUR, RELATIONS = "behaviour", "relations"
_STD = 0.02


class FusionNetwork(nn.Module):
    """Item vectors for histories (P) and for recommending (Q), as sums of parts with a name.

    ``Z = E + sum_r gate_r * A_r N_r + sum_m gated projection of modality m``, and ``Z + sum_l c_l S^l Z`` over the
    graph of items S, divided by the number of terms. E is learned of each item (``behaviour``), N_r of each linked node
    (``relations``). Everything after the gate is linear, so the parts of Q add up to Q and shares are exact. A customer
    is the sum of their history's P, so nothing of a customer is trained.

    Args:
        graph: what messages go over.
        modalities: vectors of items.
        n_items: number of items.
        settings: of the network.
        device: to build it on.
    """

    def __init__(
        self,
        graph: ItemGraph,
        modalities: Sequence[Modality],
        *,
        n_items: int,
        settings: NetworkSettings,
        device: torch.device,
    ) -> None:
        super().__init__()
        dim = settings.dim
        self.inputs = nn.Parameter(torch.randn(n_items, dim) * _STD)
        self.outputs = nn.Parameter(torch.randn(n_items, dim) * _STD)
        links = {name: Adjacency(matrix, device) for name, matrix in graph.links.items()} if settings.relations else {}
        self.relations = RelationMessages(links, dim=dim, dropout=settings.node_dropout, std=_STD) if links else None
        self.names = [modality.source for modality in modalities]
        self.gates = nn.ModuleList()
        self._vectors: list[torch.Tensor] = []
        if modalities:
            present = torch.stack([torch.from_numpy(modality.present) for modality in modalities], dim=1)
            dims = [modality.matrix.shape[1] for modality in modalities]
            self._vectors = [torch.from_numpy(modality.standardised()).to(device) for modality in modalities]
            self.gates.extend(ModalityGate(dims, present, dim=dim, std=_STD) for _ in range(2))
        self.hops = nn.Parameter(torch.ones(2, settings.hops))
        self._items = Adjacency(graph.items, device) if settings.hops else None
        self._pass = Messages()
        self.kinds = nn.Parameter(torch.zeros(len(graph.baskets), dim))
        self.temperature = nn.Parameter(torch.zeros(()))
        self.to(device)

    def parts(self) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
        """Give P and Q in their parts, ``(n_items, dim)`` each."""
        sides: tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]] = (
            {BEHAVIOUR: self.inputs},
            {BEHAVIOUR: self.outputs},
        )
        if self.relations is not None:
            for own, heard in zip(sides, self.relations(), strict=True):
                own[RELATIONS] = heard
        for own, gate in zip(sides, self.gates, strict=False):
            found, _ = gate(self._vectors)
            own.update(zip(self.names, found, strict=True))
        return sides

    def forward(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Give P and Q, ``(n_items, dim)`` each."""
        sides = self.parts()
        return self.spread(_sum(sides[0]), side=0), self.spread(_sum(sides[1]), side=1)

    def of(self, around: Neighbourhood) -> tuple[torch.Tensor, torch.Tensor]:
        """Give P and Q of some items, ``(n, dim)`` each, from drawn neighbours; gradients of tables are sparse."""
        needed = around.items
        sides: tuple[dict[str, torch.Tensor], ...] = tuple(
            {BEHAVIOUR: nn.functional.embedding(needed, table, sparse=True)} for table in (self.inputs, self.outputs)
        )
        if self.relations is not None:
            for own, heard in zip(sides, self.relations.of(around.links), strict=True):
                own[RELATIONS] = heard
        some = [vectors[needed] for vectors in self._vectors]
        for own, gate in zip(sides, self.gates, strict=False):
            found, _ = gate(some, needed)
            own.update(zip(self.names, found, strict=True))
        P, Q = (self._passed(_sum(own), around, side) for side, own in enumerate(sides))
        return P, Q

    def _passed(self, z: torch.Tensor, around: Neighbourhood, side: int) -> torch.Tensor:
        """Propagate over drawn neighbours: after each step fewer items are left, in the end those asked for."""
        total, step = z, z
        for weight, (edges, own) in zip(self.hops[side], around.steps, strict=True):
            step = self._pass(step, edges)
            total = total[own] + weight * step
        return total / (1 + self.hops.shape[1])

    def tables(self) -> list[nn.Parameter]:
        """Give the parameters with a row for each item or node."""
        return [self.inputs, self.outputs, *(self.relations.nodes if self.relations is not None else [])]

    def spread(self, z: torch.Tensor, *, side: int) -> torch.Tensor:
        """Propagate over the graph of items."""
        if self._items is None:
            return z
        total, step = z, z
        for weight in self.hops[side]:
            step = self._pass(step, self._items)
            total = total + weight * step
        return total / (1 + self.hops.shape[1])

    def modality_vectors(self, items: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Give each modality's part of Q of some items before propagation, and which of them have it."""
        if not len(self.gates):
            return []
        gate = self.gates[1]
        assert isinstance(gate, ModalityGate)
        found, _ = gate([vectors[items] for vectors in self._vectors], items)
        present = gate.get_buffer("present")[items]
        return [(part, present[:, number]) for number, part in enumerate(found)]


def _sum(parts: dict[str, torch.Tensor]) -> torch.Tensor:
    return torch.stack(list(parts.values())).sum(0)
