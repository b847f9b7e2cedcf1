"""Feedback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import Field, field_validator

from shopgraph.feedback import Kind
from shopgraph.service.schemas.common import Id, Reply, Request

_AHEAD = timedelta(days=1)
"""How far the clock of who sends an event may be ahead."""


class FeedbackRequest(Request):
    """One thing that a customer did or said about a product."""

    user: Id = Field(examples=["U00001"], description="A new customer may be named.")
    product: Id = Field(examples=["P0001"])
    kind: Kind = Field(examples=["click"])
    at: datetime | None = Field(default=None, description="When; now if it is left out.")
    id: Id | None = Field(
        default=None, examples=["web-7f3a"], description="Of the event; the same event may then be sent again."
    )

    @field_validator("at")
    @classmethod
    def _sensible(cls, at: datetime | None) -> datetime | None:
        if at is None:
            return None
        at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
        if not 1970 <= at.year <= 9000:
            raise ValueError("give a time after 1970")
        if at > datetime.now(UTC) + _AHEAD:  # what counts back from the latest event would find nothing any more
            raise ValueError("give a time that has come")
        return at


class FeedbackReply(Reply):
    """The event is on disk."""

    id: str
    stored: bool = Field(description="False where it was there already.")
