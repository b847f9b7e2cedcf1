"""Whether the service can answer."""

from __future__ import annotations

from pydantic import BaseModel, Field

from shopgraph.service.schemas.common import Reply


class Live(BaseModel):
    """The process lives."""

    alive: bool


class Ready(BaseModel):
    """What is there to answer from."""

    ready: bool
    model: str | None = Field(description="Version of the model in use.")
    graph: str = Field(description='"answers", or what is wrong with it.')
    search: str | None = Field(
        description='"answers", "is being opened" (requests that search wait for it), or what is wrong with it.'
    )


class Reloaded(Reply):
    """The model in use from now on."""
