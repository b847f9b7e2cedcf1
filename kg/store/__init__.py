"""Graph stores: one protocol, two engines."""

from __future__ import annotations

from pathlib import Path

from kg.errors import ConfigurationError
from kg.store.protocol import EdgeKey, GraphStore, QueryLimits

__all__ = ["EdgeKey", "GraphStore", "QueryLimits", "open_store"]

_NEO4J_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


def open_store(
    url: str | Path,
    *,
    user: str | None = None,
    password: str | None = None,
    database: str = "neo4j",
    read_only: bool = False,
) -> GraphStore:
    """Open the graph store that a URL names.

    Args:
        url: ``bolt://...`` or ``neo4j://...`` (also ``+s``, ``+ssc``) for a Neo4j server; ``ladybug:///path`` or a
            plain path for the embedded engine, relative to the working folder unless it starts with a slash.
        user: for Neo4j; default ``neo4j``.
        password: for Neo4j.
        database: for Neo4j.
        read_only: open an embedded graph beside other readers; Neo4j decides by the user's roles.

    Raises:
        ConfigurationError: the URL names no engine, or Neo4j lacks its password.
        GraphStoreError: the store cannot be opened; the message says why.
    """
    text = str(url)
    scheme, separator, rest = text.partition("://")
    if not separator or scheme == "ladybug":
        from kg.store.ladybug import LadybugStore

        return LadybugStore(Path(rest if separator else text), read_only=read_only)
    if scheme in _NEO4J_SCHEMES:
        from kg.store.neo4j import Neo4jStore

        if password is None:
            raise ConfigurationError(f"{text} needs a password; set NEO4J_PASSWORD, or use the embedded engine")
        return Neo4jStore(text, user=user or "neo4j", password=password, database=database)
    raise ConfigurationError(
        f'No graph engine for "{scheme}://"; use a path, ladybug:///path, or one of {", ".join(_NEO4J_SCHEMES)}'
    )
