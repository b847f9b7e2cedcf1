"""Blocks of rows worked on side by side."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from recommender.blocks import in_blocks


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize(("size", "rows"), [(0, 4), (3, 4), (4, 4), (103, 4)])
def test_every_row_is_in_one_block_and_results_come_in_order(threads: int, size: int, rows: int) -> None:
    with threadpool_limits(threads):
        found = in_blocks(lambda part: np.arange(size)[part], size, rows)
    assert np.concatenate([np.zeros(0, dtype=np.int64), *found]).tolist() == list(range(size))
    assert all(0 < len(part) <= rows for part in found)


def test_as_many_blocks_are_worked_on_as_there_are_threads() -> None:
    met = threading.Barrier(2, timeout=20)
    with threadpool_limits(2):
        in_blocks(lambda _: met.wait(), 8, 1)  # one thread alone would wait for another in vain
    with threadpool_limits(1):
        own = in_blocks(lambda _: threading.get_ident(), 8, 1)
    assert set(own) == {threading.get_ident()}


def test_what_fails_in_a_block_is_raised() -> None:
    def fail(part: slice) -> None:
        if part.start == 4:
            raise MemoryError("no room")

    with threadpool_limits(2), pytest.raises(MemoryError, match="no room"):
        in_blocks(fail, 9, 2)
