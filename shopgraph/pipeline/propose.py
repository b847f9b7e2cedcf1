"""A project's proposed links, made anew where they are not of its present data and settings."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from shopgraph.pipeline.run import is_current, remove_leftovers, run_stage
from shopgraph.pipeline.stage import Job, Progress
from shopgraph.pipeline.stages import STAGES
from shopgraph.pipeline.state import State
from shopgraph.project import Project, ProjectError, ProjectLock

if TYPE_CHECKING:
    from embeddings.links.proposals import Proposals


def propose(project: Project, *, progress: Progress | None = None) -> Proposals:
    """Give the proposals; made now, and written into the graph, unless that is done.

    Raises:
        ProjectError: the snapshot is missing or older than what it is made from, or another run is at work.
        ShopgraphError: nothing can be proposed; the message says why.
    """
    from embeddings.links.proposals import load_proposals

    stage = STAGES["propose"]
    state = State.load(project)
    job = Job(project, state) if progress is None else Job(project, state, progress=progress)
    if not is_current(STAGES["snapshot"], job):
        raise ProjectError(
            f"The snapshot of {project.folder} is not of its present data and settings. Run: shopgraph run --until "
            f"snapshot --project {project.folder}"
        )
    if not is_current(stage, job):
        with ProjectLock(project):
            remove_leftovers(project)
            run_stage(stage, job, None, asked=True)
    return load_proposals(project.proposals)


def withdraw(project: Project) -> int:
    """Remove the proposals from the graph and from the project's folder; give how many edges there were.

    Raises:
        ProjectError: another run is at work.
        GraphStoreError: the store refused.
    """
    from shopgraph.pipeline.proposals import remove_proposals

    with ProjectLock(project):
        state = State.load(project)
        with project.open_store(read_only=False) as store:
            removed = remove_proposals(store)
        if state.stages.pop("propose", None) is not None:
            state.save(project)
        shutil.rmtree(project.proposals, ignore_errors=True)
    return removed
