"""Settings of judging the model."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kg.limits import limit
from shopgraph.settings.part import Part


class EvaluationPart(Part):
    """How the trained model is judged."""

    ks: tuple[Annotated[int, Field(ge=1, le=limit("recommend_k"))], ...] = Field(
        default=(10, 20), min_length=1, description="Lengths of the lists that are judged, in products."
    )
