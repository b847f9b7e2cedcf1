"""Files to clean tables, for every source of the project whose files have changed."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from shopgraph.pipeline.fingerprint import fingerprint
from shopgraph.pipeline.sources import import_one, source_inputs, source_report
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.project import Project, ProjectError


class ImportStage:
    """See the module."""

    name = "import"
    doc = "Reads the sources whose files have changed, and checks their rows."
    version = 1
    after: tuple[str, ...] = ()

    def wanted(self, job: Job) -> bool:
        """Tell that it always runs."""
        return True

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give the looks of the sources, and of the journal; a source whose files are gone is as it was imported."""
        from shopgraph.feedback.tables import journal_state

        looks = {name: source_inputs(source) or source.inputs for name, source in sorted(job.state.sources.items())}
        feedback = journal_state(job.project)
        return {"sources": looks, "feedback": feedback} if feedback else looks

    def present(self, project: Project) -> bool:
        """Tell whether there are clean tables; ``run`` looks at each source."""
        return project.sources.is_dir()

    def run(self, job: Job) -> Outcome:
        """Import what has changed; each source is noted when it is done."""
        project, sources = job.project, job.state.sources
        if not sources:
            raise ProjectError(
                f"{project.folder} has no data yet. Import some: shopgraph import FOLDER --project {project.folder}"
            )
        notes: list[str] = []
        for name, source in sorted(sources.items()):
            there = (project.sources / name / "report.json").is_file()
            inputs = source_inputs(source)
            if inputs is None and there:
                notes.append(f"{source.path} is gone; what was imported from it is used")
            elif job.forced or not there or inputs != source.inputs:
                import_one(project, name, source, progress=job.progress)
                job.state.save(project)
        reports = {name: source_report(project, name) for name in sorted(sources)}
        figures: dict[str, JsonValue] = {
            "read": sum(report.read for report in reports.values()),
            "kept": sum(report.kept for report in reports.values()),
            "quarantined": sum(report.quarantined for report in reports.values()),
        }
        from shopgraph.feedback.tables import journal_state

        outcome = fingerprint({name: source.outcome for name, source in sources.items()})
        if feedback := journal_state(project):
            outcome = fingerprint({"sources": outcome, "feedback": feedback})
        return Outcome(outcome, figures, tuple(notes))
