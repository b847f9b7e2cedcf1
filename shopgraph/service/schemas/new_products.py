"""Products that came after training."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, field_validator

from kg.limits import limit
from kg.tables import RELATIONS
from shopgraph.service.schemas.answers import Item
from shopgraph.service.schemas.audience import MemberBody, SizeBody
from shopgraph.service.schemas.common import ITEMS, Base64, Count, Id, Language, Price, Reply, Request, Words

_Text = Annotated[str, StringConstraints(max_length=limit("text_characters"))]


class NewProductRequest(Request):
    """What is known of a new product, any one thing of which is enough, and whom it is looked at for."""

    id: Id = Field(examples=["N1"], description="Must not be in the catalogue yet.")
    name: Words | None = Field(default=None, examples=["Red trail shoe"])
    name_zh: Words | None = None
    description: _Text | None = None
    description_zh: _Text | None = None
    brand: Id | None = Field(default=None, examples=["Northwind"])
    categories: list[Id] = Field(default=[], max_length=ITEMS, examples=[["Shoes > Running"]])
    attributes: dict[Id, list[Id]] = Field(default={}, max_length=50, examples=[{"colour": ["red"]}])
    price: Price | None = Field(default=None, examples=[79.9])
    in_stock: bool | None = None
    released: AwareDatetime | None = None
    links: dict[Literal[RELATIONS], list[Id]] = Field(  # type: ignore[valid-type]
        default={},
        description="Products of the catalogue, by how they are linked.",
        examples=[{"also_bought": ["P0001"]}],
    )
    photo: Base64 | None = Field(default=None, description="Bytes of a picture, base64.")
    user: Id | None = Field(default=None, description="A customer for whom its rank, chance and reasons are given.")
    history: list[Id] = Field(default=[], max_length=ITEMS, description="The same, beside the customer's own or alone.")
    k: Count = Field(default=10, description="Products like it.")
    within: Count = Field(default=10, description="Only customers who have it within so many places of their list.")
    limit: int = Field(default=20, ge=0, le=limit("recommend_k"), description="Customers to name; 0 for none.")
    reasons: int = Field(default=3, ge=0, le=10, description="Reasons for each customer.")
    language: Language = Language.EN

    @field_validator("photo")
    @classmethod
    def _not_empty(cls, photo: str | None) -> str | None:
        return photo or None


class NewProductReply(Reply):
    """Where a new product stands, as if it were in the catalogue."""

    similar: list[Item] = Field(description="Products of the catalogue that it is most like.")
    item: Item | None = Field(description="The product for the customer or the history asked about; null without.")
    members: list[MemberBody] = Field(description="Customers in whose lists it stands highest.")
    sizes: list[SizeBody]
    notes: list[str]
