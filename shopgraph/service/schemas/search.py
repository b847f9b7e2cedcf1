"""Search."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator

from kg.limits import limit
from shopgraph.service.schemas.common import (
    ITEMS,
    Base64,
    Count,
    FiltersBody,
    Id,
    Language,
    ProductCard,
    Reply,
    Request,
    Words,
)


class SearchRequest(Request):
    """What is looked for: words, a photo, or both."""

    words: Words | None = Field(default=None, examples=["red running shoes under 80"])
    photo: Base64 | None = Field(default=None, description="Bytes of a picture, base64.")
    user: Id | None = Field(default=None, description="A customer whose taste counts.")
    history: list[Id] = Field(default=[], max_length=ITEMS)
    filters: FiltersBody | None = None
    k: Count = 10
    offset: int = Field(default=0, ge=0, le=limit("recommend_k"))
    language: Language | None = Field(default=None, description="Of names and notes; that of the words if left out.")

    @field_validator("photo")
    @classmethod
    def _not_empty(cls, photo: str | None) -> str | None:
        return photo or None


class HitBody(Request):
    """A product found."""

    rank: int
    product: ProductCard
    score: float
    missing: list[str] = Field(description="What was asked for and this product is not known to be.")


class SearchReply(Reply):
    """Products with facets and what was understood."""

    items: list[HitBody]
    total: int
    facets: list[dict[str, Any]]
    query: str
    corrections: list[dict[str, Any]]
    understood: list[dict[str, Any]]
    notes: list[str]
    language: str
