"""What is known of a customer."""

from __future__ import annotations

from pydantic import BaseModel, Field

from shopgraph.service.schemas.common import NodeRef, Reply


class LikingBody(BaseModel):
    """Something that a customer seems to like."""

    node: NodeRef
    relation: str = Field(examples=["HAS_BRAND"])
    weight: float = Field(description="Share of the customer's history that is linked to it.")
    usual: float = Field(description="Share of the catalogue that is.")
    products: list[str] = Field(description="Products of the history that say so.")


class InterestBody(BaseModel):
    """An interest that the system inferred (INTERESTED_IN)."""

    node: NodeRef
    score: float | None
    model: str | None


class ProfileReply(Reply):
    """What the system believes of a customer."""

    user: str
    likes: list[LikingBody]
    interests: list[InterestBody]
    disliked: list[str] = Field(description="Products that the customer does not want to see.")
    events: int = Field(description="How many events it rests on.")


class EventBody(BaseModel):
    """One event of a customer."""

    id: str
    product: NodeRef
    kind: str = Field(examples=["PURCHASED"])
    at: str | None = Field(description="ISO 8601.")
    imported: bool = Field(description="It came with the shop's files.")


class EventsReply(Reply):
    """Events of a customer, the newest first."""

    user: str
    events: list[EventBody]


class RemovedReply(Reply):
    """An event was taken back."""

    removed: EventBody


class ForgottenReply(Reply):
    """A customer was forgotten."""

    removed: dict[str, int] = Field(description="Place -> rows, nodes or files that were removed.")
