"""A run that is killed at any moment goes on where it was, and ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
from multiprocessing import get_context
from pathlib import Path

import pytest

from shopgraph.pipeline import StageEvent, State, import_into, run_pipeline
from shopgraph.project import Project
from tests.shopgraph.pipeline.conftest import QUICK

_LOADED = ["shopgraph.pipeline", "kg.build", "kg.snapshot", "linking.artefact", "linking.aspects", "linking.making"]
"""Modules that every process starts with: loading them took half of the time of the test."""


def die_at(stage: str, moment: int, folder: Path, shop: Path) -> None:
    """Run the pipeline, and die at a call of the stage's progress; at 0 when the stage starts."""
    now, calls = "import", 0

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: StageEvent) -> None:
        nonlocal now, calls
        now, calls = event.stage, 0
        if now == stage and moment == 0 and event.happening == "started":
            die()

    def progress(what: str, done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if now == stage and calls == moment:
            die()

    if stage == "import":
        import_into(Project(folder), shop, watch=watch, progress=progress)
    else:
        run_pipeline(Project(folder), watch=watch, progress=progress)


# Stage, and the call of its progress at which it dies; 0 for its very start.
_MOMENTS = [("import", 1), ("build", 9), ("link", 6), ("snapshot", 1), ("train", 3), ("evaluate", 0), ("refit", 3)]


@pytest.mark.slow
def test_killed_at_every_stage_the_end_is_the_same(tmp_path: Path, shop: Path, finished: Project) -> None:
    project = Project.create(tmp_path / "project")
    project.settings_file.write_text(QUICK)
    processes = get_context("forkserver")
    processes.set_forkserver_preload(_LOADED)
    for stage, moment in _MOMENTS:
        killed = processes.Process(target=die_at, args=(stage, moment, project.folder, shop))
        killed.start()
        killed.join()
        assert killed.exitcode == -signal.SIGKILL, (stage, moment)
        assert stage not in State.load(project).stages
    run_pipeline(project)
    state, expected = State.load(project), State.load(finished)
    for stage in ("import", "build", "snapshot"):
        assert state.stages[stage].outcome == expected.stages[stage].outcome
    assert state.stages["train"].figures == expected.stages["train"].figures
    found, wanted = (json.loads(path.evaluation_file.read_text()) for path in (project, finished))
    assert {**found, "model": ""} == {**wanted, "model": ""}
    left = [path.name for path in project.folder.iterdir() if path.name.startswith(".")]
    assert left == [".lock"]
