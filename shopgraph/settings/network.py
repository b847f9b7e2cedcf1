"""Settings of the network."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from recommender.network import NetworkSettings
from shopgraph.settings.part import Part

NONE = "none"


class NetworkPart(Part):
    """The network that fuses graph, text, image and behaviour, and joins the closed-form model."""

    fusion: Literal["hybrid", "feature", "decision", "none"] = Field(
        default="hybrid",
        description="hybrid: the network joins the closed form; feature: the network alone; decision: the closed form "
        "and one score for each kind of vectors; none: the closed form alone.",
    )
    vectors: tuple[str, ...] | None = Field(
        default=None,
        description="Names of the vectors that it takes in, as [vectors] makes them; shared: the space that texts "
        "and photos share. Unset: all of products but the shared space.",
        examples=[["text", "image"]],
    )
    dim: int = Field(default=128, ge=1, description="Numbers in a product's vector.")
    hops: int = Field(default=1, ge=0, description="Steps of propagation over the graph of products.")
    epochs: int = Field(default=10, ge=1, description="Passes over the customers at most.")
    batch: int | None = Field(
        default=None,
        ge=1,
        description="Histories in a batch. Unset: 128 to 1,024, by the number of customers.",
        examples=[512],
    )
    learning_rate: float = Field(default=0.008, gt=0, description="At the start; it falls along half a cosine.")
    knowledge: float = Field(
        default=0.5, ge=0, description="Weight of what the graph says goes together beside what customers bought."
    )
    alignment: float = Field(
        default=0.0,
        ge=0,
        description="Weight of a contrastive loss that draws the vectors of one product together, such as those of its "
        "text and its photo, where it has several.",
    )
    sampled: bool | None = Field(
        default=None,
        description="Compute only the vectors that a batch needs, from drawn neighbours. Unset: where all products' "
        "would not fit into training.memory_gib.",
        examples=[True],
    )
    fanout: int = Field(default=5, ge=1, description="Neighbours drawn of a product at each step where sampled.")
    precision: Literal["auto", "fp32", "bf16"] = Field(
        default="auto", description="Of the largest products of matrices in training. auto: bf16 on a GPU, else fp32."
    )
    members: int = Field(default=2, ge=1, description="Networks from different seeds whose scores are added.")
    validation_fraction: float = Field(
        default=0.05,
        gt=0,
        lt=1,
        description="Share of each customer's products that chooses epochs and weight; more of small shops.",
    )
    device: str = Field(default="auto", description="auto (a GPU where there is one), cpu or cuda.")

    def as_settings(self, *, seed: int) -> NetworkSettings | None:
        """Give the settings as training takes them; None where there is no network."""
        if self.fusion == NONE:
            return None
        return NetworkSettings(**self.model_dump(exclude={"vectors"}), seed=seed)
