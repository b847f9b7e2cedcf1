"""Linking many texts, in one process or in several."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa

from linking.graph import worker
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
_MOST_WAITING = 32
"""Batches in memory, done or not, behind one that is slow."""


def link_batch(linker: Linker, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Link texts given as ``id``, ``text``, ``language`` and ``product``; give mentions as ``MENTION_SCHEMA``."""
    ids, texts, languages, products = (batch.column(name).to_pylist() for name in ("id", "text", "language", "product"))
    given = (LinkText(text or "", language, product) for text, language, product in zip(texts, languages, products,
             strict=True))  # fmt: skip
    rows = [
        (id_, link.node.label, link.node.id, link.start, link.end, text[link.start : link.end], link.confidence,
         link.sentiment)
        for id_, text, links in zip(ids, texts, linker.link_many(given), strict=True) for link in links
    ]  # fmt: skip
    columns = list(zip(*rows, strict=True)) or [()] * len(MENTION_SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, MENTION_SCHEMA, strict=True)]
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
            enough to do. A few batches for each are in memory at a time.
    """
    if workers <= 1:
        for batch in batches:
            yield batch.num_rows, link_batch(linker, batch)
        return
    helpers = workers - 1
    with ProcessPoolExecutor(helpers, get_context("spawn"), initializer=worker.start, initargs=(str(folder),)) as pool:
        running: deque[tuple[int, Future[pa.RecordBatch]]] = deque()
        for batch in batches:
            waiting = sum(not future.done() for _, future in running)
            if waiting < helpers * _AHEAD:
                running.append((batch.num_rows, pool.submit(worker.link, batch)))
            else:
                own: Future[pa.RecordBatch] = Future()
                own.set_result(link_batch(linker, batch))
                running.append((batch.num_rows, own))
            while running and (running[0][1].done() or len(running) > _MOST_WAITING):
                rows, future = running.popleft()
                yield rows, future.result()
        for rows, future in running:
            yield rows, future.result()
