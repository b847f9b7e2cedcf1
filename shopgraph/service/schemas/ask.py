"""Questions in plain words."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from shopgraph.service.schemas.common import Id, Language, ProductCard, Reply, Request, Words


class AskRequest(Request):
    """A question, and who asks."""

    question: Words = Field(examples=["red running shoes under 50 that reviewers call light"])
    user: Id | None = Field(default=None, description="The customer who asks, for recommendations.")
    product: Id | None = Field(default=None, description='The product that "this" and "it" mean.')
    language: Language | None = Field(default=None, description="Of the answer; that of the question if left out.")


class AskedProductBody(Request):
    """A product of an answer."""

    product: ProductCard
    figure: float | None = Field(description="A number that the question asked about.")


class QuoteBody(Request):
    """A sentence of a review."""

    review: str
    product: str
    name: str = Field(description="Of the product, in the language of the answer.")
    text: str
    start: int
    end: int
    aspect: str
    sentiment: float = Field(description="From -1 to 1.")


class RanBody(Request):
    """A query that was run."""

    cypher: str
    parameters: dict[str, Any]


class AskReply(Reply):
    """An answer in words, with what it rests on."""

    text: str
    intent: str = Field(description='What was asked for; "unknown" where that was not understood.')
    language: str
    items: list[AskedProductBody]
    count: int | None = Field(description="How many there are; of brands, more than are named where it is larger.")
    value: str | float | None
    names: list[str]
    quotes: list[QuoteBody]
    cypher: list[RanBody]
    understood: list[dict[str, Any]]
    corrections: list[dict[str, Any]]
    unread: list[str] = Field(description="Words of the question that the answer does not heed.")
    nearest: list[str] = Field(
        description="Questions like this one that can be answered, where it cannot or nothing is known."
    )
