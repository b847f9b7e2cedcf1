"""The model, judged on what it has never seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from pydantic import JsonValue

from shopgraph.pipeline.fingerprint import fingerprint
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.project import Project, write_beside


class EvaluateStage:
    """See the module."""

    name = "evaluate"
    doc = "Judges the model on the test part, which it does not know."
    version = 2
    after: tuple[str, ...] = ("snapshot", "train")

    def wanted(self, job: Job) -> bool:
        """Tell that it always runs."""
        return True

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give the settings of evaluation."""
        return job.project.settings.evaluation.model_dump()

    def present(self, project: Project) -> bool:
        """Tell whether the figures are there."""
        return project.evaluation_file.is_file()

    def run(self, job: Job) -> Outcome:
        """Judge the model, and write ``evaluation.json``; without a test part it holds no metrics."""
        from kg.snapshot import load_holdout
        from recommender import Recommender
        from recommender.evaluation import evaluate

        project = job.project
        holdout = load_holdout(project.holdout)
        recommender = Recommender.load(project.need_judged())
        notes: tuple[str, ...] = ()
        nothing: dict[str, Any] = {"metrics": {}, "intervals": {}, "baselines": {}, "users": 0, "groups": []}
        found = {"model": recommender.model, **nothing}
        if holdout.manifest["counts"]["test"]["targets"]:
            ks = project.settings.evaluation.ks
            evaluation = evaluate(recommender, holdout, ks=ks, progress=partial(job.progress, "judging"))
            found = {
                "model": evaluation.model,
                "metrics": dict(evaluation.metrics),
                "intervals": dict(evaluation.intervals),
                "baselines": {name: dict(metrics) for name, metrics in evaluation.baselines.items()},
                "users": evaluation.users,
                "groups": [asdict(group) for group in evaluation.groups],
            }
        else:
            notes = ("there is no test part to judge the model on; see [split] in shopgraph.toml",)
        content = (json.dumps(found, indent=1) + "\n").encode()
        write_beside(project.evaluation_file, content)
        figures: dict[str, JsonValue] = {"users": found["users"], **found["metrics"]}
        return Outcome(fingerprint(found), figures, notes)
