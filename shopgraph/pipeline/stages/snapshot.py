"""The graph store to frozen columns, with the test part taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from kg.errors import ModelError
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.project import Project


class SnapshotStage:
    """See the module."""

    name = "snapshot"
    doc = "Freezes the graph for learning, and keeps the test part apart."
    version = 1
    after: tuple[str, ...] = ("build", "link")

    def wanted(self, job: Job) -> bool:
        """Tell that it always runs."""
        return True

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give the settings of the split."""
        return job.project.settings.split.model_dump()

    def present(self, project: Project) -> bool:
        """Tell whether snapshot and holdout are there and belong together."""
        from kg.snapshot import load_holdout, load_snapshot

        try:
            return load_snapshot(project.snapshot).fingerprint == load_holdout(project.holdout).snapshot
        except ModelError:
            return False

    def run(self, job: Job) -> Outcome:
        """Take the snapshot."""
        from kg.snapshot import load_holdout, take_snapshot

        project = job.project
        job.progress("taking the snapshot", 0, 0)
        with project.open_store() as store:
            split = project.settings.split.as_split()
            snapshot = take_snapshot(store, project.snapshot, holdout=project.holdout, split=split)
        counts: dict[str, Any] = load_holdout(project.holdout).manifest["counts"]
        figures: dict[str, JsonValue] = {
            "split": snapshot.split_method,
            "train": counts["train"]["rows"],
            "validation_targets": counts["validation"]["targets"],
            "test_targets": counts["test"]["targets"],
        }
        return Outcome(snapshot.fingerprint, figures)
