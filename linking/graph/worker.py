"""A process that links batches of texts for ``linking.graph.parallel``: light to import, so that it starts fast.

Batches come and go as bytes of an Arrow stream: a few buffers, however many texts, and of a slice no more than its own.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from linking.linker import Linker

COLUMNS = ("id", "text", "language", "product")
"""Of a batch of texts."""
_linker: Linker | None = None


def start(folder: str) -> None:
    """Read the linker of this process; all is there before the first batch comes, and stays."""
    global _linker
    from linking.artefact import load_linker
    from linking.graph.columns import texts
    from linking.graph.parallel import link_batch

    _linker = load_linker(Path(folder))
    text = texts(["A text that says nothing."])
    nothing = pa.nulls(1, pa.string())
    link_batch(_linker, pa.record_batch([text, text, nothing, nothing], names=list(COLUMNS)))
    gc.freeze()


def link(packed: bytes) -> bytes:
    """Link a batch, as ``linking.graph.parallel.link_batch`` does; both are bytes of ``pack``."""
    from linking.graph.parallel import link_batch

    if _linker is None:
        raise RuntimeError("the process was not started by link_batches")
    return pack(link_batch(_linker, unpack(packed)))


def pack(batch: pa.RecordBatch) -> bytes:
    """Give a batch as bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def unpack(packed: bytes) -> pa.RecordBatch:
    """Give the batch of some bytes."""
    with pa.ipc.open_stream(packed) as stream:
        return stream.read_next_batch()
