"""Settings of the graph store."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field

from kg.errors import ConfigurationError
from kg.store.protocol import GraphStore
from shopgraph.settings.part import Part


class StorePart(Part):
    """Where the graph lies: in a file of the project (no server), or on a Neo4j server."""

    url: str = Field(
        default="graph/graph.lbug",
        min_length=1,
        description="A file, from the project's folder, for the embedded engine; or the address of a Neo4j server, "
        "such as bolt://localhost:7687.",
    )
    user: str = Field(default="neo4j", description="User on the Neo4j server.")
    password_env: str = Field(
        default="NEO4J_PASSWORD",
        min_length=1,
        description="Name of the environment variable that holds the password for Neo4j. The password itself never "
        "stands in this file.",
    )
    database: str = Field(default="neo4j", description="Database on the Neo4j server.")

    @property
    def embedded(self) -> bool:
        """The graph is a file of the embedded engine."""
        return "://" not in self.url or self.url.startswith("ladybug://")

    def file(self, folder: Path) -> Path:
        """Give the embedded graph's file for a project in ``folder``."""
        return folder / self.url.removeprefix("ladybug://")

    def open(self, folder: Path, *, read_only: bool) -> GraphStore:
        """Open the graph store of the project in ``folder``.

        Raises:
            ConfigurationError: the URL names no engine, or the password is not in the environment.
            GraphStoreError: the store cannot be opened.
        """
        from kg.store import open_store

        if self.embedded:
            return open_store(self.file(folder), read_only=read_only)
        password = os.environ.get(self.password_env)
        if password is None:
            raise ConfigurationError(
                f"{self.url} needs a password, and the environment variable {self.password_env} is not set. "
                f"Set it: export {self.password_env}=..."
            )
        return open_store(self.url, user=self.user, password=password, database=self.database, read_only=read_only)
