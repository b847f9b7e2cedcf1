"""Audiences over HTTP: who is named stands where the recommender would show it to them, and can be left out."""

from __future__ import annotations

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


def test_it_is_of_a_product_or_of_a_category(shared: TestClient) -> None:
    assert shared.post("/api/v1/audience", json={}).status_code == 422
    assert shared.post("/api/v1/audience", json={"product": "P0001", "category": "Shoes"}).status_code == 422
    assert shared.post("/api/v1/audience", json={"product": "nothing"}).status_code == 404
    told = shared.post("/api/v1/audience", json={"category": "Shoos"})
    assert (told.status_code, "Shoos" in told.json()["error"]["message"]) == (404, True)
