"""What is known of a project's model: its metrics, what making it took, and what each of its parts gives."""

from __future__ import annotations

import json
from typing import Any

from shopgraph.pipeline.state import State
from shopgraph.project import Project, ProjectError


def known(project: Project, state: State) -> dict[str, Any]:
    """Give what is known of a model that was judged.

    Returns:
        ``metrics``, ``intervals`` (95 % half widths), ``baselines`` (name -> metrics), ``users``, ``model``,
        ``groups`` of customers and of test products (as ``recommender.groups.Group``), ``dataset``, ``seconds`` of
        training and evaluating together, ``timings`` of every stage in seconds, and ``peak_rss_mb``, the most of any
        stage.

    Raises:
        ProjectError: its figures cannot be read.
    """
    try:
        found: dict[str, Any] = json.loads(project.evaluation_file.read_bytes())
    except (OSError, ValueError) as error:
        raise ProjectError(
            f"{project.evaluation_file} cannot be read: {error}. Run: shopgraph run --from evaluate --project "
            f"{project.folder}"
        ) from error
    timings = {name: stage.seconds for name, stage in state.stages.items()}
    return {
        "dataset": state.dataset,
        "model": found["model"],
        "metrics": found["metrics"],
        "intervals": found["intervals"],
        "baselines": found["baselines"],
        "users": found["users"],
        "groups": found["groups"],
        "seconds": round(timings.get("train", 0.0) + timings.get("evaluate", 0.0), 3),
        "timings": timings,
        "peak_rss_mb": max((stage.peak_rss_mb for stage in state.stages.values()), default=0.0),
    }


def known_ablation(project: Project) -> dict[str, Any] | None:
    """Give the last ablation of a project, as ``ablate_project`` gives it; None where there was none.

    Raises:
        ProjectError: ``ablation.json`` is damaged.
    """
    try:
        found: dict[str, Any] = json.loads(project.ablation_file.read_text("utf-8"))
        _ = (found["model"], found["users"], found["ks"], found["seeds"])
        for variant in found["variants"]:
            _ = (variant["name"], [own["difference_ci95"] for own in variant["figures"].values()])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProjectError(
            f"{project.ablation_file} cannot be read ({error!r}). Remove it, or make it anew: shopgraph ablate"
        ) from error
    return found
