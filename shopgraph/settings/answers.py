"""Settings of what applications and the command line are answered."""

from __future__ import annotations

from pydantic import Field

from kg.limits import limit
from shopgraph.settings.part import Part


class AnswersPart(Part):
    """What a request is answered that does not say otherwise."""

    k: int = Field(default=10, ge=1, le=limit("recommend_k"), description="Products in an answer.")
    exclude_seen: bool = Field(default=True, description="Leave out the products that stand in the customer's history.")
