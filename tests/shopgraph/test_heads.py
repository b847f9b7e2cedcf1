"""The heads of a project: learned by the run, loaded, used by the check of the catalogue, forgotten with a customer."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shopgraph.catalogue_check import FEW_PRODUCTS, NO_CATEGORY, check_catalogue
from shopgraph.cli import app
from shopgraph.demo import make_demo
from shopgraph.heads import Heads
from shopgraph.pipeline import State, import_into, run_pipeline
from shopgraph.project import Project
from tests.projects import BARE


@pytest.fixture(scope="module")
def misplaced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, set[str]]:
    """A project that was run, and the products that stand in another's category."""
    folder = tmp_path_factory.mktemp("heads")
    shop = make_demo(folder / "shop", n_products=120, n_users=70, n_interactions=1_400).folder
    with (shop / "products.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wrong: set[str] = set()
    kinds = sorted({row["categories"].split("|")[0] for row in rows})
    for row in rows[::15]:
        row["categories"] = next(kind for kind in kinds if kind.split(" > ")[0] != row["categories"].split(" > ")[0])
        wrong.add(row["id"])
    with (shop / "products.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    project = Project.create(folder / "project")
    project.settings_file.write_text(BARE)
    import_into(project, shop)
    run_pipeline(project)
    return project, wrong


def test_the_check_lists_what_was_misplaced_by_the_head_that_was_kept(misplaced: tuple[Project, set[str]]) -> None:
    project, wrong = misplaced
    command = ["catalogue-check", "--project", str(project.folder), "--json"]
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0, first.output
    listed = json.loads(first.stdout)["products"]
    found = {one["id"] for one in listed}
    assert len(found & wrong) >= 0.6 * len(wrong)
    assert len(found & wrong) >= 0.6 * len(found)
    assert "speaks for" in listed[0]["reason"]
    away = project.heads.with_name("away")
    project.heads.rename(away)
    try:
        again = CliRunner().invoke(app, command)
        assert [one["id"] for one in json.loads(again.stdout)["products"]] == [one["id"] for one in listed]
    finally:
        away.rename(project.heads)
    table = CliRunner().invoke(app, command[:-1])
    assert "likelier" in table.stdout


def test_the_check_says_what_it_could_not_check(tmp_path: Path) -> None:
    shop = make_demo(tmp_path / "shop", n_products=60, n_users=70, n_interactions=1_000).folder
    with (shop / "products.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows[:6]):
        row["categories"] = ["", "Odd > One", "Odd > Two", "Odd > Two", row["categories"], row["categories"]][number]
    with (shop / "products.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    project = Project.create(tmp_path / "project")
    project.settings_file.write_text(BARE)
    import_into(project, shop)
    run_pipeline(project)
    given = Counter(row["categories"].split("|")[0] for row in rows)
    few = sum(number for name, number in given.items() if name and number < 3)
    found = check_catalogue(project)
    assert few >= 3
    assert found.not_checked == {NO_CATEGORY: 1, FEW_PRODUCTS: few}
    assert found.checked == 60 - 1 - few
    shown = CliRunner().invoke(app, ["catalogue-check", "--project", str(project.folder)]).stdout
    assert f"{found.checked} products were checked.\n1 were not: they have no category.\n" in shown
    assert f"{few} were not: their category had fewer than 3 products" in shown


def test_a_project_without_a_snapshot_says_what_to_run(tmp_path: Path) -> None:
    Project.create(tmp_path / "new")
    found = CliRunner().invoke(app, ["catalogue-check", "--project", str(tmp_path / "new")])
    assert found.exit_code == 1
    assert "shopgraph run" in found.output


def test_the_run_says_what_the_heads_reached_and_ratings_follow_words(misplaced: tuple[Project, set[str]]) -> None:
    project, _ = misplaced
    told = State.load(project).stages["train"].figures["heads"]
    assert isinstance(told, dict)
    assert told["rating error, told"] < told["rating error, mean"]  # type: ignore[operator]
    heads = Heads.load(project)
    assert heads.categories is not None
    assert heads.ratings is not None
    good, bad = heads.ratings.rate(
        ["P0001", "P0001"], reviews=[("Wonderful", "I love it"), ("Terrible", "It broke, waste of money")]
    )
    assert good.value > bad.value


def test_a_forgotten_customer_is_in_no_head(misplaced: tuple[Project, set[str]], tmp_path: Path) -> None:
    from shopgraph.feedback.journal import Journal
    from shopgraph.forget import forget
    from shopgraph.traces import traces

    shutil.copytree(misplaced[0].folder, tmp_path / "copy")
    project = Project.open(tmp_path / "copy")
    heads = Heads.load(project)
    assert heads.ratings is not None
    user = heads.ratings.users[0].as_py()
    with project.open_store(read_only=False) as store, closing(Journal(project.journal_file)) as journal:
        forget(project, user, store=store, journal=journal)
        assert not [place for place in traces(project, user, store=store) if place.startswith("heads")]
    assert Heads.load(project).ratings is None
    assert Heads.load(project).categories is not None
