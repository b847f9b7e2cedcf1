"""The query library and free queries over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest
from fastapi.testclient import TestClient

from cypher import QueryLibrary
from kg.errors import QueryError
from shopgraph.project import Project
from shopgraph.service import create_app
from shopgraph.service.work import QUERY_THREADS
from shopgraph.settings.service import ServicePart


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
    assert table.headers["x-shopgraph-model"] == rows["model"]
    assert table.headers["x-shopgraph-source"] == rows["source"] == "graph"
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
    own = shared.post("/api/v1/cypher", json={"query": text, "params": {"ids": ["P0002"]}, "format": "csv"})
    assert own.headers["x-shopgraph-model"] == found["model"]
    deep = shared.post("/api/v1/cypher", json={"query": "RETURN $x", "params": {"x": [[1]]}})
    assert deep.status_code == 422


def test_the_page_of_the_api_says_where_a_table_carries_model_and_source(shared: TestClient) -> None:
    paths = shared.get("/openapi.json").json()["paths"]
    for path in ("/api/v1/cypher", "/api/v1/queries/{name}/run"):
        told = paths[path]["post"]["responses"]["200"]
        assert {"text/csv", "application/json"} <= set(told["content"])
        assert {"X-Shopgraph-Model", "X-Shopgraph-Source"} <= set(told["headers"])


SLOW = "MATCH (a:User), (b:User), (c:User), (d:User), (e:User) RETURN count(a.id + b.id + c.id + d.id + e.id) AS n"


def test_a_query_that_takes_too_long_says_so_itself(project: Project) -> None:
    with TestClient(create_app(project, ServicePart(seconds=6, prepare=False))) as client:
        refused = client.post("/api/v1/cypher", json={"query": SLOW})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "query"), refused.text
    assert "past its limit" in refused.json()["error"]["message"]


def test_slow_queries_do_not_keep_recommendations_waiting(
    shared: TestClient, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, began = Event(), Semaphore(0)

    def slow(*_: object, **__: object) -> None:
        began.release()
        finish.wait(60)
        raise QueryError("The query was let go.")

    monkeypatch.setattr("shopgraph.service.routes.queries.run_free", slow)
    with ThreadPoolExecutor(10) as pool:
        try:
            asked = [pool.submit(shared.post, "/api/v1/cypher", json={"query": "RETURN 1"}) for _ in range(8)]
            assert all(began.acquire(timeout=20) for _ in range(QUERY_THREADS))
            found = pool.submit(shared.post, "/api/v1/recommend", json={"user": user, "k": 3})
            ready = pool.submit(shared.get, "/health/ready")
            assert found.result(timeout=20).json()["items"]
            assert ready.result(timeout=20).status_code == 200
            assert not any(one.done() for one in asked)
        finally:
            finish.set()
        assert {one.result().status_code for one in asked} == {400}
