"""One training as it goes: the model, where it stands, what validation has seen, and its state for a checkpoint."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from embeddings.devices import chosen_device
from embeddings.graph.adapter import (
    build_model,
    gains_by_relation,
    measures_distances,
    projection_parameters,
    start_from,
)
from embeddings.graph.checkpoint import Checkpoint, write_checkpoint
from embeddings.graph.model import GraphModel
from embeddings.graph.objectives import Batch, Objective, batch_seed, make_objective
from embeddings.graph.ranking import rank
from embeddings.graph.settings import GraphSettings
from embeddings.graph.triples import Triples, hold_out
from embeddings.vectors import Vectors
from kg.errors import ConfigurationError, ModelError

_REPORT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is.

    Attributes:
        epoch: the running one, from 1; ``epochs`` at most.
        epochs: of the settings.
        batch: batches done in this epoch, of ``batches``.
        batches: in this epoch.
        loss: mean of the epoch so far.
        validation_mrr: of the last validation, None before the first.
        best_mrr: of the best validation, None before the first.
        seconds: since this process began to train.
        seconds_left: if every epoch of the settings is run, None where nothing is known yet.
    """

    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float
    validation_mrr: float | None
    best_mrr: float | None
    seconds: float
    seconds_left: float | None


ProgressCallback = Callable[[Progress], None]


def parted(triples: Triples, validation: Triples | None, settings: GraphSettings) -> tuple[Triples, Triples]:
    """Give the triples to learn and those to validate with, as the settings say.

    Raises:
        ConfigurationError: there is nothing to learn from.
    """
    if not len(triples):
        raise ConfigurationError("There is no triple to learn from. Choose more relations, or build the graph first.")
    if validation is None:
        return hold_out(triples, share=settings.validation_share, most=settings.validation_most, seed=settings.seed)
    return triples, validation


def _sample(validation: Triples, settings: GraphSettings) -> Triples:
    """Take as many as the settings allow; what is not ranked is still left out of the ranking as known to be true."""
    order = np.random.default_rng([settings.seed, len(validation)]).permutation(len(validation))
    return validation.taken(np.sort(order[: settings.validation_most]))


class Run:
    """One training: the model, where it stands, and the best that validation has seen."""

    def __init__(
        self,
        triples: Triples,
        validation: Triples,
        settings: GraphSettings,
        start: Vectors | GraphModel | None,
        progress: ProgressCallback | None,
    ) -> None:
        self.triples, self.validation, self.settings = triples, validation, settings
        self.ranked = _sample(validation, settings)
        self.device = chosen_device(settings.device)
        model = build_model(settings, n_entities=len(triples.entities), n_relations=len(triples.relations))
        if start is not None:
            _start(model, triples, settings, start)
        self.started = start is not None
        self.model = model.to(self.device)
        self.objective: Objective = make_objective(triples, settings, by_relation=gains_by_relation(model))
        self.optimizer = _optimizer(self.model, settings)
        self.progress = progress
        self.epoch, self.batch = 0, 0
        self.total, self.counted, self.last_loss = 0.0, 0, math.nan
        self.stale, self.best_epoch = 0, 0
        self.history: list[dict[str, float]] = []
        self.best: dict[str, torch.Tensor] = {}
        self._began = self._reported = time.monotonic()
        self._done_here = 0.0

    def train(self, path: Path | None, *, belongs_to: str, checkpoint_seconds: float) -> None:
        """Run until the last epoch, or until validation no longer gets better."""
        self._began = written = time.monotonic()
        if self.started and not self.epoch and not self.batch:
            self._judge_start()
        while not self._finished():
            batches = self.objective.batches(self.epoch)
            for number in range(self.batch, len(batches)):
                rate = _rate(self.settings, (self.epoch + number / len(batches)) / self.settings.epochs)
                for group in self.optimizer.param_groups:
                    group["lr"] = rate * group["share"]
                torch.manual_seed(batch_seed(self.settings.seed, self.epoch, number))
                self.total += self.step(batches[number], number)
                self.counted += 1
                self.batch = number + 1
                self._done_here += 1 / len(batches)
                if self.batch < len(batches):
                    self._report(len(batches))
                if path is not None and time.monotonic() - written >= checkpoint_seconds:
                    write_checkpoint(path, self._state(), belongs_to=belongs_to)
                    written = time.monotonic()
            self._end_epoch()
            self._report(len(batches), always=True)
        if path is not None:
            write_checkpoint(path, self._state(), belongs_to=belongs_to)

    def result(self) -> GraphModel:
        """Give the model of the best validation, or of the last epoch where there was none."""
        if self.best:
            self.model.load_state_dict(self.best)
        best = self.history[self.best_epoch_place] if self.best else None
        metrics: dict[str, Any] = {"epochs": self.epoch, "triples": len(self.triples), "history": self.history}
        if best is not None:
            metrics["validation"] = {name: value for name, value in best.items() if name not in ("epoch", "loss")}
            metrics["validation_triples"] = len(self.ranked)
            metrics["best_epoch"] = int(best["epoch"])
        return GraphModel(
            self.model.to("cpu"),
            self.triples.entities,
            self.triples.relations,
            settings=self.settings,
            metrics=metrics,
            source=self.triples.fingerprint,
        )

    @property
    def best_epoch_place(self) -> int:
        """Where in the history the best validation stands."""
        return next(place for place, entry in enumerate(self.history) if entry["epoch"] == self.best_epoch)

    def restore(self, checkpoint: Checkpoint | None) -> None:
        """Go on from a checkpoint."""
        if checkpoint is None:
            return
        state = checkpoint.state
        self.epoch, self.batch = int(state["epoch"]), int(state["batch"])
        self.total, self.counted = float(state["total"]), int(state["counted"])
        self.stale, self.best_epoch = int(state["stale"]), int(state["best_epoch"])
        self.history = list(state["history"])
        parts: dict[str, dict[str, torch.Tensor]] = {"model": {}, "best": {}, "optimizer": {}}
        for name, tensor in checkpoint.tensors.items():
            part, _, own = name.partition("/")
            parts[part][own] = tensor
        self.model.load_state_dict(parts["model"])
        self.best = parts["best"]
        _restore_optimizer(self.optimizer, parts["optimizer"])

    def _state(self) -> Checkpoint:
        tensors = {f"model/{name}": tensor for name, tensor in self.model.state_dict().items()}
        tensors |= {f"best/{name}": tensor for name, tensor in self.best.items()}
        for place, values in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer/{place}/{name}": torch.as_tensor(value) for name, value in values.items()}
        state = {
            "epoch": self.epoch,
            "batch": self.batch,
            "total": self.total,
            "counted": self.counted,
            "stale": self.stale,
            "best_epoch": self.best_epoch,
            "history": self.history,
        }
        return Checkpoint(tensors, state)

    def step(self, batch: Batch, number: int) -> float:
        """Learn from one batch, and give its loss."""
        loss = self._loss(batch, number)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.optimizer.zero_grad()
        cast(Any, self.model).post_parameter_update()
        return float(loss.detach())

    def _loss(self, batch: Batch, number: int) -> torch.Tensor:
        self.model.train()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=mixed(self.model, self.settings, self.device)):
            loss = self.objective.loss(self.model, batch, epoch=self.epoch, number=number)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise ModelError(
                f"The loss of epoch {self.epoch + 1} is {value}: training has diverged. Give a smaller learning_rate "
                f"than {self.settings.learning_rate:g}."
            )
        return loss

    def validate(self, part: Triples) -> dict[str, float]:
        """Rank a part of the validation triples."""
        return rank(
            self.model,
            part,
            known=[self.triples, self.validation],
            inverse=self.settings.inverse,
            memory_mib=self.settings.evaluation_mib,
        )

    def synchronize(self) -> None:
        """Wait until a GPU has done all that it was told."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def _end_epoch(self) -> None:
        loss = self.total / max(1, self.counted)
        self.last_loss = loss
        self.epoch += 1
        self.batch, self.total, self.counted = 0, 0.0, 0
        due = self.epoch % self.settings.validation_every == 0 or self.epoch == self.settings.epochs
        if due:
            self._judge(loss)

    def _judge_start(self) -> None:
        with torch.no_grad():
            self._loss(self.objective.batches(0)[0], 0)  # what is no number cannot be ranked
        self._judge(math.nan)

    def _judge(self, loss: float) -> None:
        """Validate, and keep the best so far; what training starts from is judged before the first epoch."""
        if not len(self.ranked):
            return
        found = self.validate(self.ranked)
        better = not self.best or found["mrr"] > self.history[self.best_epoch_place]["mrr"]
        known = {} if math.isnan(loss) else {"loss": loss}
        self.history.append({"epoch": self.epoch, **known, **found})
        self.stale = 0 if better else self.stale + 1
        if better:
            self.best_epoch = self.epoch
            self.best = {name: tensor.detach().cpu().clone() for name, tensor in self.model.state_dict().items()}

    def _finished(self) -> bool:
        """Decide between epochs; nothing to decide in the middle of one."""
        if self.batch:
            return False
        limit = self.settings.max_seconds
        return (
            self.epoch >= self.settings.epochs
            or (self.settings.patience > 0 and self.stale >= self.settings.patience)
            or (limit is not None and time.monotonic() - self._began >= limit)
        )

    def _report(self, batches: int, *, always: bool = False) -> None:
        now = time.monotonic()
        if self.progress is None or not (always or now - self._reported >= _REPORT_SECONDS):
            return
        self._reported = now
        seconds = now - self._began
        left = self.settings.epochs - self.epoch - self.batch / batches
        known = [entry["mrr"] for entry in self.history]
        self.progress(
            Progress(
                epoch=self.epoch if always else self.epoch + 1,
                epochs=self.settings.epochs,
                batch=batches if always else self.batch,
                batches=batches,
                loss=self.total / self.counted if self.counted else self.last_loss,
                validation_mrr=known[-1] if known else None,
                best_mrr=max(known) if known else None,
                seconds=seconds,
                seconds_left=seconds / self._done_here * left if self._done_here else None,
            )
        )


def mixed(model: torch.nn.Module, settings: GraphSettings, device: torch.device) -> bool:
    """Tell whether to compute products in bfloat16: a distance between close points is lost in its three digits."""
    if settings.mixed_precision == "auto":
        return device.type == "cuda" and torch.cuda.is_bf16_supported() and not measures_distances(model)
    return settings.mixed_precision == "on"


def _rate(settings: GraphSettings, share: float) -> float:
    """Give the learning rate after a share of all epochs: half a cosine (Loshchilov & Hutter 2017)."""
    least = settings.learning_rate * settings.final_rate
    return least + (settings.learning_rate - least) * (1 + math.cos(math.pi * share)) / 2


def _optimizer(model: torch.nn.Module, settings: GraphSettings) -> torch.optim.Optimizer:
    kind: Any = getattr(torch.optim, settings.optimizer)
    projections = projection_parameters(model)
    apart = {id(parameter) for parameter in projections}
    rest = [parameter for parameter in model.parameters() if parameter.requires_grad and id(parameter) not in apart]
    groups: list[dict[str, Any]] = [{"params": rest, "share": 1.0, "weight_decay": settings.weight_decay}]
    if projections:
        groups.append({"params": projections, "share": settings.projection_rate, "weight_decay": 0.0})
    for group in groups:
        group["lr"] = settings.learning_rate * group["share"]
    made = kind(groups, fused=True)
    return cast(torch.optim.Optimizer, made)


def _restore_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, torch.Tensor]) -> None:
    state: dict[int, dict[str, torch.Tensor]] = {}
    for name, tensor in tensors.items():
        place, _, own = name.partition("/")
        state.setdefault(int(place), {})[own] = tensor
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})


def _start(model: torch.nn.Module, triples: Triples, settings: GraphSettings, start: Vectors | GraphModel) -> None:
    vectors = start.vectors() if isinstance(start, GraphModel) else start
    own = cast(Any, model).entity_representations[0]._embeddings.weight.detach().clone()
    if own.shape[1] != vectors.dim:
        raise ConfigurationError(
            f"Training cannot start from vectors of {vectors.dim} numbers: the model's have {own.shape[1]}. "
            "Give both the same dim."
        )
    for label in triples.entities.labels:
        inside = triples.entities.slice(label)
        given, there = vectors.of(label, triples.entities.label_ids(label))
        own[inside][torch.from_numpy(there)] = torch.from_numpy(given[there])
    relations = None
    if isinstance(start, GraphModel):
        if tuple(start.relations) != triples.relations or start.settings.inverse != settings.inverse:
            raise ConfigurationError(
                "Training cannot start from a model of other relations. Train it on the same relations, with the same "
                "setting of inverse, or start from its vectors alone."
            )
        relations = start.relation_vectors()
    start_from(model, own, relations)
