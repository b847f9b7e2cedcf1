"""One product."""

from __future__ import annotations

from pydantic import Field

from shopgraph.service.schemas.common import ProductCard, Reply


class ProductDetails(ProductCard):
    """All that the catalogue says of a product."""

    name_zh: str | None
    description: str | None
    categories: list[str] = Field(examples=[["Clothing > Shoes"]])
    attributes: list[str] = Field(examples=[["colour=red"]])
    released: str | None = Field(description="ISO 8601.")


class ProductReply(Reply):
    """One product."""

    product: ProductDetails
