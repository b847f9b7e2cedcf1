"""``shopgraph lists``: what everybody would be recommended, in a file and in the graph."""

from __future__ import annotations

import csv
import json
from collections import Counter
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from kg.errors import GraphStoreError
from recommender import Recommender
from shopgraph.browse.paths import find_paths
from shopgraph.browse.piece import Place
from shopgraph.cli import app
from shopgraph.feedback import KINDS, Event, Journal, Kind
from shopgraph.lists import recommended_lists, write_lists
from shopgraph.project import Project
from tests.projects import run_shop


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that was run."""
    return run_shop(tmp_path_factory.mktemp("lists"))


def ask(project: Project, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--project", str(project.folder)])
    assert done.exit_code == 0, done.output
    return done.stdout


def edges(project: Project) -> list[dict[str, object]]:
    with project.open_store() as store:
        rows = store.query(
            "MATCH (u:User)-[r:RECOMMENDED]->(p:Product) "
            "RETURN u.id AS user, r.rank AS rank, p.id AS product, r.model AS model ORDER BY user, rank"
        )
        found: list[dict[str, object]] = rows.to_pylist()
        return found


def test_the_lists_are_those_that_each_customer_gets(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "lists.csv"
    told = json.loads(ask(project, "lists", "--k", "3", "--out", str(out), "--json"))
    recommender = Recommender.load(project.folder)
    users = recommender.artefact.users.to_pylist()
    expected = [
        (user, str(item.rank), item.product.id, item.product.name, answer.source)
        for user in users
        for answer in [recommender.recommend(user=user, k=3, rules=project.rules())]
        for item in answer.items
    ]
    with out.open(encoding="utf-8", newline="") as file:
        rows = [(r["user"], r["rank"], r["product"], r["name"], r["source"]) for r in csv.DictReader(file)]
    assert rows == expected
    assert told["recommendations"] == told["written"] == len(expected) > 2 * len(users)
    there = edges(project)
    assert sorted((r["user"], str(r["rank"]), r["product"]) for r in there) == sorted(row[:3] for row in expected)
    assert {row["model"] for row in there} == {recommender.model}


def test_lists_of_an_earlier_model_go_and_all_can_be_taken_out(project: Project) -> None:
    recommender = Recommender.load(project.folder)
    with project.open_store(read_only=False) as store:
        lists = pa.Table.from_batches(list(recommended_lists(recommender, k=1)))
        write_lists(store, lists, model="earlier-1")
    assert {row["model"] for row in edges(project)} == {"earlier-1"}
    ask(project, "lists", "--k", "2")
    assert {row["model"] for row in edges(project)} == {recommender.model}
    assert "0 of before are gone" in ask(project, "lists", "--k", "2")
    ask(project, "lists", "--remove")
    assert edges(project) == []


def test_rules_hold_in_all_lists(project: Project, tmp_path: Path) -> None:
    rules, out = tmp_path / "rules.toml", tmp_path / "lists.csv"
    brand = Counter(
        name for name in Recommender.load(project.folder).artefact.items["brand"].to_pylist() if name
    ).most_common(1)[0][0]
    rules.write_text(f'[filters]\nexclude_brands = ["{brand}"]\n', "utf-8")
    ask(project, "lists", "--k", "5", "--out", str(out), "--no-graph", "--rules", str(rules))
    items = Recommender.load(project.folder).artefact.items
    brands = dict(zip(items["id"].to_pylist(), items["brand"].to_pylist(), strict=True))
    with out.open(encoding="utf-8", newline="") as file:
        given = {brands[row["product"]] for row in csv.DictReader(file)}
    assert brand not in given
    assert given


def test_whether_lists_favour_the_popular_can_be_asked(project: Project) -> None:
    ask(project, "lists", "--k", "3")
    lists = Counter(row["product"] for row in edges(project))
    found = json.loads(ask(project, "query", "run", "popularity-of-recommendations", "--format", "json"))["rows"]
    assert {row["product"]: row["recommended"] for row in found} == dict(lists.most_common(30)) or len(lists) > 30
    assert [row["recommended"] for row in found] == sorted((n for n in lists.values()), reverse=True)[:30]
    for row in found:
        assert row["recommended_share"] == pytest.approx(row["recommended"] / lists.total())
        if row["purchases"]:
            assert row["favoured"] == pytest.approx(row["recommended_share"] / row["purchases_share"])
    ask(project, "lists", "--remove")


def test_nowhere_to_put_them_is_told(project: Project) -> None:
    done = CliRunner().invoke(app, ["lists", "--no-graph", "--project", str(project.folder)])
    assert done.exit_code == 2
    assert "--out" in done.output


def test_what_a_customer_said_since_the_training_counts(tmp_path: Path) -> None:
    project = run_shop(tmp_path / "shop")
    recommender = Recommender.load(project.folder)
    user = recommender.artefact.users[0].as_py()
    unwanted, wanted = (item.product.id for item in recommender.recommend(user=user, k=2).items)
    with closing(Journal(project.journal_file)) as journal:
        for kind, product in ((Kind.NOT_INTERESTED, unwanted), (Kind.PURCHASE, wanted)):
            journal.add(Event(product, user, product, kind, 1_700_000_000_000), KINDS[kind].edge)
    ask(project, "lists", "--k", "5")
    listed = {row["product"] for row in edges(project) if row["user"] == user}
    assert listed
    assert listed.isdisjoint({unwanted, wanted})


def test_a_graph_that_was_built_anew_keeps_its_lists_until_there_are_others(project: Project) -> None:
    recommender = Recommender.load(project.folder)
    lists = pa.Table.from_batches(list(recommended_lists(recommender, k=1)))
    other = lists.set_column(0, "user", pa.array(["nobody", *lists["user"].to_pylist()[1:]]))
    with project.open_store(read_only=False) as store:
        write_lists(store, lists, model="earlier-1")
        with pytest.raises(GraphStoreError, match=r'the user "nobody".*shopgraph run'):
            write_lists(store, other, model="later-2")
    assert {row["model"] for row in edges(project)} == {"earlier-1"}
    ask(project, "lists", "--remove")


def test_no_list_lies_where_forgetting_does_not_reach(project: Project) -> None:
    inside = project.folder / "lists.csv"
    done = CliRunner().invoke(app, ["lists", "--out", str(inside), "--project", str(project.folder)])
    assert done.exit_code == 2
    assert "outside the project" in done.output
    assert not inside.exists()


def test_a_failure_leaves_no_file_behind(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise GraphStoreError("no")

    monkeypatch.setattr("shopgraph.lists.write_lists", fails)
    done = CliRunner().invoke(app, ["lists", "--out", str(tmp_path / "l.csv"), "--project", str(project.folder)])
    assert done.exit_code != 0
    assert not list(tmp_path.iterdir())


def test_what_was_recommended_is_no_way_between_two_nodes_unless_it_is_asked_for(project: Project) -> None:
    ask(project, "lists", "--k", "1")
    [edge, *_] = edges(project)
    ends = Place("User", str(edge["user"])), Place("Product", str(edge["product"]))
    with project.open_store() as store:
        usual = find_paths(store, *ends)
        named = find_paths(store, *ends, types=["RECOMMENDED"])
    assert usual.hops > 1
    assert "RECOMMENDED" not in {own["type"] for own in usual.piece.as_dict()["edges"]}
    assert named.hops == 1
    ask(project, "lists", "--remove")
