"""A process that links batches of texts for ``linking.graph.parallel``: light to import, so that it starts fast."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from linking.linker import Linker

_linker: Linker | None = None


def start(folder: str) -> None:
    """Read the linker of this process."""
    global _linker
    with _without_torch():
        import spacy  # noqa: F401
    from linking.artefact import load_linker

    _linker = load_linker(Path(folder))
    _linker.finder  # noqa: B018 (made before the first batch comes)


def link(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Link a batch, as ``linking.graph.parallel.link_batch`` does."""
    from linking.graph.parallel import link_batch

    if _linker is None:
        raise RuntimeError("the process was not started by link_batches")
    return link_batch(_linker, batch)


@contextmanager
def _without_torch() -> Iterator[None]:
    """Keep spaCy from loading PyTorch.

    Where it is installed thinc imports it, for layers of which linking has none; that takes longer than all the rest
    of the start.
    """
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["torch"]
