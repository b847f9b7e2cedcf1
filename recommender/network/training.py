"""Training the network: epochs by validation, then the same on everything; taken up again after a kill."""

from __future__ import annotations

import glob
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from embeddings.devices import chosen_device
from embeddings.graph.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from embeddings.threads import torch_threads
from kg.errors import DivergedError, ModelError
from recommender.arrays import BoolArray, Csr, FloatArray, IntArray
from recommender.network.batches import Batch, batch
from recommender.network.graph import ItemGraph
from recommender.network.histories import DAMPING
from recommender.network.loss import alignment_loss, softmax_loss
from recommender.network.modality import Modality
from recommender.network.model import FusionNetwork
from recommender.network.rows import large, rows_of
from recommender.network.sampling import neighbourhood
from recommender.network.settings import NetworkSettings
from recommender.network.sparse import Adjacency

_DIVERGED = "The network's loss is no number any more. Lower network.learning_rate."
Told = Callable[[int, int, float], None]
"""Told the epoch, how many there are at most, and the mean loss."""
_LAST_RATE = 0.03
_CHUNK = 1_024
_ALIGNED = 512
_LEAST_STEPS = 64
_FEW = 100_000
"""Up to so many entries one thread learns: beside other work, threads wait for each other at each step."""


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """What is learned.

    Attributes:
        histories: weights of what each customer did, ``(n_users, n_items)``.
        target: stored entries that may be predicted, ``(n_entries,)``.
        graph: what messages go over.
        modalities: vectors of items.
    """

    histories: Csr
    target: BoolArray
    graph: ItemGraph
    modalities: Sequence[Modality] = field(default_factory=tuple)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return int(self.histories.shape[1])


class Trainer:
    """One training, epoch by epoch.

    A step computes all items' vectors once and goes over its histories in chunks, so that the cost of an epoch grows
    with the histories and not with histories times edges. Chance follows from the seed and the epoch.

    Args:
        examples: to learn.
        settings: of the network.
        member: number of this network among those whose scores are added.
    """

    def __init__(self, examples: Examples, settings: NetworkSettings, *, member: int = 0) -> None:
        self.examples, self.settings = examples, settings
        self.device = chosen_device(settings.device)
        self._seed = settings.seed + 7919 * member
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self._seed)
            self.network = FusionNetwork(
                examples.graph, examples.modalities, n_items=examples.n_items, settings=settings, device=self.device
            )
        self.optimizers = _optimizers(self.network, settings)
        self._half = settings.precision == "bf16" or (settings.precision == "auto" and self.device.type == "cuda")
        self.epoch = 0
        self._users = np.flatnonzero(np.diff(examples.histories.indptr) > 1)
        if not len(self._users):
            raise ModelError("No customer has two products, so the network has nothing to learn from.")
        popularity = np.bincount(examples.histories.indices, minlength=examples.n_items) + 1.0
        self._chances: FloatArray = (popularity**0.75 / (popularity**0.75).sum()).astype(np.float64)
        self._kinds = list(examples.graph.baskets.values())

    def run_epoch(self) -> float:
        """Go over all customers once; give the mean loss.

        Raises:
            DivergedError: the loss is no number any more.
        """
        rng = np.random.default_rng([self._seed, self.epoch])
        order = rng.permutation(self._users)
        size = self.settings.histories(len(order))
        step = self._sampled_step
        if not self.settings.sampled:
            size, step = max(size, len(order) // _LEAST_STEPS // _CHUNK * _CHUNK), self._step
        steps = range(0, len(order), size)
        self.network.train()
        total = weight = 0.0
        with torch.random.fork_rng(devices=[]), self._threads():
            torch.manual_seed(int(rng.integers(2**62)))
            for number, start in enumerate(steps):
                rate = self._rate((self.epoch + number / len(steps)) / self.settings.epochs)
                for optimizer in self.optimizers:
                    for group in optimizer.param_groups:
                        group["lr"] = rate
                loss, own = step(np.sort(order[start : start + size]), rng)
                total, weight = total + loss, weight + own
        if not np.isfinite(total):
            raise DivergedError(_DIVERGED)
        self.epoch += 1
        return total / max(weight, 1e-9)

    def vectors(self) -> tuple[FloatArray, dict[str, FloatArray]]:
        """Give P, ``(n_items, dim)``, and the parts of Q, as they are served.

        Raises:
            DivergedError: some of them are no numbers.
        """
        self.network.eval()
        with torch.no_grad():
            inputs, outputs = self.network.parts()
            P = self.network.spread(torch.stack(list(inputs.values())).sum(0), side=0)
            scale = float(torch.exp(self.network.temperature))
            parts = {name: self.network.spread(own, side=1) * scale for name, own in outputs.items()}
        found = P.cpu().numpy(), {name: own.cpu().numpy() for name, own in parts.items()}
        if not all(np.isfinite(own).all() for own in (found[0], *found[1].values())):
            raise DivergedError(_DIVERGED)
        return found

    def save(self, path: Path, *, belongs_to: str) -> None:
        """Write a checkpoint."""
        tensors = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        for which, optimizer in enumerate(self.optimizers):
            for number, own in optimizer.state_dict()["state"].items():  # one that never had a gradient has no state
                tensors |= {f"optimizer.{which}.{number}.{name}": torch.as_tensor(own[name]) for name in own}
        write_checkpoint(path, Checkpoint(tensors, {"epoch": self.epoch}), belongs_to=belongs_to)

    def restore(self, path: Path, *, belongs_to: str) -> None:
        """Go on where a checkpoint was written, if there is one.

        Raises:
            ModelError: it is damaged or of another training.
        """
        found = read_checkpoint(path, belongs_to=belongs_to)
        if found is None:
            return
        self.network.load_state_dict(
            {key.removeprefix("network."): value for key, value in found.tensors.items() if key.startswith("network.")}
        )
        for which, optimizer in enumerate(self.optimizers):
            state: dict[int, dict[str, Any]] = {}
            for key, value in found.tensors.items():
                if key.startswith(f"optimizer.{which}."):
                    number, name = key.split(".")[2:]
                    lazy = isinstance(optimizer, torch.optim.SparseAdam) and name == "step"
                    state.setdefault(int(number), {})[name] = int(value) if lazy else value
            optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
        self.epoch = int(found.state["epoch"])

    def _threads(self) -> AbstractContextManager[None]:
        return torch_threads(1) if self.examples.histories.nnz <= _FEW else nullcontext()

    def _rate(self, done: float) -> float:
        falling = 0.5 * (1 + np.cos(np.pi * min(done, 1.0)))
        return float(self.settings.learning_rate * (falling * (1 - _LAST_RATE) + _LAST_RATE))

    def _step(self, users: IntArray, rng: np.random.Generator) -> tuple[float, float]:
        """Learn from some customers with the vectors of all items; give the sum of the losses and of their weights."""
        P, Q = self.network()
        leaves = (P.detach().requires_grad_(), Q.detach().requires_grad_())
        self._clear()
        loss = weight = 0.0
        for own in self._batches(users, rng):
            summed = self._loss(own, *leaves)
            scale = float(own.split.weights.sum())
            (summed * (own.weight / scale)).backward()  # type: ignore[no-untyped-call]
            if own.kind is None:
                loss, weight = loss + float(summed.detach()), weight + scale
        extra = self._extra(P, Q, self.examples.n_items, rng)
        roots: list[torch.Tensor] = [P, Q]
        gradients: list[torch.Tensor | None] = [leaf.grad for leaf in leaves]
        if extra.requires_grad:
            roots.append(extra)
            gradients.append(None)
        torch.autograd.backward(roots, gradients)
        self._advance()
        return loss, weight

    def _sampled_step(self, users: IntArray, rng: np.random.Generator) -> tuple[float, float]:
        """Learn from some customers with the vectors of the items that they need."""
        batches = list(self._batches(users, rng))
        if not batches:
            return 0.0, 0.0
        items = np.unique(np.concatenate([own.items for own in batches]))
        settings = self.settings
        around = neighbourhood(
            self.examples.graph, items, hops=settings.hops, fanout=settings.fanout, rng=rng, device=self.device
        )
        P, Q = self.network.of(around)
        self._clear()
        total = self._extra(P, Q, self.examples.n_items, rng)
        loss = weight = 0.0
        for own in batches:
            summed = self._loss(own.among(items), P, Q)
            scale = float(own.split.weights.sum())
            total = total + summed * (own.weight / scale)
            if own.kind is None:
                loss, weight = loss + float(summed.detach()), weight + scale
        total.backward()  # type: ignore[no-untyped-call]
        self._advance()
        return loss, weight

    def _batches(self, users: IntArray, rng: np.random.Generator) -> Iterator[Batch]:
        """Give the customers' histories in chunks, and after each a chunk of baskets that are no customers'."""
        settings, examples = self.settings, self.examples
        chunks = [users[start : start + _CHUNK] for start in range(0, len(users), _CHUNK)]
        draw = partial(batch, negatives=settings.wrong_items(examples.n_items), chances=self._chances, rng=rng)
        for chunk in chunks:
            target = _entries(examples.target, examples.histories, chunk)
            found = [draw(examples.histories[chunk], target, kind=None, weight=1 / len(chunks))]
            if settings.knowledge and self._kinds:
                kind = int(rng.integers(len(self._kinds)))
                baskets = self._kinds[kind]
                if baskets.shape[0]:
                    some = baskets[np.sort(rng.integers(baskets.shape[0], size=len(chunk)))]
                    share = settings.knowledge / len(chunks)
                    found.append(draw(some, np.ones(some.nnz, np.bool_), kind=kind, weight=share))
            yield from filter(None, found)

    def _loss(self, own: Batch, P: torch.Tensor, Q: torch.Tensor) -> torch.Tensor:
        """Give the sum of a batch's losses."""
        settings, network = self.settings, self.network
        seen, heard = own.split.seen, P
        if large(P):
            items = np.flatnonzero(np.bincount(seen.indices, minlength=len(P)))
            seen, heard = seen[:, items], rows_of(P, torch.from_numpy(items).to(self.device))
        queries = Adjacency(seen, self.device) @ torch.nn.functional.dropout(heard, settings.history_dropout)
        if own.kind is not None:
            queries = queries + network.kinds[own.kind]
        queries = torch.nn.functional.dropout(queries, settings.score_dropout) * torch.exp(network.temperature)
        return softmax_loss(queries, Q, own.split, rivals=own.rivals, half=self._half)

    def _extra(self, P: torch.Tensor, Q: torch.Tensor, n_items: int, rng: np.random.Generator) -> torch.Tensor:
        """Give the losses that no history has a part in."""
        settings = self.settings
        extra = torch.zeros((), device=self.device)
        if settings.penalty:
            extra = extra + settings.penalty * (P.square().sum() + Q.square().sum())
        if settings.alignment and len(self.examples.modalities) > 1:
            items = torch.from_numpy(rng.choice(n_items, min(_ALIGNED, n_items), False)).to(self.device)
            extra = extra + settings.alignment * alignment_loss(self.network.modality_vectors(items))
        return extra

    def _clear(self) -> None:
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)

    def _advance(self) -> None:
        for optimizer in self.optimizers:
            optimizer.step()


def train_vectors(
    examples: Examples,
    settings: NetworkSettings,
    *,
    epochs: int,
    checkpoint: Path | None = None,
    told: Told | None = None,
) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Train the members one after the other, and give their vectors side by side.

    Killed at any moment, the same call goes on from its checkpoint.

    Args:
        examples: to learn.
        settings: of the network.
        epochs: to stop after; the learning rate falls as if it were ``settings.epochs``.
        checkpoint: beginning of the names of the files to keep the state in; those of another training are removed.
            They stay at the end, so that a kill before the vectors are stored loses nothing: ``recommender.kept``
            removes them.
        told: of each epoch.

    Raises:
        ModelError: there is nothing to learn from, or the checkpoint is damaged.
    """
    found = []
    belong = [fingerprint(examples, settings, member) for member in range(settings.members)]
    states: list[Path | None] = [None] * settings.members
    if checkpoint is not None:
        states = [checkpoint.with_name(f"{checkpoint.name}.{own[:16]}") for own in belong]
        for old in set(checkpoint.parent.glob(f"{glob.escape(checkpoint.name)}.*")) - set(states):
            old.unlink()  # of a training with other data or other settings
    for member, (own, belongs_to) in enumerate(zip(states, belong, strict=True)):
        trainer = Trainer(examples, settings, member=member)
        if own is not None:
            trainer.restore(own, belongs_to=belongs_to)
            if trainer.epoch > epochs:  # of a training that more epochs had been chosen for
                trainer = Trainer(examples, settings, member=member)
        written = time.monotonic()
        while trainer.epoch < epochs:
            loss = trainer.run_epoch()
            if told is not None:
                told(member * epochs + trainer.epoch, settings.members * epochs, loss)
            late = time.monotonic() - written > settings.checkpoint_seconds
            if own is not None and (late or trainer.epoch == epochs):
                trainer.save(own, belongs_to=belongs_to)
                written = time.monotonic()
        found.append(trainer.vectors())
    return joined(found)


def joined(members: Sequence[tuple[FloatArray, dict[str, FloatArray]]]) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Put the vectors of several networks side by side, so that scores of histories add up."""
    inputs = np.concatenate([P for P, _ in members], axis=1)
    names = list(members[0][1])
    return inputs, {name: np.concatenate([parts[name] for _, parts in members], axis=1) for name in names}


def fingerprint(examples: Examples, settings: NetworkSettings, member: int) -> str:
    """Give the SHA-256 of everything that a training depends on, but for the machine."""
    digest = hashlib.sha256(json.dumps([asdict(settings), member, DAMPING], sort_keys=True).encode())
    graph = examples.graph
    matrices = {"histories": examples.histories, "items": graph.items}
    matrices |= {f"link {name}": own for name, own in graph.links.items()}
    matrices |= {f"basket {name}": own for name, own in graph.baskets.items()}
    arrays = {
        f"{name} {place}": array
        for name, own in matrices.items()
        for place, array in enumerate((own.indptr, own.indices, own.data))
    }
    arrays["target"] = examples.target
    for number, modality in enumerate(examples.modalities):
        arrays |= {f"{number} {modality.name}": modality.matrix, f"{number} present": modality.present}
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _entries(values: BoolArray, matrix: Csr, rows: IntArray) -> BoolArray:
    """Give the values of the stored entries of some rows."""
    indptr = matrix.indptr
    counts = np.diff(indptr)[rows]
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen: BoolArray = values[np.repeat(indptr[rows], counts) + offset]
    return chosen


def _optimizers(network: FusionNetwork, settings: NetworkSettings) -> list[torch.optim.Optimizer]:
    """Give Adam for everything; where neighbours are drawn, lazily for the tables, of which a step meets few rows."""
    tables = network.tables() if settings.sampled else []
    known = {id(own) for own in tables}
    rest = [own for own in network.parameters() if id(own) not in known]
    found: list[torch.optim.Optimizer] = [torch.optim.Adam(rest, lr=settings.learning_rate, fused=True)]
    if tables:
        found.append(torch.optim.SparseAdam(tables, lr=settings.learning_rate))
    return found
