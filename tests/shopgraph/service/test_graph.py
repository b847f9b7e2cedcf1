"""Walking the graph over HTTP."""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient


def test_the_schema_is_the_codes(shared: TestClient) -> None:
    from kg.schema import EDGES, NODES

    found = shared.get("/api/v1/graph/schema").json()
    assert [node["label"] for node in found["nodes"]] == list(NODES)
    assert [edge["type"] for edge in found["edges"]] == list(EDGES)


def test_nodes_are_found_by_id_and_by_name(shared: TestClient) -> None:
    first = shared.get("/api/v1/graph/find", params={"q": "P0001"}).json()["nodes"][0]
    assert first["id"] == "P0001"
    named = shared.get("/api/v1/graph/find", params={"q": first["name"][:12].upper(), "labels": "Product"}).json()
    assert "P0001" in {node["id"] for node in named["nodes"]}


def test_nodes_are_found_by_a_part_of_an_id_after_those_named_so(shared: TestClient) -> None:
    found = shared.get("/api/v1/graph/find", params={"q": "p000", "labels": "Product"}).json()["nodes"]
    assert {node["id"] for node in found} >= {"P0001", "P0002", "P0003"}
    whole = shared.get("/api/v1/graph/find", params={"q": "p0001"}).json()["nodes"]
    assert whole[0]["id"] == "P0001"
    attribute = next(
        edge["to"] for edge in shared.get("/api/v1/graph/neighbours/Product/P0001?types=HAS_ATTRIBUTE").json()["edges"]
    ).partition(":")[2]
    by_value = shared.get("/api/v1/graph/find", params={"q": attribute.partition("=")[2], "labels": "Attribute"}).json()
    assert attribute in {node["id"] for node in by_value["nodes"]}
    named = shared.get("/api/v1/graph/find", params={"q": "shoes", "labels": "Category", "limit": 50}).json()["nodes"]
    has = ["shoes" in node["name"].lower() for node in named]
    assert has == sorted(has, reverse=True)


def test_many_nodes_come_back_with_all_edges_among_them(shared: TestClient) -> None:
    around = shared.get("/api/v1/graph/neighbours/Product/P0001", params={"limit": 1000}).json()
    keys = [node["key"] for node in around["nodes"]]
    answer = shared.post("/api/v1/graph/among", json={"nodes": [*keys, "Product:gone", keys[0]]})
    assert answer.status_code == 200, answer.text
    piece = answer.json()
    assert [node["key"] for node in piece["nodes"]] == keys
    assert {edge["key"] for edge in around["edges"]} <= {edge["key"] for edge in piece["edges"]}
    assert all(edge["from"] in keys and edge["to"] in keys for edge in piece["edges"])
    assert shared.post("/api/v1/graph/among", json={"nodes": ["P0001"]}).status_code == 400


def test_nodes_have_chinese_names_where_the_shop_or_the_search_knows_them(shared: TestClient, user: str) -> None:
    near = shared.get("/api/v1/graph/neighbours/Product/P0001", params={"language": "zh"}).json()["nodes"]
    products = {node["id"]: node["name"] for node in near if node["label"] == "Product"}
    own = shared.get("/api/v1/products/P0001", params={"language": "zh"}).json()["product"]
    assert products["P0001"] == own["name"]
    made = {node["id"]: node["name"] for node in near if node["id"].startswith(("made_in=", "colour="))}
    assert made
    assert all(name.startswith(("产地：", "颜色：")) for name in made.values())
    item = shared.post("/api/v1/recommend", json={"user": user, "k": 1, "reasons": 50, "language": "zh"}).json()
    for reason in item["items"][0]["reasons"]:
        if reason["history"]:
            shown = shared.get(f"/api/v1/products/{reason['history']['id']}", params={"language": "zh"}).json()
            assert reason["history"]["name"] == shown["product"]["name"]
    events = shared.get(f"/api/v1/users/{user}/events", params={"language": "zh"}).json()["events"]
    assert any(ord(character) > 0x4E00 for event in events for character in event["product"]["name"])
    likes = shared.get(f"/api/v1/users/{user}/profile", params={"language": "zh"}).json()["likes"]
    attributes = [liking["node"] for liking in likes if liking["node"]["label"] == "Attribute"]
    assert all("=" not in node["name"] for node in attributes)


def test_neighbours_are_counted_beyond_the_limit(shared: TestClient) -> None:
    whole = shared.get("/api/v1/graph/neighbours/Product/P0001", params={"limit": 1000}).json()
    assert whole["more"] == {}
    keys = {node["key"] for node in whole["nodes"]}
    assert all(edge["from"] in keys and edge["to"] in keys for edge in whole["edges"])
    cut = shared.get("/api/v1/graph/neighbours/Product/P0001", params={"limit": 1}).json()
    assert len(cut["edges"]) + sum(cut["more"].values()) == len(whole["edges"])
    brands = shared.get("/api/v1/graph/neighbours/Product/P0001", params={"types": "HAS_BRAND"}).json()
    assert {edge["type"] for edge in brands["edges"]} == {"HAS_BRAND"}


def test_paths_are_shortest_and_lead_from_end_to_end(shared: TestClient, user: str) -> None:
    asked = {"from": f"User:{user}", "to": "Brand:nowhere"}
    assert shared.get("/api/v1/graph/paths", params=asked).status_code == 404
    brand = shared.get("/api/v1/graph/neighbours/Product/P0001", params={"types": "HAS_BRAND"}).json()["edges"][0]["to"]
    found = shared.get("/api/v1/graph/paths", params={"from": f"User:{user}", "to": brand}).json()
    assert found["hops"] >= 2
    edges = {frozenset((edge["from"], edge["to"])) for edge in found["edges"]}
    assert len({tuple(path) for path in found["paths"]}) == len(found["paths"])
    for path in found["paths"]:
        assert (path[0], path[-1], len(path)) == (f"User:{user}", brand, found["hops"] + 1)
        assert all(frozenset(step) in edges for step in pairwise(path))
    none = shared.get("/api/v1/graph/paths", params={"from": "Product:P0001", "to": "Product:P0001"}).json()
    assert (none["hops"], none["paths"]) == (0, [["Product:P0001"]])


def test_a_search_for_paths_that_was_given_up_says_so(
    shared: TestClient, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"from": f"User:{user}", "to": "Product:P0001", "max_hops": 5}
    assert shared.get("/api/v1/graph/paths", params=asked).json()["complete"] is True
    monkeypatch.setattr("shopgraph.browse.paths.limit", lambda _: 1)
    given_up = shared.get("/api/v1/graph/paths", params={**asked, "to": "Aspect:none"})
    assert given_up.status_code == 404
    brand = shared.get("/api/v1/graph/neighbours/Product/P0001", params={"types": "HAS_BRAND"}).json()["edges"][0]["to"]
    given_up = shared.get("/api/v1/graph/paths", params={**asked, "to": brand}).json()
    assert (given_up["complete"], given_up["paths"], given_up["hops"]) == (False, [], -1)


def test_a_picture_of_the_graph_is_its_file(shared: TestClient) -> None:
    edges = shared.get("/api/v1/graph/neighbours/Product/P0001", params={"types": "HAS_IMAGE"}).json()["edges"]
    image = edges[0]["to"].partition(":")[2]
    photo = shared.get(f"/api/v1/graph/photo/{image}")
    assert photo.status_code == 200
    assert photo.headers["content-type"] in {"image/jpeg", "image/png"}
    assert photo.headers["x-shopgraph-source"] == "graph"
    assert photo.content == shared.get("/api/v1/products/P0001/photo").content
    assert shared.get("/api/v1/graph/photo/none").status_code == 404


@pytest.mark.parametrize("path", ["shopgraph.toml", "nowhere.jpg", None])
def test_a_picture_whose_file_is_none_is_not_given_away(client: TestClient, path: str | None) -> None:
    store = client.app.state.service.graph.store()  # type: ignore[attr-defined]
    row = {"id": "odd", "path": path}
    store.load_nodes(
        "Image", [pa.RecordBatch.from_pylist([row], schema=pa.schema([("id", "string"), ("path", "string")]))]
    )
    refused = client.get("/api/v1/graph/photo/odd")
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "no_photo")


def test_an_explanation_is_one_piece_with_the_customer_and_the_product(shared: TestClient, user: str) -> None:
    item = shared.post("/api/v1/recommend", json={"user": user, "k": 1, "reasons": 3}).json()["items"][0]
    asked = {"user": user, "product": item["product"]["id"], "limit": 3}
    piece = shared.get("/api/v1/graph/explanation", params=asked).json()
    keys = {node["key"] for node in piece["nodes"]}
    assert {f"User:{user}", f"Product:{item['product']['id']}"} <= keys
    reached, before = {f"User:{user}"}, 0
    while len(reached) != before:
        before = len(reached)
        for edge in piece["edges"]:
            if edge["from"] in reached or edge["to"] in reached:
                reached |= {edge["from"], edge["to"]}
    assert reached == keys
