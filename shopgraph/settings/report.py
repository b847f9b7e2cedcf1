"""Settings of the report."""

from __future__ import annotations

from pydantic import Field

from shopgraph.settings.part import Part


class ReportPart(Part):
    """The HTML report on data and model."""

    write: bool = Field(default=True, description="Write the report at the end of a run.")
    customers: int = Field(default=6, ge=0, le=50, description="Customers whose recommendations it shows.")
    title: str | None = Field(
        default=None, description="Title of the page. Unset: made from the name of the data.", examples=["My shop"]
    )
