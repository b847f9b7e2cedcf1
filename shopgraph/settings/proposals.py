"""Settings of proposing links."""

from __future__ import annotations

from pydantic import Field

from shopgraph.settings.part import Part
from shopgraph.settings.vectors import NONE


class ProposalsPart(Part):
    """Links that are probably true though nobody told them: LIKELY of products, INTERESTED_IN of customers."""

    run: bool = Field(
        default=False,
        description="Propose links in every run. It takes seconds for small shops and minutes for large ones; "
        "shopgraph propose does it at any time.",
    )
    relations: tuple[str, ...] = Field(
        default=("HAS_BRAND", "IN_CATEGORY", "HAS_ATTRIBUTE"),
        description="Relations of products to propose links of, ALSO_BOUGHT and its like among them.",
    )
    interests: tuple[str, ...] = Field(
        default=("Brand", "Category", "Attribute"),
        description="Labels of what customers may be interested in; empty for no interests.",
    )
    interest_kinds: tuple[str, ...] | None = Field(
        default=None,
        description="Interactions that show an interest. Unset: the kind that the model is judged by.",
        examples=[["purchased", "carted"]],
    )
    model: str = Field(
        default=NONE,
        min_length=1,
        description="PyKEEN model that joins the neighbours, trained with [vectors] graph_options on the part that is "
        "not hidden: TransE, TransR or any other; or none.",
    )
    least: float = Field(default=0.8, ge=0, lt=1, description="Confidence from which proposals go into the graph.")
    kept: float = Field(
        default=0.5, ge=0, lt=1, description="Confidence from which proposals are kept in the project's folder."
    )
    per_node: int = Field(default=10, ge=1, description="Proposals of one relation for one node at most.")
    supporters: int = Field(default=5, ge=0, description="Known neighbours named for a proposal at most.")
    hidden_share: float = Field(
        default=0.1, gt=0, lt=1, description="Share of the known links that is hidden, to learn how sure to be."
    )
    missing_share: float = Field(
        default=0.1,
        ge=0,
        lt=1,
        description="Share of all true links that the graph is believed to lack, where a node may have several.",
    )
    seed: int = Field(default=0, ge=0, description="Seed of all that is drawn.")
