"""What was done in a project, and from which inputs: ``state.json``."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from shopgraph.project import Project, ProjectError, write_beside

STATE_VERSION = 1


class SourceState(BaseModel):
    """One source of the project.

    Attributes:
        path: absolute, of the folder or file.
        format: name of its reader.
        strict: whether rows that break a rule stop the import.
        inputs: fingerprint of its files when they were imported; empty before that.
        outcome: fingerprint of the clean tables.
    """

    model_config = ConfigDict(extra="forbid")

    path: str
    format: str
    strict: bool = False
    inputs: str = ""
    outcome: str = ""


class StageState(BaseModel):
    """One stage that is done.

    Attributes:
        inputs: fingerprint of all that its outcome depends on.
        outcome: fingerprint of what it made.
        seconds: wall time that it took.
        peak_rss_mb: the most memory that the process had used by its end, in MB.
        figures: what it counted or measured.
        notes: what people should know.
    """

    model_config = ConfigDict(extra="forbid")

    inputs: str
    outcome: str
    seconds: float
    peak_rss_mb: float
    figures: dict[str, JsonValue] = Field(default_factory=dict)
    notes: list[str] = Field(default_factory=list)


class State(BaseModel):
    """The state of a project."""

    model_config = ConfigDict(extra="forbid")

    version: int = STATE_VERSION
    sources: dict[str, SourceState] = Field(default_factory=dict)
    stages: dict[str, StageState] = Field(default_factory=dict)

    @classmethod
    def load(cls, project: Project) -> State:
        """Read the state; that of a project in which nothing was done yet is empty.

        Raises:
            ProjectError: the file is damaged, or of another version.
        """
        path = project.state_file
        if not path.exists():
            return cls()
        try:
            state = cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise _unusable(path, "cannot be read") from error
        if state.version != STATE_VERSION:
            raise _unusable(path, f"is of version {state.version}, and this shopgraph reads {STATE_VERSION}")
        return state

    def save(self, project: Project) -> None:
        """Write the state, whole or not at all."""
        write_beside(project.state_file, self.model_dump_json(indent=1).encode() + b"\n")

    @property
    def dataset(self) -> str:
        """Name of what was imported: the source's folder or file, several joined by ``+``."""
        return "+".join(Path(source.path).name for source in self.sources.values())


def _unusable(path: Path, why: str) -> ProjectError:
    return ProjectError(f"{path} {why}. Remove it, import the sources again (shopgraph import) and run again.")
