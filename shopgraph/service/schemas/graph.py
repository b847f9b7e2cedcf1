"""Pieces of the graph."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from kg.limits import limit
from shopgraph.service.schemas.common import Id, Language, NodeRef, Reply, Request


class AmongRequest(Request):
    """Nodes by their keys."""

    nodes: list[Id] = Field(
        min_length=1, max_length=limit("graph_nodes"), examples=[["Product:P0001", "Brand:Northwind"]]
    )
    language: Language = Language.EN


class GraphNode(NodeRef):
    """A node of a piece."""

    model_config = ConfigDict(extra="allow")

    key: str = Field(examples=["Brand:Northwind"], description="Label:id, by which edges name it.")


class GraphEdge(BaseModel):
    """An edge of a piece."""

    key: str
    source: str = Field(alias="from", examples=["Product:P0001"])
    target: str = Field(alias="to", examples=["Brand:Northwind"])
    type: str = Field(examples=["HAS_BRAND"])
    inferred: bool = Field(description="The system concluded it; it was not in the input.")
    properties: dict[str, Any]


class PieceReply(Reply):
    """Nodes, and edges between them."""

    nodes: list[GraphNode]
    edges: list[GraphEdge]


class NeighboursReply(PieceReply):
    """A node and what is next to it."""

    more: dict[str, int] = Field(description="Relationship type -> further neighbours beyond the limit.")


class PathsReply(PieceReply):
    """The shortest paths between two nodes."""

    paths: list[list[str]] = Field(description="Keys of the nodes of each path, in order.")
    hops: int = Field(description="Edges of each; -1 where none was found.")
    complete: bool = Field(description="False where the search gave up at its bound: there may be a path all the same.")


class FoundReply(Reply):
    """Nodes that were found, best first."""

    nodes: list[NodeRef]


class NodeDetails(NodeRef):
    """A node with all its properties."""

    key: str
    properties: dict[str, Any]


class NodeReply(Reply):
    """One node."""

    node: NodeDetails


class SchemaReply(Reply):
    """Labels and relationship types, with colours and one line about each."""

    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]
