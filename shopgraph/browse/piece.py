"""A piece of the graph: some nodes, and edges between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kg.errors import InputError
from kg.schema import EDGES, NODES
from kg.sources.locate import nearest


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a node is: its label and id."""

    label: str
    id: str

    def __str__(self) -> str:
        return f"{self.label}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """Read ``Label:id``.

        Raises:
            InputError: it is not of that form, or there is no such label.
        """
        label, colon, identifier = text.partition(":")
        if not colon or not identifier:
            raise InputError(f'"{text}" names no node; write it as Label:id, such as Product:P0001.')
        return cls(check_label(label), identifier)


def check_label(label: str) -> str:
    """Give a label that the schema has.

    Raises:
        InputError: it does not have it.
    """
    if label not in NODES:
        raise InputError(f'The graph has no label "{label}".{nearest(label, NODES)} Labels: {", ".join(NODES)}.')
    return label


def check_type(name: str) -> str:
    """Give a relationship type that the schema has.

    Raises:
        InputError: it does not have it.
    """
    if name not in EDGES:
        raise InputError(f'The graph has no relationship "{name}".{nearest(name, EDGES)} They are: {", ".join(EDGES)}.')
    return name


@dataclass
class Piece:
    """Nodes and edges, each once.

    Attributes:
        nodes: by their key ``Label:id``.
        edges: by ends, type and the properties that tell edges apart.
    """

    nodes: dict[str, dict[str, object]] = field(default_factory=dict)
    edges: dict[str, dict[str, object]] = field(default_factory=dict)

    def add_node(self, place: Place, name: str | None, **more: object) -> str:
        """Add a node, and give its key."""
        key = str(place)
        self.nodes.setdefault(key, {"key": key, "label": place.label, "id": place.id, "name": name or place.id, **more})
        return key

    def add_edge(self, source: str, kind: str, target: str, properties: Mapping[str, object] | None = None) -> None:
        """Add an edge between two keys."""
        own = {name: plain(value) for name, value in (properties or {}).items() if not name.startswith("_")}
        edge = EDGES.get(kind)
        told = "|".join(str(own.get(name, "")) for name in edge.key) if edge else ""
        key = f"{source}-{kind}->{target}" + (f"|{told}" if told.strip("|") else "")
        self.edges.setdefault(
            key,
            {
                "key": key,
                "from": source,
                "to": target,
                "type": kind,
                "inferred": bool(edge and edge.inferred),
                "properties": own,
            },
        )

    def as_dict(self) -> dict[str, Any]:
        """Give it as it stands in JSON."""
        return {"nodes": list(self.nodes.values()), "edges": list(self.edges.values())}


def plain(value: object) -> object:
    """Give a property as JSON can write it."""
    return value.isoformat() if isinstance(value, datetime) else value
