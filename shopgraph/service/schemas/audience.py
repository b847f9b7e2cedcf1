"""Audiences of campaigns."""

from __future__ import annotations

from pydantic import Field

from shopgraph.service.schemas.answers import ReasonBody
from shopgraph.service.schemas.common import Count, Id, Language, ProductCard, Reply, Request


class AudienceRequest(Request):
    """What a campaign is for: a product, or a category."""

    product: Id | None = Field(default=None, examples=["P0001"])
    category: Id | None = Field(default=None, examples=["Shoes"])
    within: Count = Field(default=10, description="Only customers who have it within so many places of their list.")
    limit: Count = Field(default=20, description="Customers to name.")
    reasons: int = Field(default=3, ge=0, le=10, description="Reasons for each customer.")
    language: Language = Language.EN


class MemberBody(Request):
    """A customer, and why."""

    user: str
    product: ProductCard = Field(description="The product of the category that stands highest.")
    rank: int = Field(description="Its place in the customer's own list.")
    score: float
    chance: float | None = Field(
        description="That the customer's next purchase is the product, or one of the category; null where the model "
        "has learned no chances."
    )
    reasons: list[ReasonBody]


class SizeBody(Request):
    """How many customers one reaches."""

    within: int
    customers: int
    expected: float | None = Field(
        description="Of these customers, how many would buy it if each bought one more thing; null where the model has "
        "learned no chances."
    )


class AudienceReply(Reply):
    """Customers, the surest first, and how many there are at each threshold."""

    members: list[MemberBody]
    sizes: list[SizeBody]
    customers: int = Field(description="Customers that the model knows something of.")
    notes: list[str]
