"""Ctrl-C that nobody can swallow."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

Progress = Callable[[str, int, int], None]


class Interrupts:
    """Remembers an interruption: the next word of progress raises it again, and an error that came of it is one.

    A library that is being imported, or runs compiled code, may take ``KeyboardInterrupt`` for a failure of its own and
    go on, or stumble over it and raise another error. Used as ``with Interrupts() as interrupts``; outside the main
    thread it does nothing.
    """

    def __init__(self) -> None:
        self._asked = False
        self._before: Any = None

    def __enter__(self) -> Interrupts:
        ours = threading.current_thread() is threading.main_thread()
        if ours and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            self._before = signal.signal(signal.SIGINT, self._remember)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        if self._asked and isinstance(error, Exception):
            raise KeyboardInterrupt from error

    def watched(self, progress: Progress) -> Progress:
        """Give the same progress, which raises ``KeyboardInterrupt`` where one was asked for before."""

        def told(what: str, done: int, total: int) -> None:
            if self._asked:
                raise KeyboardInterrupt
            progress(what, done, total)

        return told

    def _remember(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
        raise KeyboardInterrupt
