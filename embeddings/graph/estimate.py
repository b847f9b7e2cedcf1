"""What a training will take, before it starts: memory by counting, time by trying a few batches."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from embeddings.graph.ranking import COPIES, block_rows
from embeddings.graph.run import Run, parted
from embeddings.graph.settings import SOFTMAX, GraphSettings
from embeddings.graph.triples import Triples

_FLOAT = 4
_STATES = {"Adam": 2, "AdamW": 2, "Adagrad": 1}
_SCORES_HELD = 4
"""Matrices of scores that the loss and its gradient hold at once."""
_VECTORS_HELD = 8
"""Copies of the vectors of a batch that scoring and its gradient hold at once."""
_TRIPLE_BYTES = 200
"""Of a triple: rows, weight, its two questions with answers, and what sorting them takes."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a training will take.

    Attributes:
        parameters: numbers that are learned.
        memory_bytes: at most, beside the libraries themselves; on a GPU, the part of it without the triples is there.
        seconds_per_epoch: without validation.
        seconds_per_validation: of one validation.
        seconds: if all epochs are run; early stopping only makes it less.
    """

    parameters: int
    memory_bytes: int
    seconds_per_epoch: float
    seconds_per_validation: float
    seconds: float


def estimate(
    triples: Triples, *, settings: GraphSettings, validation: Triples | None = None, probe_seconds: float = 2.0
) -> Estimate:
    """Say what ``train_graph_model`` with the same arguments will take.

    Memory is counted from the sizes. Time is measured on a few batches of a model that is thrown away, so it holds for
    this machine as busy as it is now.

    Args:
        triples: to learn.
        settings: how.
        validation: as for the training.
        probe_seconds: how long to try; one batch is tried at least.

    Raises:
        ConfigurationError: as for the training.
    """
    probe = _Probe(triples, validation, settings)
    per_epoch = probe.seconds_per_epoch(probe_seconds)
    per_validation = probe.seconds_per_validation(probe_seconds)
    validations = settings.epochs // settings.validation_every
    return Estimate(
        probe.parameters,
        memory_bytes(triples, settings=settings, parameters=probe.parameters),
        per_epoch,
        per_validation,
        settings.epochs * per_epoch + validations * per_validation,
    )


def memory_bytes(triples: Triples, *, settings: GraphSettings, parameters: int) -> int:
    """Count the memory of a training: model, gradient, optimizer, best model so far, batch, ranking and triples."""
    model = parameters * _FLOAT * (3 + _STATES[settings.optimizer])
    n_entities = len(triples.entities)
    if settings.loss == SOFTMAX:
        drawn = min(settings.negatives or n_entities, n_entities)
        asked = max(1, 2 * len(np.unique(triples.rows[:, :2], axis=0)))
        answers = settings.batch * max(1.0, 2 * len(triples) / asked) * 2
        batch = (
            settings.batch * drawn * _SCORES_HELD
            + (drawn + settings.batch + 3 * answers) * _VECTORS_HELD * settings.dim
        )
    else:
        batch = settings.batch * (1 + settings.negatives) * 3 * _VECTORS_HELD * settings.dim
    rows = min(block_rows(n_entities, memory_mib=settings.evaluation_mib), 2 * settings.validation_most)
    ranking = rows * n_entities * COPIES
    return int(model + max(batch, ranking) * _FLOAT + len(triples) * _TRIPLE_BYTES)


class _Probe:
    """A training that is tried for a moment and thrown away.

    Args:
        triples: to learn.
        validation: as for ``train_graph_model``.
        settings: how.
    """

    def __init__(self, triples: Triples, validation: Triples | None, settings: GraphSettings) -> None:
        learned, held = parted(triples, validation, settings)
        self._run = Run(learned, held, settings, None, None)
        self.parameters = sum(parameter.numel() for parameter in self._run.model.parameters())

    def seconds_per_epoch(self, limit: float) -> float:
        """Time batches for ``limit`` seconds, after one that warms up, and give what an epoch of them takes."""
        batches = self._run.objective.batches(0)
        self._run.step(batches[0], 0)
        self._run.synchronize()
        began, done = time.monotonic(), 0
        while done == 0 or (time.monotonic() - began < limit and done + 1 < len(batches)):
            self._run.step(batches[(done + 1) % len(batches)], done)
            done += 1
        self._run.synchronize()
        return (time.monotonic() - began) / done * len(batches)

    def seconds_per_validation(self, limit: float) -> float:
        """Time the ranking of some of the validation part, and give what ranking all of it takes."""
        held = self._run.ranked
        size, spent = 64, 0.0
        while len(held) and spent < limit / 4:
            size = min(2 * size, len(held))
            began = time.monotonic()
            self._run.validate(held.taken(np.arange(size)))
            self._run.synchronize()
            spent = time.monotonic() - began
            if size == len(held):
                break
        return spent / size * len(held) if len(held) else 0.0
