"""The snapshot to links that are probably true."""

from __future__ import annotations

from collections.abc import Mapping

from shopgraph.pipeline.fingerprint import fingerprint
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.project import Project
from shopgraph.settings.vectors import NONE


class ProposeStage:
    """See the module."""

    name = "propose"
    doc = "Proposes links that are probably true, with what supports each."
    version = 1
    after: tuple[str, ...] = ("build", "snapshot")

    def wanted(self, job: Job) -> bool:
        """Tell whether the settings ask for it in every run."""
        return job.project.settings.proposals.run

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give the settings of proposals, and those of the model that joins."""
        part, vectors = job.project.settings.proposals, job.project.settings.vectors
        trained = {} if part.model == NONE else {"options": vectors.graph_options, "seed": vectors.seed}
        return {"proposals": part.model_dump(exclude={"run"}), **trained}

    def present(self, project: Project) -> bool:
        """Tell whether the proposals are there."""
        return (project.proposals / "manifest.json").is_file()

    def run(self, job: Job) -> Outcome:
        """Propose."""
        from shopgraph.pipeline.proposals import make_proposals

        report = make_proposals(job.project, progress=job.progress)
        return Outcome(fingerprint({"proposals": report.fingerprint}), report.figures, report.notes)
