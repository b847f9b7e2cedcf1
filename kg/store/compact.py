"""Writing an embedded graph anew: what was deleted leaves the file, too.

The engine keeps freed pages for later use, with what stood on them. A graph that is copied into a new file has none.
"""

from __future__ import annotations

from pathlib import Path

from kg.schema import NODES
from kg.store.ladybug import LadybugStore
from kg.store.rows import edge_tables


def compact(path: Path) -> None:
    """Write the graph in ``path`` into a new file that takes its place once it is whole.

    Raises:
        GraphStoreError: the graph is open elsewhere, damaged, or there is no room; the old file stays.
    """
    beside = path.with_name(f".{path.name}.new")
    _remove(beside)
    with LadybugStore(path) as old:
        old.create_schema()
        with LadybugStore(beside) as new:
            new.create_schema()
            for label in NODES:
                new.load_nodes(label, old.nodes(label))
            for key in edge_tables():
                new.load_edges(key, old.edges(key))
    _remove_log(path)
    beside.replace(path)
    _remove(beside)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".lock").unlink(missing_ok=True)
    _remove_log(path)


def _remove_log(path: Path) -> None:
    for ending in (".wal", ".shadow", ".tmp"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
