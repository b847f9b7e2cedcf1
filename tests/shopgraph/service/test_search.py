"""Search over HTTP."""

from __future__ import annotations

import base64

from fastapi.testclient import TestClient


def test_words_find_products_with_facets(shared: TestClient, user: str) -> None:
    found = shared.post("/api/v1/search", json={"words": "shoes", "user": user, "k": 5})
    assert found.status_code == 200, found.text
    body = found.json()
    assert body["items"]
    assert body["facets"]
    assert "words" in body["source"]
    assert body["model"] == shared.get("/health/ready").json()["model"]


def test_what_cannot_be_searched_for_is_refused(shared: TestClient) -> None:
    nothing = base64.b64encode(b"no picture").decode()
    for body in ({}, {"photo": "%%%"}, {"photo": nothing}):
        assert shared.post("/api/v1/search", json=body).status_code == 422
