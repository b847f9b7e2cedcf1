"""Bringing a source into a project."""

from __future__ import annotations

from pathlib import Path

from kg.errors import ShopgraphError
from kg.quality import QualityReport
from shopgraph.pipeline.run import Watcher, remove_leftovers, run_stage
from shopgraph.pipeline.sources import source_name, source_report, source_state
from shopgraph.pipeline.stage import Job, Progress
from shopgraph.pipeline.stages import STAGES
from shopgraph.pipeline.state import State
from shopgraph.project import Project, ProjectLock


def import_into(
    project: Project,
    path: Path,
    *,
    name: str | None = None,
    format_name: str | None = None,
    strict: bool = False,
    progress: Progress | None = None,
    watch: Watcher | None = None,
) -> tuple[str, QualityReport]:
    """Read a source into the project; give its name there and what was kept and set aside.

    A source of the same name is replaced. Where a row stops a strict import, all is as it was before. Killed
    meanwhile, the next run of the project does it.

    Args:
        project: to read into.
        path: folder or file.
        name: of the source in the project; None for that of the folder or file.
        format_name: name of the reader; None to find it out.
        strict: stop at the first row that would be set aside.
        progress: called with the bytes read and their total.
        watch: called when the import starts and is done.

    Raises:
        InputError: the source is missing, not of the format, or empty.
        StrictInputError: a row breaks a rule and ``strict`` is set.
        ProjectError: another run is at work, or the name cannot be one.
    """
    source = source_state(path, format_name=format_name, strict=strict)
    chosen = source_name(path if name is None else Path(name))
    with ProjectLock(project):
        remove_leftovers(project)
        state = State.load(project)
        before = state.model_copy(deep=True)
        state.sources[chosen] = source
        state.stages.pop("import", None)
        state.save(project)
        job = Job(project, state) if progress is None else Job(project, state, progress=progress)
        try:
            run_stage(STAGES["import"], job, watch)
        except ShopgraphError:
            before.save(project)
            raise
    return chosen, source_report(project, chosen)
