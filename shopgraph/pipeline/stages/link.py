"""Reviews and photos to edges of the graph."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue

from shopgraph.pipeline.fingerprint import fingerprint
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.project import Project


class LinkStage:
    """See the module."""

    name = "link"
    doc = "Links what reviews say and photos show to the nodes of the graph."
    version = 1
    after: tuple[str, ...] = ("build",)

    def wanted(self, job: Job) -> bool:
        """Tell whether reviews or photos are to be linked."""
        linking = job.project.settings.linking
        return linking.reviews or linking.photos

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give the settings of linking and of the split, and the files that people edit."""
        project = job.project
        settings = project.settings
        return {
            "linking": settings.linking.model_dump(exclude={"workers"}),
            "split": settings.split.model_dump(),
            "aliases": _content(project.folder / settings.linking.aliases),
            "aspects": _content(project.folder / settings.linking.aspects),
        }

    def present(self, project: Project) -> bool:
        """Tell whether the linker is there."""
        return (project.linker / "manifest.json").is_file() or not project.settings.linking.reviews

    def run(self, job: Job) -> Outcome:
        """Make or refresh the linker, then link what is new."""
        from shopgraph.pipeline.linking import link_project

        done = link_project(job.project, forced=job.forced, workers=_workers(job.project), progress=job.progress)
        figures: dict[str, JsonValue] = {**done.figures}
        return Outcome(fingerprint({"figures": done.figures, "linker": done.linker}), figures, done.notes)


def _content(path: Path) -> str | None:
    return path.read_text("utf-8", errors="replace") if path.is_file() else None


def _workers(project: Project) -> int:
    return project.settings.linking.workers or os.cpu_count() or 1
