"""``shopgraph lists``: what everybody would be recommended, in a file and in the graph."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recommender import Recommender
from shopgraph.cli import app
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
        write_lists(store, recommended_lists(recommender, k=1), model="earlier-1")
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
