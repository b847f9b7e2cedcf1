"""One store of each engine, empty, for every test of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.store import GraphStore, open_store

ENGINES = ("ladybug", pytest.param("neo4j", marks=pytest.mark.neo4j))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store lies: the arguments of ``open_store``."""

    url: str
    user: str | None = None
    password: str | None = None

    def open(self) -> GraphStore:
        """Open it."""
        return open_store(self.url, user=self.user, password=self.password)


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    """A place for a store of each engine; nothing is in it."""
    if request.param == "ladybug":
        return Address(f"ladybug://{tmp_path}/graph.lbug")
    user, password = request.getfixturevalue("neo4j_auth")
    place = Address(request.getfixturevalue("neo4j_uri"), user, password)
    with place.open() as store:
        store.clear()
    return place


@pytest.fixture
def store(address: Address) -> Iterator[GraphStore]:
    """An empty store with the schema."""
    with address.open() as opened:
        opened.create_schema()
        yield opened
