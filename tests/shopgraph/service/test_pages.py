"""The addresses of the web pages."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from shopgraph.project import Project


@pytest.mark.parametrize("path", ["/", "/graph", "/query", "/report"])
def test_pages_come_with_their_policy(shared: TestClient, path: str) -> None:
    answer = shared.get(path)
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_files_are_packed_and_asked_for_again_cheaply(shared: TestClient) -> None:
    first = shared.get("/static/css/base.css", headers={"Accept-Encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    assert "body" in first.text
    again = shared.get("/static/css/base.css", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["nothing.js", "../pages/guide.html", "pages/guide.html", "%2e%2e/__init__.py", "//etc/passwd"]
)
def test_nothing_else_is_given(shared: TestClient, path: str) -> None:
    answer = shared.get(f"/static/{path}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_without_a_report_the_answer_says_how_to_make_one(shared: TestClient) -> None:
    answer = shared.get("/api/v1/report")
    assert answer.status_code == 404
    assert "shopgraph run" in answer.json()["error"]["hint"]


def test_the_report_comes_in_the_language_asked_for_where_there_is_one(client: TestClient, project: Project) -> None:
    project.report.mkdir()
    project.report_page.write_text("in English", "utf-8")
    assert client.get("/api/v1/report", params={"language": "zh"}).text == "in English", "of a run before"
    project.report_in("zh").write_text("中文", "utf-8")
    assert client.get("/api/v1/report", params={"language": "zh"}).text == "中文"
    found = client.get("/api/v1/report")
    assert found.text == "in English"
    assert found.headers["x-shopgraph-source"] == "report"
    assert found.headers["x-shopgraph-model"] == client.get("/health/ready").json()["model"]
    assert client.get("/api/v1/report", params={"language": "de"}).status_code == 422
