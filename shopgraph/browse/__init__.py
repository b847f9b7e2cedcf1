"""Pieces of the graph for people to look at: found nodes, neighbourhoods, paths, and what explains a recommendation.

All of it is made of short queries that both engines understand, one for each table of edges in the schema.
"""

from shopgraph.browse.among import among
from shopgraph.browse.explanation import explanation
from shopgraph.browse.neighbours import Neighbourhood, find_nodes, neighbours, node_details
from shopgraph.browse.paths import PathsFound, find_paths
from shopgraph.browse.piece import Piece, Place
from shopgraph.browse.schema import schema_dict

__all__ = [
    "Neighbourhood",
    "PathsFound",
    "Piece",
    "Place",
    "among",
    "explanation",
    "find_nodes",
    "find_paths",
    "neighbours",
    "node_details",
    "schema_dict",
]
