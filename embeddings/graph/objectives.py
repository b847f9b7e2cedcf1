"""Objectives: how the triples are cut into batches, and the loss of a batch.

All chance in a batch follows from the seed, the epoch and the batch's number, so a training that is taken up again
needs no state of any generator: it only needs to know where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch

from embeddings.graph.adapter import PykeenLoss
from embeddings.graph.questions import Questions, head_questions, joined, tail_questions
from embeddings.graph.settings import SOFTMAX, GraphSettings
from embeddings.graph.softmax import softmax_loss
from embeddings.graph.triples import Triples
from kg.ids import IntArray

Batch = tuple[int, IntArray]
"""Which group of the objective, and which rows of it."""
_BATCHES, _DRAWS = 1, 2
_LEAST_BATCHES, _SMALLEST = 32, 32
"""Batches that an epoch of a small graph is cut into, as long as none is smaller than this."""


class Objective(Protocol):
    """What is minimised."""

    def batches(self, epoch: int) -> Sequence[Batch]:
        """Give the batches of an epoch, in order."""
        ...

    def loss(self, model: torch.nn.Module, batch: Batch, *, epoch: int, number: int) -> torch.Tensor:
        """Give the mean loss of a batch; ``number`` is its place in the epoch."""
        ...


def make_objective(triples: Triples, settings: GraphSettings, *, by_relation: bool) -> Objective:
    """Give the objective of the settings.

    Args:
        triples: to learn.
        settings: of the training.
        by_relation: put questions about the same relation into the same batch, for models that gain by it.

    Raises:
        ConfigurationError: PyKEEN has no such loss or sampler.
    """
    if settings.loss == SOFTMAX:
        return SoftmaxObjective(triples, settings, by_relation=by_relation)
    return PykeenObjective(triples, settings)


class SoftmaxObjective:
    """Softmax over drawn entities; a batch is of questions of one side (``embeddings.graph.softmax``)."""

    def __init__(self, triples: Triples, settings: GraphSettings, *, by_relation: bool) -> None:
        if not settings.confidence:
            triples = Triples(triples.entities, triples.relations, triples.rows, np.ones(len(triples)))
        tails = tail_questions(triples, inverse=settings.inverse)
        heads = head_questions(triples, inverse=settings.inverse)
        self._groups: tuple[Questions, ...] = (joined(tails, heads),) if settings.inverse else (tails, heads)
        self._settings = settings
        self._by_relation = by_relation

    def batches(self, epoch: int) -> Sequence[Batch]:
        """Give the batches of an epoch."""
        rng = np.random.default_rng([self._settings.seed, _BATCHES, epoch])
        found: list[Batch] = []
        for number, group in enumerate(self._groups):
            order = rng.permutation(len(group))
            size = batch_size(len(group), self._settings)
            cut = _cut_by_relation(order, group.relation, size, rng) if self._by_relation else _cut(order, size)
            found += [(number, part) for part in cut]
        # Sides take turns at random; with inverse relations there is but one side, in random order already.
        return found if len(self._groups) == 1 else [found[place] for place in rng.permutation(len(found))]

    def loss(self, model: torch.nn.Module, batch: Batch, *, epoch: int, number: int) -> torch.Tensor:
        """Give the mean loss over the answers of a batch."""
        group, chosen = batch
        return softmax_loss(
            model,
            self._groups[group],
            chosen,
            negatives=self._settings.negatives,
            generator=seeded(self._settings.seed, epoch, number),
        )


class PykeenObjective:
    """A PyKEEN loss on right and wrong triples.

    Few of PyKEEN's losses weigh triples, so a triple takes part in an epoch with the probability of its confidence:
    on average over epochs that is the weighted loss.
    """

    def __init__(self, triples: Triples, settings: GraphSettings) -> None:
        rows = triples.rows
        weight = triples.weight
        n_relations = len(triples.relations)
        if settings.inverse:
            head, relation, tail = rows.T
            rows = np.concatenate(
                (np.column_stack((head, 2 * relation, tail)), np.column_stack((tail, 2 * relation + 1, head)))
            )
            weight = np.concatenate((weight, weight))
            n_relations *= 2
        self._rows = torch.from_numpy(np.array(rows))
        self._weight = weight if settings.confidence else np.ones(len(rows))
        self._settings = settings
        self._loss = PykeenLoss(settings, self._rows, n_entities=len(triples.entities), n_relations=n_relations)

    def batches(self, epoch: int) -> Sequence[Batch]:
        """Give the batches of an epoch."""
        rng = np.random.default_rng([self._settings.seed, _BATCHES, epoch])
        order = rng.permutation(len(self._rows))
        if self._weight.min(initial=1.0) < 1:
            order = order[rng.random(len(order)) < self._weight[order]]
        return [(0, part) for part in _cut(order, batch_size(len(self._rows), self._settings))]

    def loss(self, model: torch.nn.Module, batch: Batch, *, epoch: int, number: int) -> torch.Tensor:
        """Give the mean loss of a batch of right triples, each beside its wrong ones."""
        device = next(model.parameters()).device
        self._loss.to(device)
        rows = self._rows[torch.from_numpy(batch[1])].to(device)
        return self._loss(model, rows)


def batch_size(n_rows: int, settings: GraphSettings) -> int:
    """Give the rows of a batch: a small graph gets smaller batches, or an epoch of it would be a handful of steps."""
    return min(settings.batch, max(_SMALLEST, n_rows // _LEAST_BATCHES))


def seeded(seed: int, epoch: int, number: int) -> torch.Generator:
    """Give the generator of one batch's draws."""
    return torch.Generator().manual_seed(batch_seed(seed, epoch, number))


def batch_seed(seed: int, epoch: int, number: int) -> int:
    """Give the seed of one batch, from 0 to below 2 ** 63."""
    return int(np.random.SeedSequence([seed, _DRAWS, epoch, number]).generate_state(1, np.uint64)[0] >> 1)


def _cut(order: IntArray, size: int) -> list[IntArray]:
    return [order[start : start + size] for start in range(0, len(order), size)]


def _cut_by_relation(order: IntArray, relation: IntArray, size: int, rng: np.random.Generator) -> list[IntArray]:
    """Cut into batches of ``size`` to twice as many, each of whole pieces of one relation, in random order."""
    ordered = order[np.argsort(relation[order], kind="stable")]
    bounds = np.flatnonzero(np.diff(relation[ordered])) + 1
    pieces = [piece for whole in np.split(ordered, bounds) for piece in _cut(whole, size)]
    batches: list[IntArray] = []
    waiting: list[IntArray] = []
    for place in rng.permutation(len(pieces)):
        waiting.append(pieces[place])
        if sum(map(len, waiting)) >= size:
            batches.append(np.concatenate(waiting))
            waiting = []
    if waiting:
        batches.append(np.concatenate(waiting))
    return batches
