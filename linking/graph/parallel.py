"""Linking many texts, in one process or in several."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from linking.graph import columns, worker
from linking.linker import Linker
from linking.mentions import LinkText

MENTION_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("label", pa.string()),
        ("target", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("surface", pa.string()),
        ("confidence", pa.float64()),
        ("sentiment", pa.float64()),
    ]
)
"""A mention as a row: ``source`` is the id of the text, ``label`` and ``target`` name the node."""

_AHEAD = 2
_MOST_WAITING = 64
"""Pieces in memory, done or not, behind one that is slow."""
_PIECE = 500
"""Texts handed out at a time; at the end processes wait for one another no longer than a piece or two take."""


_Outcome: TypeAlias = Future[bytes] | pa.RecordBatch
"""Mentions that another process finds, or that were found."""


def link_batch(linker: Linker, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Link texts given as ``id``, ``text``, ``language`` and ``product``; give mentions as ``MENTION_SCHEMA``."""
    ids, texts, languages, products = (batch.column(name).to_pylist() for name in worker.COLUMNS)
    given = (LinkText(text or "", language, product) for text, language, product in zip(texts, languages, products,
             strict=True))  # fmt: skip
    rows = [
        (id_, link.node.label, link.node.id, link.start, link.end, text[link.start : link.end], link.confidence,
         link.sentiment)
        for id_, text, links in zip(ids, texts, linker.link_many(given), strict=True) for link in links
    ]  # fmt: skip
    found = list(zip(*rows, strict=True)) or [()] * len(MENTION_SCHEMA)
    arrays = [
        columns.texts(values) if field.type == pa.string() else columns.numbers(values, field.type)
        for values, field in zip(found, MENTION_SCHEMA, strict=True)
    ]
    return pa.record_batch(arrays, schema=MENTION_SCHEMA)


def link_batches(
    folder: Path, linker: Linker, batches: Iterator[pa.RecordBatch], *, workers: int = 1
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Link batches of texts in order; give the number of texts and the mentions of each.

    Args:
        folder: of the linker's artefact, which every process reads for itself.
        linker: the same, for this process.
        batches: as for ``link_batch``.
        workers: processes; 1 for this one alone. This one links too, while the others start and as long as they have
            enough to do. They are given pieces of batches, of which a few for each are in memory at a time.
    """
    # What is in memory now stays; else the collector of garbage goes over all of it again and again.
    gc.freeze()
    try:
        yield from _in_turn(linker, batches) if workers <= 1 else _shared(folder, linker, batches, workers - 1)
    finally:
        gc.unfreeze()


def _in_turn(linker: Linker, batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[int, pa.RecordBatch]]:
    for batch in batches:
        yield batch.num_rows, link_batch(linker, batch)


def _shared(
    folder: Path, linker: Linker, batches: Iterator[pa.RecordBatch], helpers: int
) -> Iterator[tuple[int, pa.RecordBatch]]:
    # Not forked: this process has threads of DuckDB, Arrow and the store, and holds the store's lock.
    with ProcessPoolExecutor(helpers, get_context("spawn"), initializer=worker.start, initargs=(str(folder),)) as pool:
        running: deque[tuple[int, _Outcome]] = deque()
        for piece in _pieces(batches):
            waiting = sum(not _is_done(outcome) for _, outcome in running)
            helped = waiting < helpers * _AHEAD
            outcome = pool.submit(worker.link, worker.pack(piece)) if helped else link_batch(linker, piece)
            running.append((piece.num_rows, outcome))
            while running and (_is_done(running[0][1]) or len(running) > _MOST_WAITING):
                rows, first = running.popleft()
                yield rows, _result(first)
        for rows, outcome in running:
            yield rows, _result(outcome)


def _pieces(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, batch.num_rows, _PIECE):
            yield batch.slice(start, _PIECE)


def _is_done(outcome: _Outcome) -> bool:
    return not isinstance(outcome, Future) or outcome.done()


def _result(outcome: _Outcome) -> pa.RecordBatch:
    return worker.unpack(outcome.result()) if isinstance(outcome, Future) else outcome
