"""Nodes by their keys, with all edges between them: what a link to a view brings back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kg.limits import limit
from kg.schema import EDGE_TYPES
from kg.store.protocol import EdgeKey, GraphStore
from kg.store.rows import edge_key_columns
from shopgraph.browse.neighbours import limits
from shopgraph.browse.piece import Piece, Place


def among(store: GraphStore, places: Iterable[Place]) -> Piece:
    """Give nodes, and the edges that have both ends among them.

    Args:
        store: the graph.
        places: of the nodes; those that the graph does not have are left out, for a link may be older than the graph.
    """
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    piece = Piece()
    order = list(dict.fromkeys(places))
    for place in order:
        wanted[place.label].append(place.id)
    names: dict[Place, str | None] = {}
    for label, ids in wanted.items():
        rows = store.query(
            f"MATCH (n:`{label}`) WHERE n.id IN $ids RETURN n.id AS id, n.name AS name", {"ids": ids}, limits=limits()
        )
        names |= {Place(label, row["id"]): row["name"] for row in rows.to_pylist()}
    for place in order:
        if place in names:
            piece.add_node(place, names[place])
    for edge in EDGE_TYPES:
        for source, target in edge.pairs:
            if source not in wanted or target not in wanted:
                continue
            key = EdgeKey(source, edge.name, target)
            told_apart = "".join(f", r.`{name}` IS NULL, r.`{name}`" for name in edge_key_columns(key)[2:])
            rows = store.query(
                f"MATCH (a:`{source}`)-[r:`{edge.name}`]->(b:`{target}`) WHERE a.id IN $sources AND b.id IN $targets "
                f"RETURN a.id AS begin, b.id AS until, r ORDER BY a.id, b.id{told_apart} "
                f"LIMIT {limit('graph_frontier')}",
                {"sources": wanted[source], "targets": wanted[target]},
                limits=limits(),
            )
            for row in rows.to_pylist():
                piece.add_edge(str(Place(source, row["begin"])), edge.name, str(Place(target, row["until"])), row["r"])
    return piece
