"""The HTML report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from shopgraph.pipeline.fingerprint import contents
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.project import Project

Writer = Callable[[Project], Path]
"""Writes the report of a project and gives its page."""


class ReportStage:
    """See the module."""

    name = "report"
    doc = "Writes the HTML report."
    version = 1
    after: tuple[str, ...] = ("import", "build", "snapshot", "train", "evaluate")

    def wanted(self, job: Job) -> bool:
        """Tell whether the settings ask for it, and this shopgraph can write it."""
        return job.project.settings.report.write and _writer() is not None

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give the settings of the report."""
        return job.project.settings.report.model_dump()

    def present(self, project: Project) -> bool:
        """Tell whether there is a report."""
        return any(project.report.glob("*.html"))

    def run(self, job: Job) -> Outcome:
        """Write it."""
        write = _writer()
        if write is None:  # wanted() said otherwise
            return Outcome("")
        page = write(job.project)
        return Outcome(contents(job.project.report, "*.html"), {"page": str(page)})


def _writer() -> Writer | None:
    import shopgraph.report

    return cast("Writer | None", getattr(shopgraph.report, "write_report", None))
