"""The snapshot to a trained model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import JsonValue

from kg.artefact import file_digest
from shopgraph.heads import learn_heads
from shopgraph.pipeline.fingerprint import fingerprint
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.pipeline.tune import tuned_changes
from shopgraph.project import Project, ProjectError, write_beside

if TYPE_CHECKING:
    from embeddings.vectors import Vectors
    from recommender.network import NetworkSettings
    from recommender.settings import TrainSettings
    from recommender.training import TrainReport


class TrainStage:
    """See the module."""

    name = "train"
    doc = "Chooses the model's parameters and trains it, for judging."
    version = 8
    after: tuple[str, ...] = ("snapshot",)

    def wanted(self, job: Job) -> bool:
        """Tell that it always runs."""
        return True

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give the settings of training and of the network, and the vectors, which network and heads take in."""
        settings = job.project.settings
        vectors = job.state.stages.get("vectors")
        return {
            "training": settings.training.model_dump(),
            "network": {
                **settings.network.model_dump(),
                **(tuned_changes(job.project) if settings.network.fusion != "none" else {}),
            },
            "vectors": None if vectors is None else vectors.outcome,
        }

    def present(self, project: Project) -> bool:
        """Tell whether the model is there."""
        return (project.judged / "manifest.json").is_file()

    def run(self, job: Job) -> Outcome:
        """Train, and keep the parameters that tuning chose."""
        from kg.snapshot import load_holdout, load_snapshot
        from recommender.training import train

        project, training = job.project, job.project.settings.training
        network = network_settings(project)
        settings = replace(tuned_settings(project, tune=job.tune), network=network)
        snapshot, holdout = load_snapshot(project.snapshot), load_holdout(project.holdout)
        vectors = [] if network is None else product_vectors(project)
        report = train(snapshot, holdout, project.judged, settings=settings, modalities=vectors, progress=job.progress)
        if settings.tune:
            _keep(project, report, snapshot=snapshot.fingerprint)
        heads = learn_heads(project, snapshot, memory_gib=training.memory_gib, seed=training.seed)
        outcome = fingerprint({"manifest": file_digest(project.judged / "manifest.json")})
        figures: dict[str, JsonValue] = {
            "model": report.model,
            "tuned": settings.tune,
            "solved": report.estimate,
            "parameters": {name: float(value) for name, value in report.parameters.items()},
            "recency": report.recency,
            "validation": {name: float(value) for name, value in report.validation.items()},
            "network": project.settings.network.fusion,
            "vectors": [own.name for own in vectors],
            "heads": heads,
        }
        return Outcome(outcome, figures, tuple(report.notes))


def network_settings(project: Project) -> NetworkSettings | None:
    """Give the settings of the network, as the last search left them; None for no network."""
    network = project.settings.network.as_settings(seed=project.settings.training.seed)
    return None if network is None else replace(network, **tuned_changes(project))  # type: ignore[arg-type]


def product_vectors(project: Project) -> list[Vectors]:
    """Give the vectors of products that the network takes in.

    Raises:
        ProjectError: the settings name vectors that the project does not have.
    """
    from shopgraph.nearest import ProjectVectors

    wanted = project.settings.network.vectors
    if not project.has_vectors:
        if wanted:
            raise ProjectError(f'[network] vectors names "{wanted[0]}", and {project.folder} has no vectors.')
        return []
    there = ProjectVectors(project)
    return there.of_products(there.names if wanted is None else wanted)


def tuned_settings(project: Project, *, tune: bool | None = None) -> TrainSettings:
    """Give the settings of training, without a network, with what the last tuning of the model chose.

    Args:
        project: with its settings.
        tune: as for ``TrainingPart.as_train``.

    Raises:
        ProjectError: ``tuned.json`` is damaged.
    """
    training = project.settings.training
    try:
        kept = json.loads(project.tuned_file.read_text("utf-8"))
        if kept["model"] != training.model:
            return training.as_train(tune=tune)
        tuned = {str(name): float(value) for name, value in kept["parameters"].items()}
        return training.as_train(tuned=tuned, recency=float(kept.get("recency", 0.0)), tune=tune)
    except FileNotFoundError:
        return training.as_train(tune=tune)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProjectError(f"{project.tuned_file} cannot be read ({error!r}). Remove it, and tune again.") from error


def _keep(project: Project, report: TrainReport, *, snapshot: str) -> None:
    kept = {
        "model": report.model,
        "parameters": {name: float(value) for name, value in report.parameters.items()},
        "recency": report.recency,
        "validation": {name: float(value) for name, value in report.validation.items()},
        "snapshot": snapshot,
    }
    write_beside(project.tuned_file, (json.dumps(kept, indent=1, sort_keys=True) + "\n").encode())
