"""Settings of the report."""

from __future__ import annotations

from pydantic import Field

from shopgraph.settings.part import Part


class ReportPart(Part):
    """The HTML report on data and model."""

    write: bool = Field(default=True, description="Write the report at the end of a run.")
