"""Searching the network's settings on the validation part, for as many minutes as one has."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from embeddings.devices import chosen_device
from kg.errors import DivergedError, MemoryEstimateError, ModelError
from kg.snapshot import Holdout, Snapshot
from recommender.baskets import all_baskets
from recommender.models import model
from recommender.network.blend import worth
from recommender.network.estimate import check_memory, extent_before
from recommender.network.material import Material
from recommender.network.modality import Modality
from recommender.network.settings import DECISION
from recommender.network.validation import Progress, Validation
from recommender.settings import TrainSettings
from recommender.training import can_judge, network_parted, parted

if TYPE_CHECKING:
    import optuna

    from embeddings.vectors import Vectors

_CHOICES: Mapping[str, Sequence[int]] = {
    "dim": (64, 128, 192, 256),
    "hops": (0, 1, 2),
    "epochs": (6, 10, 16, 24),
    "batch": (128, 256, 512, 1_024),
    "neighbours": (10, 20, 40),
}
_RANGES = {
    "learning_rate": (0.002, 0.02, True),
    "history_dropout": (0.0, 0.5, False),
    "score_dropout": (0.0, 0.4, False),
    "node_dropout": (0.0, 0.7, False),
    "penalty": (1e-6, 1e-4, True),
    "knowledge": (0.0, 1.0, False),
}

_MISFITS = 100
"""So many choices one after the other that would not fit into memory end the search."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt.

    Attributes:
        changes: settings of the network that differ from those the search began with.
        worth: mean of its metrics' ratios to those of the closed form alone.
        metrics: of the validation part.
        epochs: that were best.
        seconds: it took.
    """

    changes: Mapping[str, float]
    worth: float
    metrics: Mapping[str, float]
    epochs: int
    seconds: float


def search(
    snapshot: Snapshot,
    holdout: Holdout,
    settings: TrainSettings,
    *,
    minutes: float,
    fixed: Collection[str] = (),
    modalities: Sequence[Vectors] = (),
    found: Callable[[tuple[Tried, ...]], None] | None = None,
    progress: Progress | None = None,
) -> tuple[Tried, ...]:
    """Try settings of the network until the minutes are over; give the attempts, the best first.

    The settings given come first, and are brought to an end however long they take; others are chosen by
    tree-structured Parzen estimators (Bergstra et al. 2011; Optuna), and one that time cuts off does not count, nor
    does one that would not fit into the memory allowed or whose training diverges. The test part is not looked at.

    Args:
        snapshot: to learn from.
        holdout: its validation part, where the data came with one.
        settings: of training, with parameters of the closed form and settings of the network.
        minutes: to search for.
        fixed: names of the network's settings that every attempt takes as they were given.
        modalities: vectors of products that the network takes in.
        found: given the attempts so far, the best first, after each of them.
        progress: told what is being done, and of the seconds that have passed.

    Raises:
        ConfigurationError: there is no such device here.
        ModelError: there is no network in the settings that is trained, or nobody to judge it by.
        DivergedError: the training of the settings given diverges.
        MemoryEstimateError: the network of the settings given would not fit into the memory allowed.
    """
    import optuna

    if settings.network is None:
        raise ModelError('There is no network to search settings for: [network] fusion is "none".')
    if settings.network.fusion == DECISION:
        raise ModelError('[network] fusion is "decision", which trains no network: there is nothing to search for.')
    chosen_device(settings.network.device)
    began = time.monotonic()
    tell = progress or (lambda stage, done, total: None)
    start = settings.network
    data, given, rest, held = parted(snapshot, holdout, settings)
    extent = extent_before(data, [own.dim for own in modalities])
    check_memory(extent, start, memory_gib=settings.memory_gib)
    rest, held = network_parted(data, given, rest, held, snapshot.split_method, settings)
    rest = rest.faded(settings.recency or 0.0)
    if not can_judge(held):
        raise ModelError("Too few customers can judge settings of the network. Train with the defaults.")
    chosen = model(settings.model)
    parameters = {**chosen.defaults(all_baskets(data)), **(settings.parameters or {})}
    material = Material(
        rest=rest,
        held=held,
        whole=data,
        modalities=[Modality.of(vectors, data.item_ids) for vectors in modalities],
        model=chosen.name,
        parameters=parameters,
        resources=settings.resources,
    )
    validation = Validation(material, start, tell)
    tried: list[Tried] = []

    def objective(trial: optuna.Trial) -> float:
        changes: dict[str, Any] = {} if trial.number == 0 else _drawn(trial, fixed)
        since = time.monotonic()

        def told(stage: str, done: int, total: int) -> None:
            passed = time.monotonic() - began
            if tried and passed > 60 * minutes:
                raise optuna.TrialPruned
            best = max((own.worth for own in tried), default=0.0)
            tell(f"attempt {len(tried) + 1}, best {best:.4f} of the closed form", int(passed), int(60 * minutes))

        own = replace(start, **changes)
        check_memory(extent, own, memory_gib=settings.memory_gib)
        judged = validation.under(own).choose_epochs(told)
        gained = worth(judged.joined, judged.alone)
        tried.append(Tried(changes, gained, judged.joined, judged.epochs, time.monotonic() - since))
        return tried[-1].worth

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=settings.seed))
    choosable = not {*_CHOICES, *_RANGES} <= set(fixed)
    misfits = 0
    while not tried or (choosable and misfits < _MISFITS and time.monotonic() - began < 60 * minutes):
        trial = study.ask()  # not `optimize`, which turns an interruption at a bad moment into an error of its own
        try:
            study.tell(trial, objective(trial))
        except optuna.TrialPruned:
            break
        except (MemoryEstimateError, DivergedError) as error:
            if not tried:
                raise
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
            misfits = misfits + 1 if isinstance(error, MemoryEstimateError) else 0
            continue
        misfits = 0
        if found is not None:
            found(_ranked(tried))
    return _ranked(tried)


def _ranked(tried: Sequence[Tried]) -> tuple[Tried, ...]:
    return tuple(sorted(tried, key=lambda own: -own.worth))


def _drawn(trial: optuna.Trial, fixed: Collection[str]) -> dict[str, Any]:
    """Choose all settings that are searched but the fixed ones."""
    choices = {name: values for name, values in _CHOICES.items() if name not in fixed}
    ranges = {name: bounds for name, bounds in _RANGES.items() if name not in fixed}
    drawn: dict[str, Any] = {name: trial.suggest_categorical(name, values) for name, values in choices.items()}
    for name, (low, high, log) in ranges.items():
        drawn[name] = trial.suggest_float(name, low, high, log=log)
    return drawn
