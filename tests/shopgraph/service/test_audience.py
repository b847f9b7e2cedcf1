"""Audiences over HTTP: who is named stands where the recommender would show it to them, and can be left out."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient


def test_members_have_the_product_in_their_own_lists_at_the_place_said(shared: TestClient, user: str) -> None:
    own = shared.post("/api/v1/recommend", json={"user": user, "k": 3}).json()["items"]
    product = own[1]["product"]["id"]
    found = shared.post("/api/v1/audience", json={"product": product, "within": 5, "limit": 100}).json()
    ranks = {member["user"]: member["rank"] for member in found["members"]}
    assert ranks[user] == 2
    assert list(ranks.values()) == sorted(ranks.values())
    sizes = {one["within"]: one["customers"] for one in found["sizes"]}
    assert sizes[5] == len(ranks)
    assert sizes[5] <= sizes[10] <= sizes[100] <= found["customers"]
    for other in list(ranks)[:5]:
        items = shared.post("/api/v1/recommend", json={"user": other, "k": 5}).json()["items"]
        assert items[ranks[other] - 1]["product"]["id"] == product
    assert all(member["reasons"] for member in found["members"])


def test_a_category_names_the_product_that_stands_highest(shared: TestClient) -> None:
    category = shared.get("/api/v1/graph/find", params={"q": "shoes"}).json()["nodes"]
    names = [node["name"] for node in category if node["label"] == "Category"]
    body = {"category": names[0], "within": 10, "limit": 5, "reasons": 0}
    found = shared.post("/api/v1/audience", json=body).json()
    assert found["members"]
    for member in found["members"]:
        own = shared.post("/api/v1/recommend", json={"user": member["user"], "k": 10}).json()["items"]
        assert own[member["rank"] - 1]["product"]["id"] == member["product"]["id"]


def test_who_does_not_like_it_is_left_out(client: TestClient, user: str) -> None:
    product = client.post("/api/v1/recommend", json={"user": user, "k": 1}).json()["items"][0]["product"]["id"]
    ask = {"product": product, "within": 5, "limit": 100}
    assert user in {member["user"] for member in client.post("/api/v1/audience", json=ask).json()["members"]}
    said = client.post("/api/v1/feedback", json={"user": user, "product": product, "kind": "dislike"})
    assert said.status_code == 201, said.text
    assert user not in {member["user"] for member in client.post("/api/v1/audience", json=ask).json()["members"]}


def test_reasons_rest_on_no_event_that_was_taken_back(client: TestClient, user: str) -> None:
    product = client.post("/api/v1/recommend", json={"user": user, "k": 1}).json()["items"][0]["product"]["id"]
    ask = {"product": product, "within": 5, "limit": 100, "reasons": 10}

    def named() -> list[dict[str, Any]]:
        found = client.post("/api/v1/audience", json=ask).json()
        assert any("trained" in note for note in found["notes"])
        return [member for member in found["members"] if member["user"] == user]

    [before] = named()
    spoke = next(reason["history"]["id"] for reason in before["reasons"] if reason["history"])
    events = client.get(f"/api/v1/users/{user}/events").json()["events"]
    for event in events:
        if event["product"]["id"] == spoke:
            assert client.delete(f"/api/v1/users/{user}/events/{event['id']}").status_code == 200
    [after] = named()
    assert after["reasons"]
    assert spoke not in {reason["history"]["id"] for reason in after["reasons"] if reason["history"]}
    why = client.post("/api/v1/explain", json={"user": user, "product": product}).json()["item"]["reasons"]
    assert after["reasons"] == why[:10]
    for event in events:
        client.delete(f"/api/v1/users/{user}/events/{event['id']}")
    assert named() == []  # nothing speaks for it any more


@pytest.mark.parametrize("asked", [{"product": "P0001"}, {"category": "Shoes"}])
def test_of_each_size_it_says_how_many_would_buy(shared: TestClient, asked: dict[str, str]) -> None:
    if "category" in asked:
        nodes = shared.get("/api/v1/graph/find", params={"q": "shoes", "labels": "Category"}).json()["nodes"]
        asked = {"category": nodes[0]["id"]}
    found = shared.post("/api/v1/audience", json={**asked, "within": 100, "limit": 1000, "reasons": 0}).json()
    assert found["sizes"]
    for size in found["sizes"]:
        chances = [member["chance"] for member in found["members"] if member["rank"] <= size["within"]]
        assert len(chances) == size["customers"]
        assert all(0 <= chance <= 1 for chance in chances)
        assert size["expected"] == pytest.approx(sum(chances))
    expected = [size["expected"] for size in found["sizes"]]
    assert expected == sorted(expected)
    assert expected[-1] > 0


def test_it_is_of_a_product_or_of_a_category(shared: TestClient) -> None:
    assert shared.post("/api/v1/audience", json={}).status_code == 422
    assert shared.post("/api/v1/audience", json={"product": "P0001", "category": "Shoes"}).status_code == 422
    assert shared.post("/api/v1/audience", json={"product": "nothing"}).status_code == 404
    told = shared.post("/api/v1/audience", json={"category": "Shoos"})
    assert (told.status_code, "Shoos" in told.json()["error"]["message"]) == (404, True)
