"""The sources of a project: files that were imported, each under a name of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from kg.quality import QualityReport, TableReport, import_source
from kg.sources import format_of
from shopgraph.pipeline.fingerprint import contents, fingerprint, look
from shopgraph.pipeline.stage import Progress
from shopgraph.pipeline.state import SourceState
from shopgraph.project import Project


def source_name(path: Path) -> str:
    """Make the name of a source from its folder or file: letters, digits, dots and dashes."""
    name = re.sub(r"[^\w.-]+", "-", path.resolve().name).strip("-.")
    return name or "source"


def source_state(path: Path, *, format_name: str | None, strict: bool) -> SourceState:
    """Look at a source and give the note of it.

    Raises:
        InputError: it does not exist, or its format is unknown.
    """
    return SourceState(path=str(path.resolve()), format=format_of(path, format_name), strict=strict)


def source_inputs(source: SourceState) -> str | None:
    """Fingerprint what the import of a source depends on; None if its files are gone."""
    path = Path(source.path)
    if not path.exists():
        return None
    return fingerprint({"format": source.format, "strict": source.strict, "path": source.path, "files": look(path)})


def import_one(project: Project, name: str, source: SourceState, *, progress: Progress) -> QualityReport:
    """Import one source into its folder, and note the fingerprints in ``source``.

    Raises:
        InputError: as ``kg.quality.import_source``.
    """
    inputs = source_inputs(source) or ""
    out = project.sources / name
    report = import_source(
        Path(source.path),
        out=out,
        format_name=source.format,
        strict=source.strict,
        progress=lambda done, total: progress(f"reading {name}", done, total),
    )
    from shopgraph.feedback.tables import leave_out_forgotten

    leave_out_forgotten(project, out)
    source.inputs = inputs
    source.outcome = contents(out, "*.parquet")
    return report


def source_report(project: Project, name: str) -> QualityReport:
    """Give what the import of a source kept and set aside.

    Raises:
        InputError: it cannot be read.
    """
    return QualityReport.load(project.sources / name / "report.json")


def whole_report(project: Project, names: Sequence[str]) -> QualityReport:
    """Give what the imports of several sources kept and set aside, added up.

    Raises:
        InputError: one cannot be read.
    """
    reports = [source_report(project, name) for name in names]
    if len(reports) == 1:
        return reports[0]
    whole = QualityReport(source=" + ".join(Path(report.source).name for report in reports), format="several")
    for report in reports:
        whole.unreadable += report.unreadable
        for name, table in report.tables.items():
            added = whole.tables.setdefault(name, TableReport())
            added.read += table.read
            added.kept += table.kept
            added.quarantined += table.quarantined
            added.implied += table.implied
    return whole
