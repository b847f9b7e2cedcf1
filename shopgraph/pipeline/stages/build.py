"""Clean tables to the graph store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue

from shopgraph.file_lock import FileLock
from shopgraph.pipeline.fingerprint import fingerprint
from shopgraph.pipeline.stage import Job, Outcome
from shopgraph.project import Project


class BuildStage:
    """See the module."""

    name = "build"
    doc = "Loads the clean tables into the graph store."
    version = 3
    after: tuple[str, ...] = ("import",)

    def wanted(self, job: Job) -> bool:
        """Tell that it always runs."""
        return True

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give the address of the store."""
        store = job.project.settings.store
        return {"url": store.url, "database": None if store.embedded else store.database}

    def present(self, project: Project) -> bool:
        """Tell whether the embedded graph's file is there; a server's graph is taken to be."""
        store = project.settings.store
        return not store.embedded or store.file(project.folder).is_file()

    def run(self, job: Job) -> Outcome:
        """Join the sources and the journal of feedback, and make the graph hold what they say."""
        from kg.build import build

        with FileLock(job.project.graph_turn):  # feedback that comes meanwhile waits in the journal
            tables, repeated = _tables(job)
            with job.project.open_store(read_only=False) as store:
                report = build(tables, store, progress=job.progress)
        figures: dict[str, JsonValue] = {
            "nodes": sum(report.nodes.values()),
            "edges": sum(report.edges.values()),
            "removed_nodes": sum(report.removed_nodes.values()),
            "removed_edges": sum(report.removed_edges.values()),
        }
        notes = tuple(f"{rows:,} rows of {table} stand in several sources" for table, rows in repeated.items())
        holds = {
            "nodes": report.nodes,
            "edges": {str(key): count for key, count in report.edges.items()},
            "tables": job.state.stages["import"].outcome,
        }
        return Outcome(fingerprint(holds), figures, notes)


def _tables(job: Job) -> tuple[Path, dict[str, int]]:
    """Give the folder of tables to build from, and the rows that several sources gave."""

    from shopgraph.feedback.tables import tables_to_build

    job.progress("joining sources", 0, 0)
    return tables_to_build(job.project, [job.project.sources / name for name in sorted(job.state.sources)])
