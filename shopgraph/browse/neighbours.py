"""Finding nodes by their names, looking at one, and at what is next to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from kg.errors import UnknownIdError
from kg.limits import limit
from kg.schema import EDGE_TYPES, NODES
from kg.store.protocol import EdgeKey, GraphStore, QueryLimits
from kg.store.rows import edge_key_columns
from shopgraph.browse.piece import Piece, Place, check_label, check_type, plain

_SEARCHED = ("Product", "Brand", "Category", "Attribute", "Aspect", "User", "Entity")
_OTHER_NAMES = frozenset({"name_zh", "value"})
"""Properties that people know a node by, besides its name."""


@dataclass
class Neighbourhood:
    """A node and what is next to it.

    Attributes:
        piece: the nodes and edges.
        more: relationship type -> how many further neighbours there are beyond those given.
    """

    piece: Piece
    more: dict[str, int] = field(default_factory=dict)


def limits() -> QueryLimits:
    """Give the bounds of one query of ours."""
    return QueryLimits(seconds=float(limit("query_seconds")))


def find_nodes(store: GraphStore, text: str, *, labels: Collection[str] = (), most: int = 20) -> list[dict[str, str]]:
    """Give nodes whose id is ``text``, then those whose name begins with it or has it, then those whose id does.

    Args:
        store: the graph.
        text: to look for, case aside.
        labels: to look among; by default all that have names of their own.
        most: nodes given.

    Raises:
        InputError: there is no such label.
    """
    wanted = [check_label(label) for label in labels] or list(_SEARCHED)
    low, found = text.lower(), list[tuple[int, int, str, dict[str, str]]]()
    for order, label in enumerate(wanted):
        names = ["name", *(own.name for own in NODES[label].properties if own.name in _OTHER_NAMES)]
        has, begins = (
            " OR ".join(f"toLower(n.{name}) {test} $low" for name in names) for test in ("CONTAINS", "STARTS WITH")
        )
        rows = store.query(
            f"MATCH (n:`{label}`) WHERE {has} OR toLower(n.id) CONTAINS $low RETURN n.id AS id, n.name AS name, "
            f"CASE WHEN toLower(n.id) = $low THEN 0 WHEN {begins} THEN 1 WHEN {has} THEN 2 "
            "WHEN toLower(n.id) STARTS WITH $low THEN 3 ELSE 4 END AS rank "
            f"ORDER BY rank, id LIMIT {int(most)}",
            {"low": low},
            limits=limits(),
        )
        for row in rows.to_pylist():
            name = row["name"] or row["id"]
            found.append((row["rank"], order, name, {"label": label, "id": row["id"], "name": name}))
    return [node for *_, node in sorted(found, key=lambda entry: entry[:3])[:most]]


def node_details(store: GraphStore, place: Place) -> dict[str, object]:
    """Give a node with all its properties.

    Raises:
        UnknownIdError: the graph does not have it.
    """
    label = check_label(place.label)
    rows = store.query(f"MATCH (n:`{label}` {{id: $id}}) RETURN n", {"id": place.id}, limits=limits()).to_pylist()
    if not rows:
        raise UnknownIdError(f'The graph has no {place.label} "{place.id}". Find it by its name.')
    own = {name: plain(value) for name, value in rows[0]["n"].items() if not name.startswith("_") and name != "id"}
    name = own.pop("name", None) or place.id
    return {"key": str(place), "label": place.label, "id": place.id, "name": name, "properties": own}


def neighbours(store: GraphStore, place: Place, *, types: Collection[str] = (), most: int = 50) -> Neighbourhood:
    """Give a node, the nodes next to it and the edges between.

    Args:
        store: the graph.
        place: of the node.
        types: relationship types to follow; all if none is named.
        most: neighbours of each table of edges.

    Raises:
        InputError: there is no such label or type.
        UnknownIdError: the graph does not have the node.
    """
    wanted = {check_type(name) for name in types}
    node = node_details(store, place)
    found = Neighbourhood(Piece())
    own = found.piece.add_node(place, str(node["name"]))
    for key, forward in tables_of(place.label):
        if wanted and key.type not in wanted:
            continue
        other = key.target if forward else key.source
        pattern = f"(a:`{place.label}` {{id: $id}}){'-' if forward else '<-'}[r:`{key.type}`]{'->' if forward else '-'}"
        match = f"MATCH {pattern}(b:`{other}`)"
        told_apart = "".join(f", r.`{name}` IS NULL, r.`{name}`" for name in edge_key_columns(key)[2:])
        rows = store.query(
            f"{match} RETURN b.id AS id, b.name AS name, r ORDER BY b.id{told_apart} LIMIT {int(most) + 1}",
            {"id": place.id},
            limits=limits(),
        ).to_pylist()
        if len(rows) > most:
            [counted] = store.query(f"{match} RETURN count(*) AS n", {"id": place.id}, limits=limits()).to_pylist()
            found.more[key.type] = found.more.get(key.type, 0) + counted["n"] - most
        for row in rows[:most]:
            there = found.piece.add_node(Place(other, row["id"]), row["name"])
            ends = (own, there) if forward else (there, own)
            found.piece.add_edge(ends[0], key.type, ends[1], row["r"])
    return found


def tables_of(label: str) -> Iterator[tuple[EdgeKey, bool]]:
    """Give the tables of edges that begin (True) or end (False) at a label."""
    for edge in EDGE_TYPES:
        for source, target in edge.pairs:
            if source == label:
                yield EdgeKey(source, edge.name, target), True
            if target == label:
                yield EdgeKey(source, edge.name, target), False
