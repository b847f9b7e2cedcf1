"""What a build tells while it runs, and when it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kg.store.protocol import EdgeKey

Progress = Callable[[str, int, int], None]
"""Called with the part being loaded (such as ``Product`` or ``HAS_BRAND``), its rows so far, and how many it has."""


@dataclass(slots=True)
class BuildReport:
    """What a build found in the graph at its end, and what it took out.

    Attributes:
        nodes: label -> nodes in the graph now.
        edges: table of edges -> edges in the graph now.
        removed_nodes: label -> nodes that the tables no longer name; labels without any are left out.
        removed_edges: table of edges -> edges that the tables no longer name, those of removed nodes not counted.
        seconds: it took.
    """

    nodes: dict[str, int] = field(default_factory=dict)
    edges: dict[EdgeKey, int] = field(default_factory=dict)
    removed_nodes: dict[str, int] = field(default_factory=dict)
    removed_edges: dict[EdgeKey, int] = field(default_factory=dict)
    seconds: float = 0.0
