"""Settings of the network that a search found: made by ``shopgraph tune``, used by stage train."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from kg.errors import ConfigurationError
from recommender.network import NetworkSettings
from shopgraph.pipeline.fingerprint import fingerprint
from shopgraph.project import Project, ProjectError, write_beside

if TYPE_CHECKING:
    from embeddings.vectors import Vectors
    from recommender.network.search import Tried
    from recommender.settings import TrainSettings


def tune_network(
    project: Project, *, minutes: float, progress: Callable[[str, int, int], None] | None = None
) -> tuple[Tried, ...]:
    """Search settings of the network, keep the best ones in the project, and give all attempts, the best first.

    What ``shopgraph.toml`` names stays as it says in every attempt. The best so far are kept after each attempt, unless
    an earlier search of the same data and settings found better ones: an interruption loses one attempt.

    Raises:
        ProjectError: the project has no snapshot yet.
        ModelError: there is no network to search for, or nobody to judge it by.
    """
    from kg.snapshot import load_holdout, load_snapshot
    from recommender.network.search import search
    from shopgraph.pipeline.stages.train import product_vectors, tuned_settings

    if not (project.snapshot / "manifest.json").is_file():
        raise ProjectError(f"{project.folder} has no snapshot yet. Make it with: shopgraph run")
    training = project.settings.training
    given = project.settings.network.as_settings(seed=training.seed)
    settings = tuned_settings(project, tune=False)
    snapshot = load_snapshot(project.snapshot)
    vectors = [] if given is None else product_vectors(project)
    of = _searched(project, settings, snapshot.fingerprint, vectors)
    before = kept_worth(project, of=of)

    def keep(tried: tuple[Tried, ...]) -> None:
        if tried[0].worth > before:
            _keep(project, tried, of)

    return search(
        snapshot,
        load_holdout(project.holdout),
        replace(settings, network=given),
        minutes=minutes,
        fixed=project.settings.network.model_fields_set,
        modalities=vectors,
        found=keep,
        progress=progress,
    )


def tuned_changes(project: Project) -> dict[str, float]:
    """Give the settings that the last search found best, without those that ``shopgraph.toml`` names itself.

    Raises:
        ProjectError: ``tuned-network.json`` is damaged.
    """
    try:
        changes = json.loads(project.tuned_network_file.read_text("utf-8"))["changes"]
        NetworkSettings(**changes)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, ConfigurationError) as error:
        raise ProjectError(
            f"{project.tuned_network_file} cannot be read ({error!r}). Remove it, and search again: shopgraph tune"
        ) from error
    named = project.settings.network.model_fields_set
    return {name: value for name, value in changes.items() if name not in named}


def _searched(project: Project, settings: TrainSettings, snapshot: str, vectors: Sequence[Vectors]) -> str:
    """Give a fingerprint of what is searched: attempts of the same can be compared."""
    network = project.settings.network
    return fingerprint(
        {
            "snapshot": snapshot,
            "training": asdict(settings),
            "network": network.model_dump(),
            "named": sorted(network.model_fields_set),
            "vectors": [own.name for own in vectors],
        }
    )


def kept_worth(project: Project, *, of: str | None = None) -> float:
    """Give what the settings that are kept are worth beside the closed form alone; 0 where there are none.

    Args:
        project: whose settings.
        of: fingerprint of what was searched; None for any.
    """
    try:
        kept = json.loads(project.tuned_network_file.read_text("utf-8"))
        return float(kept["attempts"][0]["worth"]) if of in (None, kept["of"]) else 0.0
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return 0.0  # what cannot be read is replaced


def _keep(project: Project, found: Sequence[Tried], of: str) -> None:
    kept = {"changes": dict(found[0].changes), "of": of, "attempts": [asdict(own) for own in found]}
    write_beside(project.tuned_network_file, (json.dumps(kept, indent=1, sort_keys=True) + "\n").encode())
