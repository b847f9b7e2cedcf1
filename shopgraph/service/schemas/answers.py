"""Recommendations, similar products and explanations."""

from __future__ import annotations

from pydantic import Field

from shopgraph.service.schemas.common import (
    ITEMS,
    Count,
    FiltersBody,
    Id,
    Language,
    NodeRef,
    ProductCard,
    Reply,
    Request,
    Words,
)


class RecommendRequest(Request):
    """Whom to recommend to: a known customer, a history of products, words, or nothing for what is popular."""

    user: Id | None = Field(default=None, examples=["U00001"])
    history: list[Id] = Field(default=[], max_length=ITEMS, examples=[["P0001", "P0002"]])
    words: Words | None = Field(default=None, examples=["red shoes"])
    k: Count = Field(default=10, examples=[10])
    filters: FiltersBody | None = None
    reasons: bool | Count = Field(default=False, description="Give all reasons, or the strongest so many of each.")
    chances: bool = Field(default=False, description="Give the chance of each to be what the customer buys next.")
    exclude_seen: bool = Field(default=True, description="Leave out what the customer has bought.")
    language: Language = Language.EN


class SimilarRequest(Request):
    """Which product to find the like of."""

    product: Id = Field(examples=["P0001"])
    k: Count = 10
    filters: FiltersBody | None = None
    reasons: bool | Count = False
    language: Language = Language.EN


class ExplainRequest(Request):
    """Which product to explain, and for whom: a known customer, or a history."""

    product: Id = Field(examples=["P0002"])
    user: Id | None = Field(default=None, examples=["U00001"])
    history: list[Id] = Field(default=[], max_length=ITEMS)
    language: Language = Language.EN


class StepBody(NodeRef):
    """One edge of a path and the node it leads to."""

    relation: str = Field(examples=["HAS_BRAND"])
    forward: bool


class ReasonBody(Request):
    """One reason: its part of the score, and the path in the graph it comes from."""

    sentence: str = Field(examples=["Same brand as Trail shoe: Northwind"], description="In the request's language.")
    relation: str = Field(examples=["HAS_BRAND"])
    score: float
    share: float = Field(description="Of the whole score.")
    history: NodeRef | None
    path: list[StepBody]
    evidence: int = Field(description="Nodes in between that say the same.")


class Item(Request):
    """One product of an answer."""

    rank: int
    product: ProductCard
    score: float
    chance: float | None = Field(
        description="That it is the customer's next purchase, given that there is one of something new; 0 for what was "
        "bought before. Null where it was not asked for, or the model has learned no chances.",
        examples=[0.032],
    )
    rules: list[str] = Field(description="Pins and boosts that had a say in its rank.")
    shares: dict[str, float] = Field(description="Of the score, by source.")
    reasons: list[ReasonBody]


class AnswerReply(Reply):
    """Products, best first."""

    items: list[Item]
    notes: list[str]


class ExplainReply(Reply):
    """All reasons of one product; their parts add up to its score."""

    item: Item
    notes: list[str]
