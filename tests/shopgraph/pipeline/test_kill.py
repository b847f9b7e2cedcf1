"""A run that is killed at any moment goes on where it was, and ends as if nothing had happened."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shopgraph.pipeline import State, run_pipeline
from shopgraph.project import Project
from tests.shopgraph.pipeline.conftest import QUICK

_SCRIPT = """
import os, signal, sys
from pathlib import Path
from shopgraph.pipeline import import_into, run_pipeline
from shopgraph.project import Project

stage, moment, folder, shop = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
now, calls = "import", 0

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def watch(event):
    global now, calls
    now, calls = event.stage, 0
    if now == stage and moment == 0 and event.happening == "started":
        die()

def progress(what, done, total):
    global calls
    calls += 1
    if now == stage and calls == moment:
        die()

if stage == "import":
    import_into(Project(folder), shop, watch=watch, progress=progress)
else:
    run_pipeline(Project(folder), watch=watch, progress=progress)
"""

# Stage, and the call of its progress at which it dies; 0 for its very start.
_MOMENTS = [("import", 1), ("build", 9), ("link", 6), ("snapshot", 1), ("train", 3), ("evaluate", 0)]


@pytest.mark.slow
def test_killed_at_every_stage_the_end_is_the_same(tmp_path: Path, shop: Path, finished: Project) -> None:
    project = Project.create(tmp_path / "project")
    project.settings_file.write_text(QUICK)
    for stage, moment in _MOMENTS:
        command = [sys.executable, "-c", _SCRIPT, stage, str(moment), str(project.folder), str(shop)]
        killed = subprocess.run(command, capture_output=True, text=True, check=False)
        assert killed.returncode == -signal.SIGKILL, (stage, moment, killed.stderr)
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
