"""The HTML report on data and model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from shopgraph.pipeline.fingerprint import contents
from shopgraph.pipeline.known import known
from shopgraph.pipeline.sources import whole_report
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.pipeline.stages.vectors import VectorsStage
from shopgraph.project import Project


class ReportStage:
    """See the module."""

    name = "report"
    doc = "Writes the HTML report."
    version = 2
    after: tuple[str, ...] = ("import", "snapshot", "vectors", "train", "evaluate", "refit")

    def wanted(self, job: Job) -> bool:
        """Tell whether the settings ask for it."""
        return job.project.settings.report.write

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give the settings of the report."""
        return job.project.settings.report.model_dump()

    def present(self, project: Project) -> bool:
        """Tell whether there is a report."""
        return project.report_page.is_file()

    def run(self, job: Job) -> Outcome:
        """Write it."""
        from kg.snapshot import load_snapshot
        from recommender import Recommender
        from shopgraph.nearest import ProjectVectors
        from shopgraph.report import Evaluation, collect_report, write_report
        from shopgraph.report.vectors import product_map, vector_kinds

        project, settings = job.project, job.project.settings.report
        found = known(project, job.state)
        metrics: dict[str, float] = found["metrics"]
        evaluation = Evaluation(
            metrics=metrics,
            intervals={
                name: (metrics[name] - half, metrics[name] + half)
                for name, half in found["intervals"].items()
                if name in metrics
            },
            baselines=found["baselines"],
            model=found["model"],
        )
        parameters = job.state.stages["train"].figures.get("parameters")
        data = collect_report(
            load_snapshot(project.snapshot),
            whole_report(project, sorted(job.state.sources)),
            evaluation if metrics else None,
            Recommender.load(project.need_model()),
            customers=settings.customers,
            parameters=parameters if isinstance(parameters, dict) else None,
            title=settings.title or f"shopgraph report: {job.state.dataset}",
        )
        if "vectors" in job.state.stages and VectorsStage().wanted(job):
            known_vectors = ProjectVectors(project)
            snapshot = load_snapshot(project.snapshot)
            figures = job.state.stages["vectors"].figures
            data = replace(
                data,
                vectors=vector_kinds(known_vectors, figures),
                product_map=product_map(known_vectors, snapshot),
            )
        page = write_report(data, project.report_page)
        return Outcome(contents(page.parent, page.name), {"page": str(page)})
