"""The HTML report on data and model."""

from __future__ import annotations

from collections.abc import Mapping

from shopgraph.pipeline.fingerprint import contents
from shopgraph.pipeline.known import known
from shopgraph.pipeline.sources import whole_report
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.project import Project


class ReportStage:
    """See the module."""

    name = "report"
    doc = "Writes the HTML report."
    version = 1
    after: tuple[str, ...] = ("import", "snapshot", "train", "evaluate")

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
        from shopgraph.report import Evaluation, collect_report, write_report

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
        page = write_report(data, project.report_page)
        return Outcome(contents(page.parent, page.name), {"page": str(page)})
