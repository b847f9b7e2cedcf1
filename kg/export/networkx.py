"""The training part for NetworkX: a ``MultiDiGraph`` in memory, and its node-link JSON on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.export.protocol import Reads, as_snapshot, new_file
from kg.export.pykeen import entity_labels
from kg.snapshot import Relation, Snapshot
from kg.store.protocol import GraphStore

if TYPE_CHECKING:
    import networkx as nx

_PRODUCT = ("name_zh", "price", "brand", "categories", "in_stock", "in_catalogue", "released", "image")


def to_networkx(snapshot: Snapshot) -> nx.MultiDiGraph[str]:
    """Give the snapshot as a ``MultiDiGraph``.

    Nodes are named ``Label:id`` and carry ``label``, ``id``, ``name`` and, for products, what is known of price, brand,
    categories and the like. Edges carry ``type``, for generic ones ``relation``, and ``at`` (milliseconds since 1970
    UTC), ``value`` and ``weight`` where they are known. Attributes that are unknown are absent.
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(fingerprint=snapshot.fingerprint)
    names = entity_labels(snapshot.ids, np.arange(len(snapshot.ids))).to_pylist()
    graph.add_nodes_from(zip(names, _nodes(snapshot), strict=True))
    for relation in snapshot.edges:
        edges = snapshot.edges[relation]
        ends = zip(edges.head.tolist(), edges.tail.tolist(), _edges(snapshot, relation), strict=True)
        graph.add_edges_from((names[head], names[tail], attributes) for head, tail, attributes in ends)
    return graph


class NetworkX:
    """Node-link JSON; ``networkx.node_link_graph(json.load(file), edges="edges")`` reads it."""

    name = "networkx"
    doc = "Node-link JSON of the training part, for NetworkX."
    reads = Reads.SNAPSHOT

    def export(self, graph: GraphStore | Snapshot, out: Path) -> Path:
        """Write the JSON; see ``Exporter``."""
        import networkx as nx

        data = nx.node_link_data(to_networkx(as_snapshot(graph, name=self.name)), edges="edges")
        with new_file(out) as beside, beside.open("w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, default=str)
        return out


def _nodes(snapshot: Snapshot) -> Iterator[dict[str, object]]:
    names = snapshot.names.to_pylist()
    products = snapshot.products.select(_PRODUCT).to_pylist()
    for label in snapshot.ids.labels:
        own = zip(snapshot.ids.label_ids(label).to_pylist(), names[snapshot.ids.slice(label)], strict=True)
        for number, (id_, name) in enumerate(own):
            further = products[number] if label == "Product" else {}
            whole = {"label": label, "id": id_, "name": name, **further}
            yield {key: value for key, value in whole.items() if value is not None and value != []}


def _edges(snapshot: Snapshot, relation: Relation) -> Iterator[dict[str, object]]:
    edges = snapshot.edges[relation]
    fixed: dict[str, object] = {"type": relation.type}
    if relation.name is not None:
        fixed["relation"] = relation.name
    known = {name: column.tolist() for name, column in edges.known().items() if name not in ("head", "tail")}
    for row in range(len(edges)):
        own = {name: column[row] for name, column in known.items()}
        yield fixed | {name: value for name, value in own.items() if value == value and (name != "at" or value >= 0)}
