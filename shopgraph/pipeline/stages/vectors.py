"""The snapshot to vectors: of the graph, of texts, of photos, and of the space that joins them."""

from __future__ import annotations

from collections.abc import Mapping

from shopgraph.pipeline.fingerprint import fingerprint, look
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.project import Project
from shopgraph.settings.vectors import NONE


class VectorsStage:
    """See the module."""

    name = "vectors"
    doc = "Trains vectors of the graph, of texts and of photos, and joins them."
    version = 1
    after: tuple[str, ...] = ("snapshot",)

    def wanted(self, job: Job) -> bool:
        """Tell whether any vectors are asked for."""
        part = job.project.settings.vectors
        texts = part.other_texts != NONE or any(name != NONE for name in part.texts.values())
        return part.graph != NONE or part.images != NONE or texts or bool(part.ready)

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give the settings of vectors, the language of texts, and the files that others made."""
        project = job.project
        part = project.settings.vectors
        files = [project.folder / name for one in part.ready.values() for name in (one.matrix, one.ids) if name]
        return {
            "vectors": part.model_dump(),
            "language": project.settings.linking.language,
            "files": {str(file): look(file) for file in files if file.exists()},
        }

    def present(self, project: Project) -> bool:
        """Tell whether vectors are there."""
        return project.has_vectors

    def run(self, job: Job) -> Outcome:
        """Make them."""
        from shopgraph.pipeline.vectors import make_vectors

        report = make_vectors(job.project, progress=job.progress)
        return Outcome(fingerprint({"vectors": report.fingerprints}), report.figures, tuple(report.notes))
