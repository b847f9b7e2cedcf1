"""What the shop's rules forbid is offered nowhere: not recommended, similar, found, or named in an answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from recommender import Recommender
from shopgraph.project import Project
from shopgraph.service import create_app
from shopgraph.settings.service import ServicePart

QUESTIONS = (
    "show me bags",
    "show me the cheapest shoes",
    "what is your cheapest bag?",
    "which is your most expensive bag?",
    "which shoes sell best?",
    "which shoes are rated best?",
    "show me something similar to P0001",
    "what goes with P0001?",
    "is there an alternative to P0001?",
    "what would you recommend for me?",
    "which shoes do reviewers call light?",
    "which shoes have a bad comfort?",
    "500元以下的包",
)


@pytest.fixture
def ruled(project: Project) -> Iterator[tuple[TestClient, set[str]]]:
    """The service of a shop that sells neither one of its brands nor what is dear or gone, and what it may show."""
    rows = Recommender.load(project.folder).artefact.items.to_pylist()
    brand = rows[0]["brand"]
    dear = sorted(row["price"] for row in rows)[len(rows) * 2 // 3]
    (project.folder / "rules.toml").write_text(
        f'[filters]\nin_stock = true\nprice_max = {dear}\nexclude_brands = ["{brand}"]\n'
        f'exclude = ["{rows[-1]["id"]}"]\n'
    )
    may = {
        row["id"]
        for row in rows[:-1]
        if row["in_stock"] and row["price"] is not None and row["price"] <= dear and row["brand"] != brand
    }
    with TestClient(create_app(project, ServicePart(seconds=200)), raise_server_exceptions=False) as client:
        yield client, may


def test_no_answer_shows_what_the_rules_forbid(ruled: tuple[TestClient, set[str]], user: str) -> None:
    client, may = ruled
    asked = [
        ("recommend", {"user": user, "k": 48}),
        ("similar", {"product": "P0001", "k": 48}),
        ("search", {"words": "shoes", "k": 48}),
        ("search", {"words": "something soft for the evening", "k": 48}),
    ]
    asked += [("ask", {"question": question, "user": user}) for question in QUESTIONS]
    shown = []
    for path, body in asked:
        found = client.post(f"/api/v1/{path}", json=body)
        assert found.status_code == 200, found.text
        ids = {item["product"]["id"] for item in found.json()["items"]}
        assert ids <= may, (path, body, ids - may)
        shown.append(bool(ids))
    assert sum(shown) > len(shown) / 2
    total = client.post("/api/v1/search", json={"words": "shoes"}).json()
    assert total["total"] <= len(may)


def test_counts_are_of_the_whole_catalogue(ruled: tuple[TestClient, set[str]], shared: TestClient) -> None:
    client, _ = ruled
    for question in ("how many bags are there?", "which brands of shoes do you have?", "which brands sell best?"):
        told, plain = (one.post("/api/v1/ask", json={"question": question}).json() for one in (client, shared))
        assert plain["count"] or plain["names"]
        assert (told["count"], told["names"]) == (plain["count"], plain["names"])


def test_a_product_that_a_question_names_is_spoken_of(ruled: tuple[TestClient, set[str]]) -> None:
    client, may = ruled
    assert "P0001" not in may
    body = client.post("/api/v1/ask", json={"question": "how much is P0001?"}).json()
    assert [item["product"]["id"] for item in body["items"]] == ["P0001"]
