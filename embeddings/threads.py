"""How many threads of the processor a network takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_MOST = 8


@contextmanager
def torch_threads(number: int | None) -> Iterator[None]:
    """Let PyTorch use so many threads inside the block, by default its own number but 8 at most; then as before."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(number or min(before, _MOST))
    try:
        yield
    finally:
        torch.set_num_threads(before)
