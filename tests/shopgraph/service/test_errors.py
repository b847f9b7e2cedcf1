"""Every failure has the one form, and says what is wrong and where."""

from __future__ import annotations

import logging

import pytest
from fastapi.testclient import TestClient

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/v1/recommend", b'{"user": "nobody"}', 404, "unknown_id"),
        ("POST", "/api/v1/recommend", b'{"k": 1000000000000000000000000}', 422, "invalid_request"),
        ("POST", "/api/v1/recommend", b'{"k": NaN}', 422, "invalid_request"),
        ("POST", "/api/v1/recommend", b'{"filters": {"price_max": Infinity}}', 422, "invalid_request"),
        ("POST", "/api/v1/recommend", b'{"filters": {"price_min": 9, "price_max": 1}}', 422, "invalid_request"),
        ("POST", "/api/v1/recommend", b'{"user": "a\\u0000b"}', 422, "invalid_request"),
        ("POST", "/api/v1/recommend", b'{"user": "\\ud800"}', 422, "invalid_request"),
        ("POST", "/api/v1/recommend", b'{"user": "\xff\xfe"}', 400, "bad_request"),
        ("POST", "/api/v1/recommend", b'{"usr": "U1"}', 422, "invalid_request"),
        ("POST", "/api/v1/recommend", b"[" * 200_000, 400, "bad_request"),
        ("POST", "/api/v1/recommend", b'{"user"', 422, "invalid_request"),
        ("POST", "/api/v1/recommend", b"", 422, "invalid_request"),
        ("POST", "/api/v1/recommend", b" " * (1024**2 + 1), 413, "too_large"),
        ("GET", "/api/v1/recommend", b"", 405, "method_not_allowed"),
        ("GET", "/no/such/place", b"", 404, "not_found"),
        ("GET", "/api/v1/products/none", b"", 404, "unknown_id"),
        ("GET", "/api/v1/products/none/photo", b"", 404, "unknown_id"),
        ("GET", "/api/v1/graph/node/Nothing/x", b"", 400, "input"),
        ("GET", "/api/v1/graph/paths?from=nonsense&to=Product:P0001", b"", 400, "input"),
    ],
)
def test_refusals(shared: TestClient, method: str, path: str, body: bytes, status: int, code: str) -> None:
    found = shared.request(method, path, content=body, headers=JSON)
    assert (found.status_code, found.json()["error"]["code"]) == (status, code), found.text
    error = found.json()["error"]
    assert set(error) == {"code", "message", "hint", "where", "request_id"}
    assert error["message"]
    assert error["request_id"] == found.headers["x-request-id"]


def test_a_body_that_is_not_called_json_is_not_read_as_json(shared: TestClient) -> None:
    found = shared.post("/api/v1/recommend", content=b'{"k": 1}', headers={"content-type": "text/plain"})
    assert found.status_code == 422


def test_an_unforeseen_error_says_nothing_of_the_inside(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("secret customer")

    monkeypatch.setattr("recommender.serving.Recommender.recommend", fail)
    with caplog.at_level(logging.INFO):
        found = client.post("/api/v1/recommend", json={"k": 1})
    assert (found.status_code, found.json()["error"]["code"]) == (500, "internal")
    assert "secret" not in found.text
    from shopgraph.service.logs import JsonFormatter

    lines = [JsonFormatter().format(record) for record in caplog.records]
    [told] = [line for line in lines if '"KeyError"' in line]
    assert found.headers["x-request-id"] in told
    assert not any("secret" in line for line in lines)
