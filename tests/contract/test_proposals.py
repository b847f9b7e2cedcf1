"""The stage ``propose`` on each engine: the same shop gets the same proposals, and they can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.links.proposals import load_proposals
from shopgraph.demo import make_demo
from shopgraph.pipeline import import_into, run_pipeline
from shopgraph.pipeline.propose import propose, withdraw
from shopgraph.project import Project
from tests.contract.conftest import Address
from tests.shopgraph.pipeline.test_propose import PART

SETTINGS = """\
[store]
url = "{url}"
[linking]
reviews = false
photos = false
captioner = "none"
"""
ENGINES: dict[str, list[tuple[object, ...]]] = {}
"""What each engine's graph held afterwards."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small shop."""
    return make_demo(tmp_path_factory.mktemp("made") / "shop", n_products=48, n_users=90, n_interactions=1_500).folder


def inferred(project: Project) -> list[tuple[object, ...]]:
    with project.open_store() as store:
        found = [
            row
            for edge in ("LIKELY", "INTERESTED_IN")
            for row in store.query(
                f"MATCH (h)-[r:{edge}]->(t) RETURN '{edge}' AS edge, h.id AS head, t.id AS tail, r.score AS score"
            ).to_pylist()
        ]
    return sorted(tuple(row.values()) for row in found)


def test_proposals_are_the_same_on_each_engine(
    address: Address, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if address.password:
        monkeypatch.setenv("NEO4J_PASSWORD", address.password)
    project = Project.create(tmp_path / "project")
    project.settings_file.write_text(SETTINGS.format(url=address.url) + PART)
    project = Project(project.folder)
    import_into(project, shop)
    run_pipeline(project, until="snapshot")
    propose(project)
    written = inferred(project)
    assert len(written) == len(load_proposals(project.proposals).from_confidence(0.3)) > 0
    assert ENGINES.setdefault("first", written) == written
    withdraw(project)
    assert inferred(project) == []
