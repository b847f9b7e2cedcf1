"""The HTML report on data and model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.artefact import file_digest
from shopgraph.pipeline.fingerprint import contents, fingerprint
from shopgraph.pipeline.known import known, known_ablation
from shopgraph.pipeline.sources import whole_report
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.pipeline.stages.vectors import VectorsStage
from shopgraph.project import LANGUAGES, Project

if TYPE_CHECKING:
    from embeddings.atlas import Point
    from shopgraph.report.data import Ablation, Evaluation


class ReportStage:
    """See the module."""

    name = "report"
    doc = "Writes the HTML report."
    version = 3
    after: tuple[str, ...] = ("import", "snapshot", "vectors", "train", "evaluate", "refit")

    def wanted(self, job: Job) -> bool:
        """Tell whether the settings ask for it."""
        return job.project.settings.report.write

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give the settings of the report, what the last ablation found, and the rules of ranking."""
        files = {"ablation": job.project.ablation_file, "rules": job.project.rules_file}
        found = {name: file_digest(file) if file.is_file() else None for name, file in files.items()}
        return {**job.project.settings.report.model_dump(), **found}

    def present(self, project: Project) -> bool:
        """Tell whether there is a report in each language."""
        return all(project.report_in(language).is_file() for language in LANGUAGES)

    def run(self, job: Job) -> Outcome:
        """Write it in each language."""
        from kg.snapshot import load_snapshot
        from recommender import Recommender
        from shopgraph.chinese import chinese_names
        from shopgraph.nearest import ProjectVectors
        from shopgraph.report import collect_report, write_report
        from shopgraph.report.language import Words
        from shopgraph.report.vectors import map_points, product_map, vector_kinds

        project, settings = job.project, job.project.settings.report
        evaluation = _evaluation(known(project, job.state))
        parameters = job.state.stages["train"].figures.get("parameters")
        snapshot, recommender = load_snapshot(project.snapshot), Recommender.load(project.need_model())
        data = collect_report(
            snapshot,
            whole_report(project, sorted(job.state.sources)),
            evaluation,
            recommender,
            customers=settings.customers,
            parameters=parameters if isinstance(parameters, dict) else None,
            rules=project.rules(),
            chinese=chinese_names(project, recommender),
        )
        data = replace(data, ablation=_ablation(project))
        points: Sequence[Point] = ()
        if "vectors" in job.state.stages and VectorsStage().wanted(job):
            vectors = ProjectVectors(project)
            data = replace(data, vectors=vector_kinds(vectors, job.state.stages["vectors"].figures))
            points = map_points(vectors, snapshot)
        pages = {language: project.report_in(language) for language in LANGUAGES}
        for language, page in pages.items():
            words = Words(language)
            title = settings.title or words("page.title", dataset=job.state.dataset)
            told = replace(data, title=title, product_map=product_map(points, words))
            others = {other: path.name for other, path in pages.items() if other != language}
            write_report(told, page, language=language, others=others)
        written = {language: contents(page.parent, page.name) for language, page in pages.items()}
        return Outcome(fingerprint(written), {"page": str(project.report_page)})


def _evaluation(found: Mapping[str, Any]) -> Evaluation | None:
    """Give the figures of the model as the report shows them; None where there is no test part."""
    from recommender.groups import Group
    from shopgraph.report.data import Evaluation

    metrics: dict[str, float] = found["metrics"]
    if not metrics:
        return None
    intervals = {
        name: (metrics[name] - half, metrics[name] + half)
        for name, half in found["intervals"].items()
        if name in metrics
    }
    groups = tuple(Group(**own) for own in found["groups"])
    return Evaluation(metrics, intervals, found["baselines"], found["model"], groups=groups)


def _ablation(project: Project) -> Ablation | None:
    """Give the last ablation, marked where the model has changed since."""
    from recommender.ablation import Figure, Variant
    from recommender.artefact import read_manifest
    from shopgraph.report.data import Ablation

    found = known_ablation(project)
    if found is None:
        return None
    variants = tuple(
        Variant(**{**own, "figures": {name: Figure(**figure) for name, figure in own["figures"].items()}})
        for own in found["variants"]
    )
    stale = found["model"] != read_manifest(project.need_judged())["fingerprint"]
    metrics = tuple(f"{name}@{found['ks'][0]}" for name in ("recall", "ndcg"))
    return Ablation(found["model"], stale, found["users"], metrics, variants)
