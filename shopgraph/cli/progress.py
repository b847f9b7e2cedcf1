"""A progress bar that shows itself to people only, and only where the work takes more than a moment."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE = 2.0
"""Seconds before a bar is shown."""


class Bar:
    """A bar on stderr; it is silent where stderr is not a terminal.

    Args:
        unit_bytes: what is counted are bytes.
    """

    def __init__(self, *, unit_bytes: bool = False) -> None:
        self._bytes = unit_bytes
        self._terminal = sys.stderr.isatty()
        self._start = time.monotonic()
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far the work is; ``total`` of 0 says that nobody knows."""
        if not self._terminal or time.monotonic() - self._start < _PATIENCE:
            return
        if self._progress is None:
            self._progress = self._make()
            self._progress.start()
            self._task = self._progress.add_task(what, total=total or None)
        if self._task is not None:
            self._progress.update(self._task, description=what, completed=done, total=total or None)

    def clear(self) -> None:
        """Take the bar away, and be patient anew."""
        if self._progress is not None:
            self._progress.stop()
            self._progress, self._task = None, None
        self._start = time.monotonic()

    def _make(self) -> Progress:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn() if self._bytes else MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
