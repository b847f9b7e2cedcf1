"""Settings of training and of judging models; the application fills them from ``shopgraph.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.errors import ConfigurationError
from kg.schema import INTERACTION_KINDS
from recommender.data import KIND_WEIGHTS
from recommender.models.model import Resources
from recommender.network.settings import NetworkSettings


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """How a model is trained.

    Attributes:
        model: name in ``recommender.models.MODELS``; ``propagation`` joins interactions with the graph.
        relations: names of the relations to use; None (default) for all, an empty tuple for none.
        kind_weights: how much each kind of interaction counts, by relationship type.
        tune: choose weights and exponents on a validation part taken from train. Without it, ``parameters`` or the
            model's defaults are used.
        trials: settings tried while tuning; None (default) for as many as the parameters ask for
            (``recommender.tuning.usual_trials``).
        validation_fraction: share of each customer's products taken from train while tuning, default 0.15.
        parameters: settings of the model that are known, such as those an earlier tuning wrote into its manifest;
            None for the model's defaults.
        memory_gib: what training may use, GiB, default 8; a model that would need more takes its sparse way.
        neighbours: item weights kept for each item in the artefact, default 1,000.
        recency: half-life of an interaction's weight, days between it and the customer's last; 0 for no fading. None
            (default): chosen on the validation part where ``tune``, else no fading.
        network: of the network that joins ``propagation``; None (default) for none.
        seed: of the validation part and of tuning, default 0.
    """

    model: str = "propagation"
    relations: tuple[str, ...] | None = None
    kind_weights: Mapping[str, float] = field(default_factory=lambda: dict(KIND_WEIGHTS))
    tune: bool = True
    trials: int | None = None
    validation_fraction: float = 0.15
    parameters: Mapping[str, float] | None = None
    memory_gib: float = 8.0
    neighbours: int = 1_000
    recency: float | None = None
    network: NetworkSettings | None = None
    seed: int = 0

    @property
    def resources(self) -> Resources:
        """What fitting may use and how much of the result is kept."""
        return Resources(memory_gib=self.memory_gib, neighbours=self.neighbours)

    def __post_init__(self) -> None:
        if not 0 < self.validation_fraction < 1:
            raise ConfigurationError(
                f"validation_fraction is {self.validation_fraction}; give a number between 0 and 1, such as 0.15."
            )
        for kind, weight in self.kind_weights.items():
            if kind not in INTERACTION_KINDS:
                raise ConfigurationError(f'There is no kind of interaction "{kind}": {", ".join(INTERACTION_KINDS)}.')
            if not 0 <= weight < float("inf"):
                raise ConfigurationError(f"The weight of {kind} is {weight}; give 0 or more.")
        if (self.trials is not None and self.trials < 1) or self.neighbours < 1:
            raise ConfigurationError("trials and neighbours must be 1 or more.")
        if self.recency is not None and not 0 <= self.recency < float("inf"):
            raise ConfigurationError(
                f"recency is {self.recency}; give a half-life in days, 0 for no fading, or leave it out."
            )
        if self.memory_gib <= 0:
            raise ConfigurationError(f"memory_gib is {self.memory_gib}; give the GiB that training may use, such as 8.")
