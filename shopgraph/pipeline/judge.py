"""Judging a project's model, unless that is done."""

from __future__ import annotations

from typing import Any

from shopgraph.pipeline.known import known
from shopgraph.pipeline.run import is_current, remove_leftovers, run_stage
from shopgraph.pipeline.stage import Job, Progress
from shopgraph.pipeline.stages import STAGES
from shopgraph.pipeline.state import State
from shopgraph.project import Project, ProjectError, ProjectLock


def judge(project: Project, *, progress: Progress | None = None) -> dict[str, Any]:
    """Evaluate the model unless that is done, and give what is known of it.

    Returns:
        What ``known`` gives.

    Raises:
        ProjectError: the model is missing or older than what it is made from, or another run is at work.
    """
    state = State.load(project)
    job = Job(project, state) if progress is None else Job(project, state, progress=progress)
    need_current(job)
    if not is_current(STAGES["evaluate"], job):
        with ProjectLock(project):
            remove_leftovers(project)
            run_stage(STAGES["evaluate"], job, None)
    return known(project, state)


def need_current(job: Job) -> None:
    """Make sure that there is a model to judge, of the project's present data and settings.

    Raises:
        ProjectError: there is none, or it is older.
    """
    project = job.project
    project.need_judged()
    if not is_current(STAGES["train"], job):
        raise ProjectError(
            f"The model of {project.folder} is not of its present data and settings. Run: shopgraph run --project "
            f"{project.folder}"
        )
