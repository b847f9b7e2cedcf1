"""What every stage of the pipeline is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import JsonValue

from shopgraph.pipeline.state import State
from shopgraph.project import Project

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def _quiet(what: str, done: int, total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a stage is given.

    Attributes:
        project: to work in.
        state: of the project; a stage that notes something in it saves it.
        forced: do also what seems done.
        tune: overrides the setting of that name; None to follow it.
        progress: to call now and then.
    """

    project: Project
    state: State
    forced: bool = False
    tune: bool | None = None
    progress: Progress = _quiet


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a stage made.

    Attributes:
        fingerprint: of what it made; the stages that read it run again where this is another than before.
        figures: what it counted or measured.
        notes: what people should know.
    """

    fingerprint: str
    figures: dict[str, JsonValue] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Stage(Protocol):
    """One stage. A new one is a file in ``stages/`` and an entry in ``STAGES``.

    A stage may be killed at any point. It writes beside and renames, or does work that may be repeated; what it made
    counts as made when ``run`` has come back.
    """

    name: str
    """As in ``--from`` and ``state.json``."""

    doc: str
    """One line for help and docs."""

    version: int
    """Raised when the same inputs would now give another outcome."""

    after: tuple[str, ...]
    """Stages whose outcome it reads."""

    def wanted(self, job: Job) -> bool:
        """Tell whether the settings ask for it."""
        ...

    def depends(self, job: Job) -> Mapping[str, object]:
        """Give the settings and files, besides the outcome of other stages, that its own outcome depends on."""
        ...

    def present(self, project: Project) -> bool:
        """Tell whether what it made is still there."""
        ...

    def run(self, job: Job) -> Outcome:
        """Do it.

        Raises:
            ShopgraphError: it cannot be done; the message says why.
        """
        ...
