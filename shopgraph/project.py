"""A project: the folder that holds a shop's settings, tables, graph, snapshot, model and reports."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING

from kg.errors import ShopgraphError

if TYPE_CHECKING:
    from kg.store.protocol import GraphStore
    from recommender.rules import Rules
    from shopgraph.settings import Settings

if sys.platform != "win32":
    import fcntl

SETTINGS_FILE = "shopgraph.toml"
LANGUAGES = ("en", "zh")
"""Languages in which people read reports."""


class ProjectError(ShopgraphError):
    """The project is missing, in use, damaged, or not yet ready for what is asked of it."""


@dataclass(frozen=True)
class Project:
    """The places of a project; ``folder`` is as the caller wrote it, so that messages are too."""

    folder: Path

    @classmethod
    def create(cls, folder: Path, *, given: Mapping[str, Mapping[str, object]] | None = None) -> Project:
        """Make a project with a ``shopgraph.toml`` that explains every key.

        Args:
            folder: new, or without a project.
            given: settings that it starts with, section -> key -> value.

        Raises:
            ProjectError: there is a project already, or the folder cannot be made.
        """
        from shopgraph.settings import settings_template

        project = cls(folder)
        if project.exists():
            raise ProjectError(f"{folder} is a project already. Use it with: --project {folder}")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_beside(project.settings_file, settings_template(given).encode())
        except OSError as error:
            raise ProjectError(f"No project can be made in {folder}: {error}.") from error
        return project

    @classmethod
    def open(cls, folder: Path) -> Project:
        """Give the project in a folder.

        Raises:
            ProjectError: there is none.
        """
        project = cls(folder)
        if not project.exists():
            raise ProjectError(
                f"{folder.resolve()} is no project: it has no {SETTINGS_FILE}. Name one with --project, or make one "
                f"with: shopgraph init {folder}"
            )
        return project

    def exists(self) -> bool:
        """Tell whether the folder is a project."""
        return self.settings_file.is_file()

    @cached_property
    def settings(self) -> Settings:
        """The settings, read when first asked for.

        Raises:
            ConfigurationError: something is wrong in ``shopgraph.toml``.
        """
        from shopgraph.settings import load_settings

        return load_settings(self.settings_file)

    @property
    def settings_file(self) -> Path:
        """``shopgraph.toml``."""
        return self.folder / SETTINGS_FILE

    @property
    def rules_file(self) -> Path:
        """``rules.toml``, the shop's rules of ranking; it need not be there."""
        return self.folder / "rules.toml"

    def rules(self, file: Path | None = None) -> Rules | None:
        """Give the rules in a file, by default those of the project; None where it has none.

        Raises:
            ConfigurationError: the file cannot be read, or something is wrong in it.
        """
        from recommender.rules import load_rules

        if file is None and not self.rules_file.is_file():
            return None
        return load_rules(file or self.rules_file)

    @property
    def new_products(self) -> Path:
        """Tables of products that came after training, to be recommended until they are imported; need not be there."""
        return self.folder / "new"

    @property
    def has_new_products(self) -> bool:
        """Whether there are such tables."""
        return any(self.new_products.glob("products.*"))

    @property
    def data(self) -> Path:
        """Clean tables: ``sources/NAME`` for each source, ``joined`` where there are several."""
        return self.folder / "data"

    @property
    def sources(self) -> Path:
        """Clean tables, quarantine and report of each source."""
        return self.data / "sources"

    @property
    def linker(self) -> Path:
        """What finds mentions in texts."""
        return self.folder / "linker"

    @property
    def linked(self) -> Path:
        """Which reviews were linked, and by what."""
        return self.folder / "linked.parquet"

    @property
    def captioner(self) -> Path:
        """What writes captions, where it was learned from the shop's own photos."""
        return self.folder / "captioner"

    @property
    def captions(self) -> Path:
        """Captions by the hash of the photo."""
        return self.folder / "captions.parquet"

    @property
    def pictures_quarantine(self) -> Path:
        """Photos that were set aside, with the reason."""
        return self.folder / "pictures-quarantine.jsonl"

    @property
    def snapshot(self) -> Path:
        """What is learned from."""
        return self.folder / "snapshot"

    @property
    def holdout(self) -> Path:
        """What is kept from learning."""
        return self.folder / "holdout"

    @property
    def vectors(self) -> Path:
        """Vectors of nodes, texts and photos, a folder for each kind."""
        return self.folder / "vectors"

    @property
    def proposals(self) -> Path:
        """Links that are probably true, and how sure each is."""
        return self.folder / "proposals"

    @property
    def model(self) -> Path:
        """The model that is served."""
        return self.folder / "model"

    @property
    def judged(self) -> Path:
        """The model that was judged: it does not know the test part."""
        return self.folder / "judged"

    @property
    def heads(self) -> Path:
        """Heads for categories and ratings, beside the model."""
        return self.folder / "heads"

    @property
    def journal_file(self) -> Path:
        """What customers told the service."""
        return self.folder / "feedback" / "journal.sqlite"

    @property
    def graph_turn(self) -> Path:
        """Lock by which a build and the writer of feedback take turns with the graph."""
        return self.journal_file.with_name("turn.lock")

    @property
    def report(self) -> Path:
        """Folder of the HTML report."""
        return self.folder / "report"

    @property
    def report_page(self) -> Path:
        """The page of the report."""
        return self.report / "index.html"

    def report_in(self, language: str) -> Path:
        """Give the page of the report in one of ``LANGUAGES``."""
        return self.report_page if language == "en" else self.report / f"index.{language}.html"

    @property
    def state_file(self) -> Path:
        """What was done, from which inputs."""
        return self.folder / "state.json"

    @property
    def has_vectors(self) -> bool:
        """Whether stage ``vectors`` has made any."""
        return any(self.vectors.glob("*/manifest.json"))

    @property
    def tuned_file(self) -> Path:
        """Parameters that the last tuning chose."""
        return self.folder / "tuned.json"

    @property
    def tuned_network_file(self) -> Path:
        """Settings of the network that the last ``shopgraph tune`` found best."""
        return self.folder / "tuned-network.json"

    @property
    def evaluation_file(self) -> Path:
        """How good the model is."""
        return self.folder / "evaluation.json"

    @property
    def ablation_file(self) -> Path:
        """What each part of the model gives."""
        return self.folder / "ablation.json"

    @property
    def ablation_table(self) -> Path:
        """The same as a table."""
        return self.folder / "ablation.csv"

    def open_store(self, *, read_only: bool = True) -> GraphStore:
        """Open the project's graph store; for writing, with all tables, also those that an older version did not have.

        Raises:
            ConfigurationError: the settings of the store are wrong.
            GraphStoreError: it cannot be opened.
        """
        store = self.settings.store.open(self.folder, read_only=read_only)
        if not read_only:
            try:
                store.create_schema()
            except BaseException:
                store.close()
                raise
        return store

    def need_model(self) -> Path:
        """Give the folder of the model.

        Raises:
            ProjectError: none was trained yet.
        """
        if not self.model.is_dir():
            raise ProjectError(f"{self.folder} has no model yet. Make one with: shopgraph run --project {self.folder}")
        return self.model

    def need_judged(self) -> Path:
        """Give the folder of the model that is judged.

        Raises:
            ProjectError: none was trained yet.
        """
        if not self.judged.is_dir():
            raise ProjectError(f"{self.folder} has no model yet. Make one with: shopgraph run --project {self.folder}")
        return self.judged


class ProjectLock:
    """One run at a time in a project; the operating system frees the lock when the process ends, however it ends.

    Raises:
        ProjectError: another process holds it; says which and since when.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._file: IO[str] | None = None

    def __enter__(self) -> ProjectLock:
        if sys.platform == "win32":
            return self
        try:
            file = (self._project.folder / ".lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise ProjectError(f"The project {self._project.folder} cannot be written: {error}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = _holder(file.read())
            file.close()
            raise ProjectError(
                f"The project {self._project.folder} is being worked on by {holder}. Wait until that is done, or stop "
                "it, and run the command again."
            ) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}))
        file.flush()
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _holder(note: str) -> str:
    try:
        holder = json.loads(note)
        return f"process {holder['pid']} since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        return "another process"


def write_beside(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, also if the machine stops meanwhile."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


__all__ = ["LANGUAGES", "SETTINGS_FILE", "Project", "ProjectError", "ProjectLock", "write_beside"]
