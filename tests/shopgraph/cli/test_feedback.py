"""What the service has heard of a customer since training counts in every command that is told of one."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from recommender import Recommender
from shopgraph.feedback import KINDS, Event, Journal, Kind
from shopgraph.project import Project
from tests.shopgraph.cli.conftest import Call, answer, first

VISITOR = "visitor-1"


@pytest.fixture
def told(project: Path, tmp_path: Path) -> Project:
    """A copy of the project, to whose journal tests write."""
    return Project.open(Path(shutil.copytree(project, tmp_path / "told")))


def say(project: Project, user: str, kind: Kind, *products: str) -> None:
    with closing(Journal(project.journal_file)) as journal:
        for product in products:
            event = Event(f"{user}-{kind}-{product}", user, product, kind, 1_700_000_000_000)
            journal.add(event, KINDS[kind].edge)


def test_a_customer_is_not_recommended_what_they_have_bought_or_do_not_want_since(
    call: Call, told: Project, shop: Path
) -> None:
    user = first(shop, "users.csv")
    asked = ("recommend", "--project", told.folder, "--user", user, "--json", "--k")
    unwanted, bought, *_ = (item["id"] for item in answer(call(*asked, 3))["items"])
    say(told, user, Kind.NOT_INTERESTED, unwanted)
    say(told, user, Kind.PURCHASE, bought)
    after = [item["id"] for item in answer(call(*asked, 10))["items"]]
    assert len(after) == 10
    assert not {unwanted, bought} & set(after)
    explained = ("explain", "--project", told.folder, "--user", user, "--product", bought, "--json")
    assert answer(call(*explained))["chance"] == 0, "it was bought since"


def test_a_visitor_whom_the_model_does_not_know_is_known_by_what_they_liked(call: Call, told: Project) -> None:
    asked = ("recommend", "--project", told.folder, "--user", VISITOR, "--json", "--reasons")
    assert call(*asked).exit_code != 0
    liked = Recommender.load(told.folder).artefact.items["id"][0].as_py()
    say(told, VISITOR, Kind.LIKE, liked)
    found = answer(call(*asked))
    assert found["source"] == "history"
    of = {reason["history"]["id"] for item in found["items"] for reason in item["reasons"] if reason["history"]}
    assert of == {liked}
    explained = ("explain", "--project", told.folder, "--user", VISITOR, "--product", found["items"][0]["id"], "--json")
    assert answer(call(*explained))["score"] == pytest.approx(found["items"][0]["score"])


def test_taste_and_answers_follow_what_was_said(call: Call, told: Project) -> None:
    search = ("search", "boots", "--project", told.folder, "--user", VISITOR, "--json")
    question = ("ask", "what would you recommend for me?", "--project", told.folder, "--user", VISITOR, "--json")
    assert call(*search).exit_code != 0
    assert call(*question).exit_code != 0
    say(told, VISITOR, Kind.LIKE, Recommender.load(told.folder).artefact.items["id"][0].as_py())
    assert "taste" in answer(call(*search))["source"]
    offered = [product["id"] for product in answer(call(*question))["products"]]
    assert offered
    say(told, VISITOR, Kind.NOT_INTERESTED, offered[0])
    after = [product["id"] for product in answer(call(*question))["products"]]
    assert after
    assert offered[0] not in after
