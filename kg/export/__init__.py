"""Exports: the graph in the formats that other tools read, one file of code for each."""

from kg.export.graphml import GraphML
from kg.export.neo4j_admin import Neo4jAdmin
from kg.export.networkx import NetworkX
from kg.export.parquet import Parquet
from kg.export.protocol import Exporter, Reads
from kg.export.pyg import PyG
from kg.export.pykeen import PyKEEN

EXPORTERS: dict[str, Exporter] = {
    exporter.name: exporter for exporter in (GraphML(), Neo4jAdmin(), NetworkX(), Parquet(), PyG(), PyKEEN())
}

__all__ = ["EXPORTERS", "Exporter", "Reads"]
