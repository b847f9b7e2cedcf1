"""The model that was judged to the model that is served."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kg.artefact import file_digest
from shopgraph.pipeline.fingerprint import fingerprint
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.pipeline.stages.train import network_settings, product_vectors
from shopgraph.project import Project


class RefitStage:
    """See the module."""

    name = "refit"
    doc = "Trains once more on everything, the test part included, for serving."
    version = 2
    after: tuple[str, ...] = ("snapshot", "train")

    def wanted(self, job: Job) -> bool:
        """Tell that it always runs: without ``training.refit`` the model that was judged is served."""
        return True

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give whether everything is to be learned from; all else that matters is stage train's."""
        return {"refit": job.project.settings.training.refit}

    def present(self, project: Project) -> bool:
        """Tell whether the model is there."""
        return (project.model / "manifest.json").is_file()

    def run(self, job: Job) -> Outcome:
        """Train, or serve what was judged where nothing was kept from it."""
        from kg.snapshot import load_holdout

        project = job.project
        manifest = load_holdout(project.holdout).manifest
        kept = sum(int(manifest["counts"][part]["rows"]) for part in ("validation", "test"))
        wanted = project.settings.training.refit and kept > 0
        if wanted:
            _refit(job)
        else:
            _link(project.judged, project.model)
        outcome = fingerprint({"manifest": file_digest(project.model / "manifest.json")})
        return Outcome(outcome, {"interactions added": kept if wanted else 0})


def _refit(job: Job) -> None:
    from kg.snapshot import take_snapshot
    from kg.snapshot.split import SplitMethod
    from recommender.artefact import read_manifest
    from recommender.refit import refit

    project, training = job.project, job.project.settings.training
    settings = replace(training.as_train(tune=False), network=network_settings(project))
    vectors = [] if settings.network is None else product_vectors(project)
    kinds = tuple(read_manifest(project.judged)["target_kinds"])
    split = replace(project.settings.split.as_split(), method=SplitMethod.NONE, target_kinds=kinds or None)
    with tempfile.TemporaryDirectory(dir=project.folder, prefix=f".{project.snapshot.name}.building-") as folder:
        place = Path(folder)
        job.progress("taking a snapshot of everything", 0, 0)
        with project.open_store() as store:
            snapshot = take_snapshot(store, place / "snapshot", holdout=place / "holdout", split=split)
        refit(project.judged, snapshot, project.model, settings=settings, modalities=vectors, progress=job.progress)


def _link(source: Path, place: Path) -> None:
    """Let a folder stand at another place, too, without taking room where the file system can do so."""
    from recommender.artefact import put

    beside = place.with_name(f".{place.name}.new-link")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        shutil.copytree(source, beside, copy_function=os.link)
    except (OSError, shutil.Error):
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(source, beside)
    put(beside, place)
