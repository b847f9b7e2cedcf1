"""Settings of training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from recommender.data import KIND_WEIGHTS
from recommender.settings import TrainSettings
from shopgraph.settings.part import Part

InteractionType = Literal["VIEWED", "CLICKED", "CARTED", "PURCHASED", "RATED", "LIKED", "DISLIKED", "DISMISSED"]


class TrainingPart(Part):
    """How the model is trained."""

    model: str = Field(default="propagation", min_length=1, description="Name of the model.")
    relations: tuple[str, ...] | None = Field(
        default=None,
        description="Names of the graph's relations to learn from; [] for none. Unset: all.",
        examples=[["HAS_BRAND", "IN_CATEGORY"]],
    )
    kind_weights: dict[InteractionType, float] = Field(
        default_factory=lambda: dict(KIND_WEIGHTS),  # type: ignore[arg-type]
        description="How much each kind of interaction counts; a kind that is left out counts as here.",
    )
    tune: bool = Field(
        default=True,
        description="Choose the model's parameters on a part of the training data. If false, those of the last "
        "tuning (tuned.json) are used, or the model's defaults.",
    )
    trials: int | None = Field(
        default=None,
        ge=1,
        description="Choices of parameters tried while tuning. Unset: six for each parameter, at least 24.",
        examples=[24],
    )
    validation_fraction: float = Field(
        default=0.15,
        gt=0,
        lt=1,
        description="Share of each customer's products that tuning takes from the training data to choose by.",
    )
    parameters: dict[str, float] | None = Field(
        default=None,
        description="Parameters of the model that are known; with them nothing is tuned. Unset: see tune.",
        examples=[{"ridge": 300.0}],
    )
    memory_gib: float = Field(default=8.0, gt=0, description="Memory that training may use, in GiB.")
    refit: bool = Field(
        default=True,
        description="When the model was judged, train once more on everything, the test part included, and serve "
        "that. If false, the judged model is served.",
    )
    neighbours: int = Field(default=1_000, ge=1, description="Weights kept for each product in the trained model.")
    recency: float | None = Field(
        default=None,
        ge=0,
        description="Half-life of an interaction's weight: days between it and the customer's last; 0 for no fading. "
        "Unset: chosen with the model's parameters.",
        examples=[90.0],
    )
    seed: int = Field(default=0, ge=0, description="Seed of tuning and training.")

    def as_train(
        self,
        *,
        tuned: Mapping[str, float] | None = None,
        recency: float | None = None,
        tune: bool | None = None,
    ) -> TrainSettings:
        """Give the settings as training takes them.

        Args:
            tuned: parameters of the last tuning, used where nothing is tuned and ``parameters`` is unset.
            recency: half-life that the last tuning chose, used where nothing is tuned and ``recency`` is unset.
            tune: overrides the setting; None to follow it.
        """
        tunes = (self.tune if tune is None else tune) and self.parameters is None
        weights: dict[str, float] = {**KIND_WEIGHTS}
        weights.update({str(kind): weight for kind, weight in self.kind_weights.items()})
        return TrainSettings(
            model=self.model,
            relations=self.relations,
            kind_weights=weights,
            tune=tunes,
            trials=self.trials,
            validation_fraction=self.validation_fraction,
            parameters=None if tunes else (self.parameters if self.parameters is not None else tuned),
            memory_gib=self.memory_gib,
            neighbours=self.neighbours,
            recency=recency if self.recency is None and not tunes else self.recency,
            seed=self.seed,
        )
