"""The shortest paths between two nodes: breadth first from both ends, one query for each table of edges and step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from kg.limits import limit
from kg.store.protocol import GraphStore
from shopgraph.browse.neighbours import limits, node_details, tables_of
from shopgraph.browse.piece import Piece, Place, check_type

_CONCLUDED = "RECOMMENDED"
_Link = tuple[Place, str, bool]
"""The node before, the type of the edge from it, and whether it is walked forwards."""


@dataclass
class PathsFound:
    """Shortest paths.

    Attributes:
        piece: nodes and edges of all of them.
        paths: the keys of the nodes of each, in order.
        hops: edges of each; -1 where there is none.
        complete: False where the search gave up at its bound, and there may be others.
    """

    piece: Piece
    paths: list[list[str]]
    hops: int
    complete: bool = True


def find_paths(
    store: GraphStore,
    start: Place,
    end: Place,
    *,
    max_hops: int = 4,
    types: Collection[str] = (),
    most: int = 10,
) -> PathsFound:
    """Give the shortest paths between two nodes, walking edges either way.

    Args:
        store: the graph.
        start: of the paths.
        end: of the paths.
        max_hops: edges of a path at most.
        types: relationship types to walk; if none is named, all but what was recommended, which would connect every
            customer with a product at once and say nothing of why.
        most: paths given.

    Raises:
        UnknownIdError: the graph does not have one of the nodes.
        InputError: there is no such label or type.
    """
    wanted = {check_type(name) for name in types}
    names = {place: str(node_details(store, place)["name"]) for place in (start, end)}
    sides: tuple[dict[Place, list[_Link]], dict[Place, list[_Link]]] = ({start: []}, {end: []})
    fronts = ({start}, {end})
    depths, bound, complete = [0, 0], limit("graph_frontier"), True
    met = {start} & {end}
    while not met and sum(depths) < max_hops and fronts[0] and fronts[1]:
        side = 0 if len(fronts[0]) <= len(fronts[1]) else 1
        found = _step(store, fronts[side], sides[side], wanted, names, bound)
        if found is None:
            complete = False
            break
        fronts[side].clear()
        fronts[side].update(found)
        sides[side].update(found)
        depths[side] += 1
        met = set(found) & set(sides[1 - side])
    piece, paths = Piece(), dict[tuple[str, ...], None]()
    for middle in sorted(met):
        for before in _walks(middle, sides[0]):
            for after in _walks(middle, sides[1]):
                if len(paths) < most:  # edges of several types between two nodes make one path
                    paths[tuple(_write(piece, [*reversed(before)], middle, after, names))] = None
    told = [list(path) for path in paths]
    return PathsFound(piece, told, len(told[0]) - 1 if told else -1, complete)


def _step(
    store: GraphStore,
    front: set[Place],
    known: dict[Place, list[_Link]],
    wanted: set[str],
    names: dict[Place, str],
    bound: int,
) -> dict[Place, list[_Link]] | None:
    """Give the nodes one edge further with all ways to each; None where there are more than the bound."""
    found: dict[Place, list[_Link]] = {}
    for label in sorted({place.label for place in front}):
        ids = sorted(place.id for place in front if place.label == label)
        for key, forward in tables_of(label):
            if key.type not in wanted if wanted else key.type == _CONCLUDED:
                continue
            other = key.target if forward else key.source
            arrow = f"-[:`{key.type}`]->" if forward else f"<-[:`{key.type}`]-"
            rows = store.query(
                f"MATCH (a:`{label}`){arrow}(b:`{other}`) WHERE a.id IN $ids "
                f"RETURN DISTINCT a.id AS a, b.id AS b, b.name AS name ORDER BY a, b LIMIT {bound + 1}",
                {"ids": ids},
                limits=limits(),
            ).to_pylist()
            if len(rows) > bound or len(found) > bound:
                return None
            for row in rows:
                there = Place(other, row["b"])
                if there not in known:
                    names.setdefault(there, row["name"] or row["b"])
                    found.setdefault(there, []).append((Place(label, row["a"]), key.type, forward))
    return found


def _walks(place: Place, side: dict[Place, list[_Link]]) -> list[list[tuple[Place, str, bool]]]:
    """Give the ways from a node back to where its side began: each step's node, edge type and direction."""
    return list(islice(_back(place, side), 100))


def _back(place: Place, side: dict[Place, list[_Link]]) -> list[list[_Link]]:
    if not side[place]:
        return [[]]
    return [[link, *rest] for link in side[place][:20] for rest in _back(link[0], side)[:20]]


def _write(piece: Piece, before: list[_Link], middle: Place, after: list[_Link], names: dict[Place, str]) -> list[str]:
    """Put one path into the piece, and give its nodes' keys."""
    places = [link[0] for link in before] + [middle] + [link[0] for link in after]
    keys = [piece.add_node(place, names.get(place)) for place in places]
    steps = [(kind, forward) for _, kind, forward in before] + [(kind, not forward) for _, kind, forward in after]
    for (kind, forward), here, there in zip(steps, keys[:-1], keys[1:], strict=True):
        ends = (here, there) if forward else (there, here)
        piece.add_edge(ends[0], kind, ends[1])
    return keys
