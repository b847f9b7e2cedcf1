"""A snapshot taken from the embedded engine is, byte for byte, the one taken from the same graph elsewhere."""

from __future__ import annotations

from pathlib import Path

from kg.snapshot import SplitMethod, SplitSettings
from kg.store import open_store
from tests.kg.fake_store import shop
from tests.kg.snapshot.test_snapshot import contents, take


def test_snapshot_of_the_embedded_engine(tmp_path: Path) -> None:
    graph = shop()
    with open_store(tmp_path / "graph.lbdb") as store:
        store.create_schema()
        for label in graph.node_counts():
            store.load_nodes(label, graph.nodes(label))
        for key in graph.edge_counts():
            store.load_edges(key, graph.edges(key))
        for method in (SplitMethod.NONE, SplitMethod.LEAVE_LAST_OUT):
            split = SplitSettings(method=method)
            take(store, tmp_path / f"{method}/stored", split)
            take(graph, tmp_path / f"{method}/given", split)
            assert contents(tmp_path / f"{method}/stored") == contents(tmp_path / f"{method}/given")
