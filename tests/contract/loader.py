"""A process that loads a made graph, for tests that kill it: ``python -m tests.contract.loader URL [USER PASSWORD]``.

It says ``loading`` when it starts to write and ``done`` when all is written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pyarrow as pa

from kg.store import GraphStore, open_store
from tests.contract.rows import ALSO_BOUGHT

NODES = 3_000
EDGES = 30_000
_BATCH = 1_000


def node_batches() -> Iterator[pa.RecordBatch]:
    """The products."""
    for start in range(0, NODES, _BATCH):
        names = [f"p{i:05d}" for i in range(start, start + _BATCH)]
        yield pa.RecordBatch.from_pydict({"id": names, "name": [name.upper() for name in names]})


def edge_batches() -> Iterator[pa.RecordBatch]:
    """Ten links from each product."""
    pairs = [(i, (i * 7 + j * 13) % NODES) for i in range(NODES) for j in range(EDGES // NODES)]
    for start in range(0, EDGES, _BATCH):
        part = pairs[start : start + _BATCH]
        yield pa.RecordBatch.from_pydict(
            {
                "source": [f"p{a:05d}" for a, _ in part],
                "target": [f"p{b:05d}" for _, b in part],
                "weight": [float(a + b) for a, b in part],
            }
        )


def load(store: GraphStore) -> None:
    """Load the graph, one transaction for each batch."""
    store.create_schema()
    for batch in node_batches():
        store.load_nodes("Product", [batch])
    for batch in edge_batches():
        store.load_edges(ALSO_BOUGHT, [batch])


if __name__ == "__main__":
    user, password = sys.argv[2:4] if len(sys.argv) > 2 else (None, None)
    with open_store(sys.argv[1], user=user, password=password) as opened:
        print("loading", flush=True)  # noqa: T201 - the test waits for it
        load(opened)
    print("done", flush=True)  # noqa: T201
