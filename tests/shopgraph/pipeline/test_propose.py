"""The stage ``propose`` and its command: what is proposed, where it goes, and that a second run replaces the first."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from embeddings.links.proposals import SCHEMA, Proposals
from kg.errors import ConfigurationError
from shopgraph.cli import app
from shopgraph.demo import make_demo
from shopgraph.pipeline import State, import_into, run_pipeline
from shopgraph.pipeline.proposals import make_proposals
from shopgraph.pipeline.propose import propose
from shopgraph.project import Project, ProjectError
from shopgraph.proposals import ProposedLinks
from tests.shopgraph.pipeline.conftest import QUICK

PART = """\
[proposals]
relations = ["HAS_ATTRIBUTE"]
interests = ["Attribute"]
least = 0.3
kept = 0.2
hidden_share = 0.2
missing_share = 0.3
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with proposals; tests only look at it."""
    folder = tmp_path_factory.mktemp("proposed")
    shop = make_demo(folder / "shop", n_products=96, n_users=150, n_interactions=3_000).folder
    project = Project.create(folder / "project")
    off = "[linking]\nreviews = false\nphotos = false\ncaptioner = 'none'\n"
    project.settings_file.write_text(QUICK + off + PART)
    import_into(project, shop)
    project = Project(project.folder)
    run_pipeline(project, until="snapshot")
    propose(project)
    return project


def written(project: Project) -> set[tuple[str, str, str, float]]:
    with project.open_store() as store:
        rows = [
            store.query(f"MATCH (h:{label})-[r:{edge}]->(t) RETURN h.id AS h, t.id AS t, r.model AS m, r.score AS s")
            for label, edge in (("Product", "LIKELY"), ("User", "INTERESTED_IN"))
        ]
    return {(row["h"], row["t"], row["m"], row["s"]) for table in rows for row in table.to_pylist()}


def copied(project: Project, folder: Path, settings: str = "") -> Project:
    shutil.copytree(project.folder, folder / "project")
    copy = Project(folder / "project")
    if settings:
        copy.settings_file.write_text(settings)
    return copy


def call(*words: object) -> Any:
    result = CliRunner().invoke(app, ["propose", *map(str, words), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_what_is_sure_goes_into_the_graph_and_nothing_of_the_test_part_is_read(made: Project, tmp_path: Path) -> None:
    first, second = made, copied(made, tmp_path)
    shutil.rmtree(second.proposals)
    shutil.rmtree(second.holdout)
    proposals = propose(first)  # which is done
    assert "propose" in State.load(first).stages
    sure = proposals.from_confidence(0.3).to_pylist()
    assert sure
    assert written(first) == {(row["head"], row["tail"], "neighbours", row["confidence"]) for row in sure}
    make_proposals(second, progress=lambda what, done, total: None)
    for name in ("proposals.parquet", "calibration.json"):
        assert (second.proposals / name).read_bytes() == (first.proposals / name).read_bytes()
    assert written(second) == written(first)


def test_the_command_shows_who_supports_each_and_is_taken_back(made: Project, tmp_path: Path) -> None:
    project = copied(made, tmp_path)
    found = call("--project", project.folder, "--least", 0.2, "--k", 10_000)
    links = found["proposals"]
    assert links == sorted(links, key=lambda one: -one["confidence"])
    assert all(one["confidence"] >= 0.2 for one in links)
    assert all("likely" in one["sentence"] and one["sentence"].startswith(one["head"]["name"]) for one in links)
    assert any(one["supporters"] for one in links)
    assert {level["relation"] for level in found["precision"]} >= {"(User)-[:INTERESTED_IN]->(Attribute)"}
    # Supporters are known to have the link.
    with project.open_store() as store:
        rows = store.query("MATCH (h:Product)-[:HAS_ATTRIBUTE]->(t:Attribute) RETURN h.id AS h, t.id AS t").to_pylist()
    has = {(row["h"], row["t"]) for row in rows}
    for one in links:
        if one["relation"] == "HAS_ATTRIBUTE":
            assert (one["head"]["id"], one["tail"]["id"]) not in has
            assert all((other["id"], one["tail"]["id"]) in has for other in one["supporters"])
    node = links[0]["head"]
    own = call("--project", project.folder, "--node", f"{node['label']}:{node['id']}", "--least", 0.2, "--k", 10_000)
    assert own["proposals"] == [one for one in links if node in (one["head"], one["tail"])]

    least = project.settings.proposals.least
    sure = [one for one in links if one["confidence"] >= least]
    assert sure
    assert call("--project", project.folder, "--remove") == {"removed": len(sure)}
    assert written(project) == set()
    assert not project.proposals.exists()


def test_another_run_replaces_the_proposals_of_the_one_before(made: Project, tmp_path: Path) -> None:
    project = copied(made, tmp_path)
    before = written(project)
    small = "graph_options = { dim = 8, epochs = 1, negatives = 20 }\n"
    text = project.settings_file.read_text().replace("images =", f"{small}images =")
    text = text.replace('relations = ["HAS_ATTRIBUTE"]', "relations = []")
    project.settings_file.write_text(text.replace("[proposals]", '[proposals]\nrun = true\nmodel = "TransE"'))
    again = Project(project.folder)
    state = run_pipeline(again, until="propose")
    after = written(again)
    assert {model for _, _, model, _ in before} == {"neighbours"}
    assert {model for _, _, model, _ in after} == {"neighbours+TransE"}
    assert state.stages["propose"].figures["removed"] == len(before)
    assert run_pipeline(again, until="propose").stages["propose"] == state.stages["propose"]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ('relations = ["HAS_BRANDS"]', "HAS_BRAND"),
        ('interests = ["Colour"]', "Labels: Brand"),
        ('interest_kinds = ["bought"]', "Kinds: viewed"),
    ],
)
def test_what_cannot_be_proposed_is_named(made: Project, tmp_path: Path, part: str, said: str) -> None:
    project = copied(made, tmp_path, made.settings_file.read_text()[: -len(PART)] + f"[proposals]\n{part}\n")
    with pytest.raises(ConfigurationError, match=said):
        propose(project)


def test_without_a_snapshot_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="shopgraph run --until snapshot"):
        propose(Project.create(tmp_path / "empty"))


@pytest.mark.parametrize(
    ("tail", "said"),
    [("waterproof=yes", "is likely waterproof"), ("colour=red", "likely has the colour red")],
)
def test_attributes_are_said_as_people_say_them(made: Project, tail: str, said: str) -> None:
    row = {name: [] if name in ("supporters", "shared") else "" for name in SCHEMA.names}
    row |= {"head_label": "Product", "head": "nobody", "relation": "HAS_ATTRIBUTE", "tail_label": "Attribute"}
    table = pa.Table.from_pylist([{**row, "tail": tail, "confidence": 0.9}], SCHEMA)
    link = next(ProposedLinks(made, Proposals("m", table, ())).find())
    assert link.sentence == f"nobody {said}"
