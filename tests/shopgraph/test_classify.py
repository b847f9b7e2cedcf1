"""The category of a product that the shop does not have yet, by its title, its photo, or both."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from kg.errors import InputError
from shopgraph.classify import classify
from shopgraph.cli import app
from shopgraph.demo import make_demo
from shopgraph.heads import Heads
from shopgraph.project import Project, ProjectError
from tests.projects import BARE, run_shop


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A shop that has learned categories from titles and photos."""
    seeing = BARE.replace('images = "none"', 'images = "looks"')
    return run_shop(tmp_path_factory.mktemp("classify"), seeing, products=240, users=70, interactions=1_000)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory, project: Project) -> list[tuple[str, Path, str]]:
    """Title, photo and category of products of another shop that sells the same kinds of things."""
    folder = tmp_path_factory.mktemp("other") / "shop"
    shop = make_demo(folder, seed=11, n_products=120, n_users=60, n_interactions=600).folder
    heads = Heads.load(project)
    assert heads.categories is not None
    with (shop / "products.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["id"], row["title"], row["categories"].split("|")[0]) for row in csv.DictReader(file)]
    photos = {path.stem.rsplit("-", 1)[0]: path for path in sorted((shop / "images").glob("*.jpg"))}
    known = heads.categories.head.categories
    return [(title, photos[id_], given) for id_, title, given in rows if given in known and id_ in photos]


@pytest.mark.parametrize(("by", "least"), [("title", 0.8), ("photo", 0.5), ("both", 0.8)])
def test_titles_and_photos_of_another_shop_are_put_where_they_belong(
    project: Project, others: list[tuple[str, Path, str]], by: str, least: float
) -> None:
    assert len(others) > 50
    right = []
    for title, photo, given in others[:50]:
        found = classify(project, None if by == "photo" else title, photo=None if by == "title" else photo, k=2)
        assert len(found) == 2
        assert 1 > found[0].chance >= found[1].chance > 0
        right.append(found[0].category == given)
    assert np.mean(right) >= least


def test_the_command_gives_a_table_or_json(project: Project, others: list[tuple[str, Path, str]]) -> None:
    title, photo, _ = others[0]
    asked = ["classify", title, "--photo", str(photo), "--k", "1", "--project", str(project.folder)]
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)["categories"]
    (best,) = classify(project, title, photo=photo.read_bytes(), k=1)
    assert told == [{"category": best.category, "chance": pytest.approx(best.chance)}]
    assert best.category in CliRunner().invoke(app, asked).stdout
    assert CliRunner().invoke(app, ["classify", "--project", str(project.folder)]).exit_code == 2


def test_what_says_nothing_is_no_category(project: Project, tmp_path: Path) -> None:
    for nothing in (None, "  ", "???"):
        with pytest.raises(InputError, match="Give words that titles of the catalogue have"):
            classify(project, nothing)
    blind = run_shop(tmp_path, products=120)
    with pytest.raises(ProjectError, match="has not learned from photos"):
        classify(blind, photo=b"any")
    with pytest.raises(ProjectError, match="has no head for categories"):
        classify(Project.create(tmp_path / "new"), "shoes")
