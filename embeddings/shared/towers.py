"""The deep variant: a small network for each view, trained so that the views of a node lie together.

Two towers and the symmetric InfoNCE loss, as CLIP has it (van den Oord et al. 2018; Radford et al. 2021): each title
is to be told its own photo among all of the batch, and each photo its title. With more views, every pair that a node
has counts. A tower starts as the linear space and learns what is to be added to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from embeddings.vectors import VectorArray

_HIDDEN = 256
_BATCH = 256
_DECAY = 1e-2
_DROPPED_IN, _DROPPED_HIDDEN = 0.2, 0.3
_TEMPERATURE = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class TowerWeights:
    """What a tower has learned, of whitened coordinates ``z``: ``z linear + relu(z inner + bias) outer``.

    Attributes:
        linear: ``(n_axes, dim)``.
        inner: ``(n_axes, n_hidden)``.
        bias: ``(n_hidden,)``.
        outer: ``(n_hidden, dim)``.
    """

    linear: VectorArray
    inner: VectorArray
    bias: VectorArray
    outer: VectorArray

    def of(self, whitened: VectorArray) -> VectorArray:
        """Give the place of nodes, ``(n, dim)``."""
        hidden = np.maximum(whitened @ self.inner + self.bias, 0)
        placed: VectorArray = whitened @ self.linear + hidden @ self.outer
        return placed


class _Tower(nn.Module):
    def __init__(self, linear: VectorArray) -> None:
        super().__init__()
        n_axes, dim = linear.shape
        self.linear = nn.Parameter(torch.from_numpy(linear.copy()))
        self.inner = nn.Linear(n_axes, _HIDDEN)
        self.outer = nn.Parameter(torch.zeros(_HIDDEN, dim))

    def forward(self, whitened: Tensor) -> Tensor:
        seen = functional.dropout(whitened, _DROPPED_IN, self.training)
        hidden = functional.dropout(functional.relu(self.inner(seen)), _DROPPED_HIDDEN, self.training)
        return functional.normalize(seen @ self.linear + hidden @ self.outer, dim=1)

    def weights(self) -> TowerWeights:
        with torch.no_grad():
            parts = (self.linear, self.inner.weight.T, self.inner.bias, self.outer)
            return TowerWeights(*(np.ascontiguousarray(part.numpy(), dtype=np.float32).copy() for part in parts))


def train_towers(
    whitened: Sequence[VectorArray],
    there: Sequence[npt.NDArray[np.bool_]],
    linear: Sequence[VectorArray],
    *,
    epochs: Sequence[int],
    rate: float,
    seed: int,
) -> Iterator[tuple[TowerWeights, ...]]:
    """Train, and give the towers after each number of epochs; the caller decides which served best.

    Args:
        whitened: coordinates of the nodes in each view, about as wide in each direction, ``(n, n_axes)``.
        there: which nodes each view knows, ``(n,)``.
        linear: the linear space that towers start from, ``(n_axes, dim)`` each.
        epochs: ascending.
        rate: of Adam.
        seed: of weights, batches and dropout; the caller's own random numbers are left alone.
    """
    if not epochs:
        return
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        towers = [_Tower(one) for one in linear]
        state = torch.random.get_rng_state()
    inputs = [torch.from_numpy(np.ascontiguousarray(one)) for one in whitened]
    known = [torch.from_numpy(one) for one in there]
    sharpness = nn.Parameter(torch.tensor(-np.log(_TEMPERATURE), dtype=torch.float32))
    learned = [parameter for tower in towers for parameter in tower.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": learned, "weight_decay": _DECAY}, {"params": [sharpness], "weight_decay": 0.0}], lr=rate
    )
    order = np.random.default_rng(seed)
    for epoch in range(1, epochs[-1] + 1):
        with torch.random.fork_rng(devices=[]):
            torch.random.set_rng_state(state)
            for tower in towers:
                tower.train()
            for batch in _batches(order, len(inputs[0])):
                loss = _loss(towers, inputs, known, batch, sharpness)
                if loss is not None:
                    optimizer.zero_grad()
                    loss.backward()  # type: ignore[no-untyped-call]
                    optimizer.step()
            state = torch.random.get_rng_state()
        if epoch in epochs:
            yield tuple(tower.weights() for tower in towers)


def _batches(order: np.random.Generator, n: int) -> Iterator[Tensor]:
    shuffled = torch.from_numpy(order.permutation(n))
    # As equal in size as can be: of a batch of three, little is to be learned.
    yield from torch.tensor_split(shuffled, max(1, round(n / _BATCH)))


def _loss(
    towers: Sequence[_Tower], inputs: Sequence[Tensor], known: Sequence[Tensor], batch: Tensor, sharpness: Tensor
) -> Tensor | None:
    losses = []
    for one, other in combinations(range(len(towers)), 2):
        both = batch[known[one][batch] & known[other][batch]]
        if len(both) > 1:
            scores = towers[one](inputs[one][both]) @ towers[other](inputs[other][both]).T
            scores = scores * sharpness.clamp(max=np.log(100)).exp()
            own = torch.arange(len(both))
            losses.append((functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)) / 2)
    return torch.stack(losses).mean() if losses else None
