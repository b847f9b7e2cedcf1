"""Working on blocks of rows side by side: for what NumPy and SciPy do in one thread, and leave other threads to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from threadpoolctl import threadpool_info

_T = TypeVar("_T")

_MOST = 4
"""Blocks at once, at most: what each takes for itself is not to outgrow the estimates of memory."""


def in_blocks(work: Callable[[slice], _T], size: int, rows: int) -> list[_T]:
    """Do work on each block of rows, as many at once as NumPy's BLAS has threads, and give what comes of it in order.

    Args:
        work: on the rows of a slice; it writes nowhere but into rows of its own, so the order does not matter.
        size: number of rows in all.
        rows: of a block.
    """
    blocks = [slice(start, min(start + rows, size)) for start in range(0, size, rows)]
    allowed = max((own["num_threads"] for own in threadpool_info() if own["user_api"] == "blas"), default=1)
    threads = min(allowed, _MOST, len(blocks))
    if threads < 2:
        return [work(block) for block in blocks]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, blocks))
