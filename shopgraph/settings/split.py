"""Settings of the split into what is learned from and what models are judged on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kg.snapshot.split import SplitMethod, SplitSettings
from shopgraph.settings.part import Part

Kind = Literal["viewed", "clicked", "carted", "purchased", "rated"]


class SplitPart(Part):
    """Which interactions are kept from learning, to judge the model on."""

    method: Literal["auto", "given", "time", "leave_last_out", "random", "none"] = Field(
        default="auto",
        description="auto: the split that came with the data, else each customer's last product, else random. given: "
        "the split that came with the data. time: all from some moment on. leave_last_out: each customer's last "
        "product. random: a share of each customer's products. none: learn from everything, judge nothing.",
    )
    fraction: float = Field(
        default=0.2, gt=0, lt=1, description="Share of the interactions that time and random keep for the test."
    )
    target_kinds: tuple[Kind, ...] | None = Field(
        default=None,
        description="Kinds of interaction to predict. Unset: the strongest there is, of purchased, rated, carted, "
        "clicked, viewed.",
        examples=[["purchased"]],
    )
    min_value: float | None = Field(
        default=None,
        description="Interactions of a lower value, such as stars, are not predicted. Unset: any value.",
        examples=[4.0],
    )
    min_history: int = Field(
        default=1, ge=0, description="Products that leave_last_out and random leave a customer to learn from."
    )
    seed: int = Field(default=0, ge=0, description="Seed of random.")

    def as_split(self) -> SplitSettings:
        """Give the settings as the snapshot takes them."""
        values = self.model_dump()
        return SplitSettings(**{**values, "method": SplitMethod(self.method)})
