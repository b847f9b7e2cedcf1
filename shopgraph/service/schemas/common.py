"""What requests and answers have in common."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kg.limits import limit

Id = Annotated[
    str,
    StringConstraints(min_length=1, max_length=limit("id_characters"), pattern=r"^[^\x00-\x1f\x7f]+$"),
]
Words = Annotated[str, StringConstraints(min_length=1, max_length=limit("request_characters"))]
Count = Annotated[int, Field(ge=1, le=limit("recommend_k"))]
Price = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Base64 = Annotated[str, StringConstraints(max_length=limit("service_upload_bytes"))]
ITEMS = limit("request_items")


class Language(StrEnum):
    """Language of names in an answer."""

    EN = "en"
    ZH = "zh"


class Request(BaseModel):
    """A request; fields that it does not know are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Reply(BaseModel):
    """An answer; ``model`` is the version of the model, ``source`` the way the answer was found."""

    model: str = Field(examples=["propagation+network-1f0c2ab34d5e"])
    source: str = Field(examples=["history"])


class NodeRef(BaseModel):
    """A node of the graph."""

    label: str = Field(examples=["Brand"])
    id: str = Field(examples=["Northwind"], description="Empty where several nodes are taken together.")
    name: str = Field(examples=["Northwind"])


class ProductCard(NodeRef):
    """A product as lists show it."""

    brand: str | None = Field(default=None, examples=["Northwind"])
    price: float | None = Field(default=None, examples=[39.9])
    in_stock: bool | None = Field(default=None, examples=[True])
    photo: str | None = Field(default=None, examples=["/api/v1/products/P0001/photo"])


class FiltersBody(Request):
    """Which products may be in the answer: conditions are joined by "and", the values of one by "or"."""

    price_min: Price | None = Field(default=None, examples=[10])
    price_max: Price | None = Field(default=None, examples=[50])
    brands: list[Id] = Field(default=[], max_length=ITEMS, examples=[["Northwind"]])
    categories: list[Id] = Field(default=[], max_length=ITEMS, examples=[["Shoes"]])
    in_stock: bool = False
    attributes: dict[Id, list[Id]] = Field(default={}, max_length=50, examples=[{"colour": ["red", "blue"]}])
    links: dict[Id, list[Id]] = Field(
        default={},
        max_length=50,
        examples=[{"HAS_BRAND": ["Northwind"]}],
        description="Ids or names of nodes by the relation that products are linked to them by.",
    )
    exclude: list[Id] = Field(default=[], max_length=ITEMS, examples=[["P0003"]], description="Products to leave out.")
    exclude_brands: list[Id] = Field(default=[], max_length=ITEMS, examples=[["Acme"]])
    exclude_categories: list[Id] = Field(default=[], max_length=ITEMS, examples=[["Gift cards"]])


class ErrorContent(BaseModel):
    """What went wrong, where, and what to do."""

    code: str = Field(examples=["unknown_id"])
    message: str
    hint: str | None
    where: str | None = Field(examples=["body.user"])
    request_id: str


class ErrorReply(BaseModel):
    """The one form of an error."""

    error: ErrorContent
