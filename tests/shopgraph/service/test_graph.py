"""Walking the graph over HTTP."""

from __future__ import annotations

from itertools import pairwise

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
