"""An interruption is told again where a library swallowed it."""

from __future__ import annotations

import os
import signal
import time

import pytest

from shopgraph.cli.interrupts import Interrupts


def test_what_was_swallowed_is_raised_by_the_next_word_of_progress() -> None:
    told = []
    before = signal.getsignal(signal.SIGINT)
    with Interrupts() as interrupts:
        progress = interrupts.watched(lambda what, done, total: told.append(what))
        progress("first", 0, 1)
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)
        except KeyboardInterrupt:
            pass  # as some libraries do while they are imported
        with pytest.raises(KeyboardInterrupt):
            progress("second", 1, 1)
    assert told == ["first"]
    assert signal.getsignal(signal.SIGINT) is before


def test_an_error_that_came_of_it_is_an_interruption() -> None:
    with pytest.raises(KeyboardInterrupt) as raised, Interrupts():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)
        finally:
            raise UnboundLocalError("as some libraries do in their own clearing up")
    assert isinstance(raised.value.__cause__, UnboundLocalError)


def test_an_error_without_an_interruption_stays_what_it_is() -> None:
    with pytest.raises(ValueError, match="own"), Interrupts():
        raise ValueError("own")
