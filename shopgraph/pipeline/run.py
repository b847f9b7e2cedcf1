"""Running the stages: what has not changed is skipped, what is done is noted at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from kg.errors import ConfigurationError
from kg.sources.locate import nearest
from shopgraph.pipeline.fingerprint import fingerprint
from shopgraph.pipeline.measure import Stopwatch, peak_rss_mb
from shopgraph.pipeline.stage import Job, Progress, Stage
from shopgraph.pipeline.stages import STAGES
from shopgraph.pipeline.state import StageState, State
from shopgraph.project import Project, ProjectLock


class Happening(StrEnum):
    """What is told of a stage."""

    STARTED = "started"
    DONE = "done"
    SKIPPED = "skipped"  # nothing it depends on has changed


@dataclass(frozen=True, slots=True)
class StageEvent:
    """One thing that happened.

    Attributes:
        stage: its name.
        happening: what happened.
        state: of the stage, when it is done or skipped.
    """

    stage: str
    happening: Happening
    state: StageState | None = None


Watcher = Callable[[StageEvent], None]


def run_pipeline(
    project: Project,
    *,
    start: str | None = None,
    until: str | None = None,
    force: bool = False,
    tune: bool | None = None,
    progress: Progress | None = None,
    watch: Watcher | None = None,
) -> State:
    """Run the stages whose inputs have changed since they were last done; give the state at the end.

    It may be killed at any point and started again: stages that were done are skipped.

    Args:
        project: to run.
        start: name of a stage; it and all after it run, changed or not.
        until: name of the last stage to run; None for all.
        force: run all, changed or not.
        tune: False to train with known parameters, changed or not; None to follow the settings.
        progress: called now and then while a stage works.
        watch: called when a stage starts, is done or is skipped.

    Raises:
        ShopgraphError: another run is at work, the settings are wrong, or a stage cannot be done.
    """
    for name in (start, until):
        if name is not None and name not in STAGES:
            raise ConfigurationError(f'There is no stage "{name}".{nearest(name, STAGES)} Stages: {", ".join(STAGES)}.')
    with ProjectLock(project):
        remove_leftovers(project)
        job = Job(project, State.load(project), tune=tune)
        if progress is not None:
            job = replace(job, progress=progress)
        reached = force
        for stage in STAGES.values():
            reached = reached or stage.name == start
            forced = reached or (stage.name == "train" and tune is False)
            run_stage(stage, replace(job, forced=forced), watch)
            if stage.name == until:
                break
    return job.state


def is_current(stage: Stage, job: Job) -> bool:
    """Tell whether a stage is done, from what is there now."""
    done = job.state.stages.get(stage.name)
    return done is not None and done.inputs == stage_inputs(stage, job) and stage.present(job.project)


def stage_inputs(stage: Stage, job: Job) -> str:
    """Fingerprint all that the outcome of a stage depends on."""
    before = {name: job.state.stages[name].outcome for name in stage.after if name in job.state.stages}
    return fingerprint({"stage": stage.name, "version": stage.version, "depends": stage.depends(job), "before": before})


def remove_leftovers(project: Project) -> None:
    """Remove what a killed run was still writing; to be called with the project's lock held."""
    made = (project.linker, project.captioner, project.snapshot, project.holdout, project.proposals, project.judged)
    for place in (*made, project.model, project.report):
        for kind in ("new", "old", "building"):
            for folder in project.folder.glob(f".{place.name}.{kind}*"):
                shutil.rmtree(folder, ignore_errors=True)
    for kind in ("new", "old"):
        for folder in project.vectors.glob(f".*.{kind}-*"):
            shutil.rmtree(folder, ignore_errors=True)
    for pattern in (".linking-*", ".ablation-*"):
        for folder in project.folder.glob(pattern):
            shutil.rmtree(folder, ignore_errors=True)


def run_stage(stage: Stage, job: Job, watch: Watcher | None, *, asked: bool = False) -> None:
    """Run one stage if the settings want it and it is not current; to be called with the project's lock held.

    Args:
        stage: to run.
        job: what it is given.
        watch: told of it.
        asked: run it even where the settings do not ask for it.
    """
    if not (asked or stage.wanted(job)):
        return
    project, state = job.project, job.state
    if not job.forced and is_current(stage, job):
        _tell(watch, StageEvent(stage.name, Happening.SKIPPED, state.stages[stage.name]))
        return
    _tell(watch, StageEvent(stage.name, Happening.STARTED))
    # From here on what lies there may be half of the old and half of the new.
    if state.stages.pop(stage.name, None) is not None:
        state.save(project)
    watch_time = Stopwatch()
    outcome = stage.run(job)
    done = StageState(
        inputs=stage_inputs(stage, job),
        outcome=outcome.fingerprint,
        seconds=round(watch_time.seconds, 3),
        peak_rss_mb=round(peak_rss_mb(), 1),
        figures=outcome.figures,
        notes=list(outcome.notes),
    )
    state.stages[stage.name] = done
    state.save(project)
    _tell(watch, StageEvent(stage.name, Happening.DONE, done))


def _tell(watch: Watcher | None, event: StageEvent) -> None:
    if watch is not None:
        watch(event)
