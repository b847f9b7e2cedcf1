"""The query library and free queries over HTTP."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from cypher import QueryLibrary


def test_the_library_is_the_commands(shared: TestClient) -> None:
    found = shared.get("/api/v1/queries").json()["queries"]
    assert [query["name"] for query in found] == [query.name for query in QueryLibrary.own()]
    one = shared.get("/api/v1/queries/best-sellers").json()["query"]
    assert one["question"]
    none = shared.get("/api/v1/queries/best-seller")
    assert (none.status_code, none.json()["error"]["code"]) == (404, "unknown_query")


def test_a_query_runs_with_parameters_as_json_and_as_csv(shared: TestClient) -> None:
    rows = shared.post("/api/v1/queries/best-sellers/run", json={"params": {"limit": 3}}).json()
    assert len(rows["rows"]) == 3
    assert [column["name"] for column in rows["columns"]] == list(rows["rows"][0])
    table = shared.post("/api/v1/queries/best-sellers/run", json={"params": {"limit": 3}, "format": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.splitlines()) == 4
    wrong = shared.post("/api/v1/queries/best-sellers/run", json={"params": {"limt": 3}})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "query")


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (n:User {id: 'x'})",
        "MATCH (n:User) DELETE n",
        "LOAD FROM '/etc/passwd' RETURN *",
        "MATCH (n) RETURN n; MATCH (n) RETURN n",
        "this is no Cypher",
        "MATCH (a:Product),(b:Product),(c:Product),(d:User) RETURN a.id, b.id, c.id, d.id",
        "RETURN 1/0",
    ],
)
def test_free_queries_that_do_more_than_read_a_little_are_refused(shared: TestClient, text: str) -> None:
    found = shared.post("/api/v1/cypher", json={"query": text})
    assert (found.status_code, found.json()["error"]["code"]) == (400, "query")


def test_a_free_query_with_parameters(shared: TestClient) -> None:
    text = "MATCH (p:Product) WHERE p.id IN $ids RETURN p.id AS id ORDER BY id"
    found = shared.post("/api/v1/cypher", json={"query": text, "params": {"ids": ["P0002", "P0001"]}}).json()
    assert found["rows"] == [{"id": "P0001"}, {"id": "P0002"}]
    assert found["source"] == "graph"
    deep = shared.post("/api/v1/cypher", json={"query": "RETURN $x", "params": {"x": [[1]]}})
    assert deep.status_code == 422
