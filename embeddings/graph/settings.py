"""Settings of graph vectors, and the defaults of each model that a search on a validation part gave.

The trials are in ``docs/explanation/graph-vectors.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from kg.errors import ConfigurationError

SOFTMAX = "softmax"
"""Name of our own loss; any other name is that of a PyKEEN loss."""


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """What to train and how.

    Attributes:
        model: name of a PyKEEN model, default ``TransE``.
        dim: numbers in a vector, default 128.
        options: further arguments of the PyKEEN model, JSON values, default none.
        inverse: learn a second vector for each relation the other way round, default true.
        loss: ``softmax`` (default; see ``embeddings.graph.softmax``) or the name of a PyKEEN loss.
        loss_options: arguments of the PyKEEN loss, default none.
        negatives: with ``softmax``, entities drawn for a batch, to which all of its triples are compared, 0 for all
            entities; with a PyKEEN loss, wrong triples for each right one. Default 1,000.
        sampler: of wrong triples for a PyKEEN loss, ``basic`` (default), ``bernoulli`` or ``pseudotyped``.
        batch: with ``softmax``, questions (``head, relation, ?``) in a batch, each with all of its answers; with a
            PyKEEN loss, triples. Default 512; a small graph gets smaller ones (``embeddings.graph.objectives``).
        epochs: passes over the triples at most, default 30.
        optimizer: ``Adam`` (default), ``AdamW`` or ``Adagrad``.
        learning_rate: at the start, default 0.01; it falls along half a cosine to ``final_rate`` of itself.
        final_rate: share of the learning rate left in the last epoch, default 0.02; 1 for a constant rate.
        weight_decay: of the optimizer, default 0; TransR's projections know none, for it would pull them to zero.
        projection_rate: share of the learning rate with which TransR's projections learn, default 0.1: each number of
            a projection moves all entities of its relation.
        confidence: weigh each triple by its confidence, default true.
        validation_share: of the triples, held out to stop early, default 0.05.
        validation_most: triples to validate with at most, default 2,500.
        validation_every: epochs between two validations, default 2.
        patience: validations without a better MRR after which training stops, default 3; 0 never stops early.
        max_seconds: of training, after which it stops at the next validation; None (default) for no limit. With a
            limit, the result depends on the machine.
        device: ``auto`` (default: a GPU if there is one), ``cpu``, ``cuda`` or ``cuda:1``.
        mixed_precision: ``auto`` (default: bfloat16 products on a GPU that has them, for models without distances),
            ``on`` or ``off``.
        evaluation_mib: memory for the scores of one block when ranking, in MiB, default 256.
        seed: every random choice follows from it, default 0.
    """

    model: str = "TransE"
    dim: int = 128
    options: Mapping[str, Any] = field(default_factory=dict)
    inverse: bool = True
    loss: str = SOFTMAX
    loss_options: Mapping[str, Any] = field(default_factory=dict)
    negatives: int = 1000
    sampler: str = "basic"
    batch: int = 512
    epochs: int = 30
    optimizer: str = "Adam"
    learning_rate: float = 0.01
    final_rate: float = 0.02
    weight_decay: float = 0.0
    projection_rate: float = 0.1
    confidence: bool = True
    validation_share: float = 0.05
    validation_most: int = 2500
    validation_every: int = 2
    patience: int = 3
    max_seconds: float | None = None
    device: str = "auto"
    mixed_precision: str = "auto"
    evaluation_mib: float = 256.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if not value >= least:
                raise ConfigurationError(f"The graph vectors' {name} is {value}; give {least} or more.")
        for name in ("learning_rate", "final_rate"):
            if not 0 < getattr(self, name) <= (1 if name == "final_rate" else 100):
                raise ConfigurationError(f"The graph vectors' {name} is {getattr(self, name)}; give one above 0.")
        if not 0 <= self.validation_share < 1:
            raise ConfigurationError(
                f"The graph vectors' validation_share is {self.validation_share}; give a share from 0 to below 1."
            )
        for name, allowed in _ALLOWED.items():
            if getattr(self, name) not in allowed:
                raise ConfigurationError(
                    f'The graph vectors\' {name} is "{getattr(self, name)}"; give one of: {", ".join(allowed)}.'
                )

    def learned_with(self) -> dict[str, Any]:
        """Give all that the result depends on, as JSON values; where it runs and how long it may take are not."""
        return {
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in asdict(self).items()
            if name not in _OUTSIDE
        }


_LEAST: Mapping[str, float] = {
    "dim": 1,
    "negatives": 0,
    "batch": 1,
    "epochs": 1,
    "weight_decay": 0,
    "projection_rate": 0,
    "validation_most": 0,
    "validation_every": 1,
    "patience": 0,
    "evaluation_mib": 1,
    "seed": 0,
}
_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "optimizer": ("Adam", "AdamW", "Adagrad"),
    "mixed_precision": ("auto", "on", "off"),
}
_OUTSIDE = ("max_seconds", "device", "evaluation_mib")
"""Settings that say where and how long, not what."""

_STARTS_FROM: Mapping[str, str] = {"TransR": "TransE"}
_SHARED = (
    "dim",
    "inverse",
    "negatives",
    "batch",
    "confidence",
    "validation_share",
    "validation_most",
    "device",
    "evaluation_mib",
    "seed",
)
"""Settings that a model and the one it starts from have in common."""

_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "TransE": {
        "dim": 256,
        "inverse": False,
        "optimizer": "AdamW",
        "learning_rate": 0.03,
        "weight_decay": 0.02,
        "epochs": 20,
    },
    "TransR": {
        "dim": 256,
        "inverse": False,
        "learning_rate": 3e-4,
        "epochs": 4,
        "validation_every": 1,
        "patience": 2,
    },
}


def default_settings(model: str = "TransE", **changes: Any) -> GraphSettings:
    """Give the defaults of a model, with some of them changed.

    Raises:
        ConfigurationError: a setting is unknown or wrong.
    """
    known = {entry.name for entry in fields(GraphSettings)}
    for name in changes:
        if name not in known:
            raise ConfigurationError(f'Graph vectors have no setting "{name}". There are: {", ".join(sorted(known))}.')
    return replace(GraphSettings(model=model), **{**_DEFAULTS.get(model, {}), **changes})


def start_settings(settings: GraphSettings, **changes: Any) -> GraphSettings | None:
    """Give how to train the model that another starts from, TransE for TransR; None for one that starts by chance.

    What both must share is taken over, the rest is the default of the model to start from.

    Args:
        settings: of the training that shall start from it.
        changes: to what comes out, such as ``epochs``.

    Raises:
        ConfigurationError: a setting is unknown or wrong.
    """
    name = _STARTS_FROM.get(settings.model)
    if name is None:
        return None
    return default_settings(name, **{own: getattr(settings, own) for own in _SHARED} | changes)
