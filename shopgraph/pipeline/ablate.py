"""What each part of a project's model gives: variants, trained and judged, kept in the project and in its report."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopgraph.pipeline.judge import need_current
from shopgraph.pipeline.run import is_current, remove_leftovers, run_stage
from shopgraph.pipeline.stage import Job, Progress
from shopgraph.pipeline.stages import STAGES
from shopgraph.pipeline.state import State
from shopgraph.pipeline.vectors import GRAPH
from shopgraph.project import Project, ProjectLock, write_beside

if TYPE_CHECKING:
    from recommender.ablation import Inputs


def ablate_project(
    project: Project, *, seeds: int, names: Sequence[str] | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Judge the model's variants, keep the result as ``ablation.json`` and ``ablation.csv``, and renew the report.

    Args:
        project: whose model is current.
        seeds: to train each variant with.
        names: of variants; None for all that say something of this model.
        progress: told what is being done, how much is done, and of how much.

    Returns:
        ``model`` (fingerprint of the model that was taken apart), ``users``, ``ks``, ``seeds`` and ``variants``, each
        with ``name``, ``seeds``, ``seconds`` and ``figures`` (metric -> ``recommender.ablation.Figure``).

    Raises:
        ProjectError: the model is missing or older than what it is made from, or another run is at work.
        ConfigurationError: an unknown variant.
        InputError: there is no test part.
    """
    from kg.snapshot import load_holdout
    from recommender.ablation import ablate

    state = State.load(project)
    job = Job(project, state) if progress is None else Job(project, state, progress=progress)
    with ProjectLock(project):
        remove_leftovers(project)
        need_current(job)
        model, inputs = _inputs(project)
        ks = project.settings.evaluation.ks
        kept = _kept(project, model, ks)
        with tempfile.TemporaryDirectory(dir=project.folder, prefix=".ablation-") as folder:
            variants = ablate(
                inputs,
                load_holdout(project.holdout),
                Path(folder),
                names=names,
                seeds=seeds,
                ks=ks,
                kept=kept,
                progress=job.progress,
            )
        found = {
            "model": model,
            "seeds": seeds,
            "users": variants[0].users,
            "ks": list(ks),
            "variants": [asdict(own) for own in variants],
        }
        write_beside(project.ablation_table, as_csv(found).encode())
        write_beside(project.ablation_file, (json.dumps(found, indent=1) + "\n").encode())
        shutil.rmtree(kept.parent)
        if is_current(STAGES["evaluate"], job):
            run_stage(STAGES["report"], job, None)
    return found


def as_csv(found: dict[str, Any]) -> str:
    """Give an ablation as a table: one line for each variant and metric."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    columns = ("mean", "ci95", "deviation", "difference", "difference_ci95")
    lines.writerow(("variant", "metric", *columns, "seeds", "users", "model"))
    for variant in found["variants"]:
        for metric, figure in variant["figures"].items():
            own = ("" if figure[name] is None else figure[name] for name in columns)
            lines.writerow((variant["name"], metric, *own, variant["seeds"], found["users"], found["model"]))
    return out.getvalue()


def _kept(project: Project, model: str, ks: Sequence[int]) -> Path:
    """Give the folder that an interrupted call goes on from, and remove those of other models."""
    place = project.folder / ".ablation"
    own = place / "-".join([model[:16], *map(str, ks)])
    for other in place.glob("*"):
        if other != own:
            shutil.rmtree(other)
    own.mkdir(parents=True, exist_ok=True)
    return own


def _inputs(project: Project) -> tuple[str, Inputs]:
    """Give the fingerprint of the model, and what it was trained with, its own parameters among it."""
    from kg.snapshot import load_snapshot
    from recommender.ablation import Inputs
    from recommender.artefact import read_manifest
    from shopgraph.pipeline.stages.train import network_settings, product_vectors

    manifest = read_manifest(project.judged)
    network = network_settings(project)
    training = project.settings.training.as_train(tune=False)
    recency = manifest.get("recency", 0.0)
    settings = replace(training, parameters=manifest["parameters"], recency=recency, network=network)
    vectors = [] if network is None else product_vectors(project)
    inputs = Inputs(load_snapshot(project.snapshot), settings, tuple(vectors), of_graph=(GRAPH,))
    return manifest["fingerprint"], inputs
