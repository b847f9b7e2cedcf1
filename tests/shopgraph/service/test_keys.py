"""Who may ask for what, how much and how often."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from kg.errors import ConfigurationError
from shopgraph.cli import app as command
from shopgraph.project import Project
from shopgraph.service import create_app
from shopgraph.service.context import Service
from shopgraph.service.keys import Keys, Scope, needed_scope
from shopgraph.service.limiting import SharedBuckets, TokenBuckets
from shopgraph.service.logs import JsonFormatter
from shopgraph.settings.service import ServicePart


@pytest.fixture
def keys(project: Project) -> dict[str, str]:
    """A key of each scope."""
    made = Keys(project.folder / "service-keys.json")
    return {scope.name.lower(): made.add(scope.name.lower(), scope) for scope in Scope}


@pytest.fixture
def client(project: Project, keys: dict[str, str]) -> Iterator[TestClient]:
    """The service of a project with keys."""
    with TestClient(create_app(project), raise_server_exceptions=False) as client:
        yield client


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_no_key_lies_in_the_file_and_only_its_owner_may_read_it(project: Project, keys: dict[str, str]) -> None:
    path = project.folder / "service-keys.json"
    text = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for key in keys.values():
        assert key not in text
        assert hashlib.sha256(key.encode()).hexdigest() in text
    path.chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        Keys(path).all()


def test_each_scope_may_do_what_those_below_it_may(client: TestClient, keys: dict[str, str]) -> None:
    asks = {
        "shop": ("POST", "/api/v1/recommend", {"k": 1}),
        "analyst": ("GET", "/metrics", None),
        "admin": ("POST", "/api/v1/admin/reload", None),
    }
    for number, (method, path, body) in enumerate(asks.values()):
        assert client.request(method, path, json=body).status_code == 401
        assert client.request(method, path, json=body, headers=bearer("sg_wrong")).status_code == 401
        for rank, key in enumerate(keys.values()):
            found = client.request(method, path, json=body, headers=bearer(key))
            assert found.status_code == (200 if rank >= number else 403)
    assert client.get("/health/live").status_code == 200
    assert client.get("/openapi.json").status_code == 200
    assert client.post("/api/v1/recommend", json={"k": 1}, headers={"X-API-Key": keys["shop"]}).status_code == 200


def test_every_address_below_api_needs_a_key(client: TestClient) -> None:
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        if path.startswith("/api/"):
            assert needed_scope(path) is not None
            for method in methods:
                assert client.request(method, path).status_code == 401, path


def test_a_key_that_is_taken_away_is_refused_at_once(
    client: TestClient, project: Project, keys: dict[str, str]
) -> None:
    assert client.post("/api/v1/recommend", json={"k": 1}, headers=bearer(keys["shop"])).status_code == 200
    Keys(project.folder / "service-keys.json").remove("shop")
    assert client.post("/api/v1/recommend", json={"k": 1}, headers=bearer(keys["shop"])).status_code == 401


def test_no_log_holds_a_key_a_customer_or_a_product(client: TestClient, keys: dict[str, str], user: str) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        for key in (*keys.values(), "sg_mistyped"):
            for headers in (bearer(key), {"X-API-Key": key}):
                client.post("/api/v1/recommend", json={"user": user, "reasons": True}, headers=headers)
                client.post("/api/v1/explain", json={"user": user, "product": "P0001"}, headers=headers)
                client.get(f"/api/v1/graph/node/User/{user}", headers=headers)
                client.get(f"/api/v1/products/P0001?user={user}&key={key}", headers=headers)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    written = [json.loads(line) for line in stream.getvalue().splitlines() if '"shopgraph.service"' in line]
    assert len([line for line in written if line["message"] == "request"]) == 32
    assert {"request_id", "route", "status", "ms"} <= set(written[-1])
    for secret in (*keys.values(), "sg_mistyped", user, "P0001"):
        assert secret not in json.dumps(written)


def test_the_command_makes_shows_and_removes_keys(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    run = CliRunner().invoke
    words = ["--project", str(project.folder)]
    made = json.loads(run(command, ["keys", "add", "web", "--scope", "analyst", "--json", *words]).stdout)
    listed = run(command, ["keys", "list", "--json", *words]).stdout
    assert made["key"] not in listed
    assert json.loads(listed)["keys"][0]["scope"] == "analyst"
    again = run(command, ["keys", "add", "web", *words])
    assert (again.exit_code, "already" in again.stderr) == (1, True)
    wrong = run(command, ["keys", "add", "other", "--scope", "king", *words])
    assert (wrong.exit_code, "admin" in wrong.stderr) == (1, True)
    removed = run(command, ["keys", "remove", "web", *words])
    assert (removed.exit_code, "No key is left" in removed.stderr) == (0, True)
    assert json.loads(run(command, ["keys", "list", "--json", *words]).stdout) == {"keys": []}


def test_without_keys_nobody_else_is_served(tmp_path: Path, shared: TestClient) -> None:
    project = Project.create(tmp_path / "project")
    done = CliRunner().invoke(command, ["serve", "--host", "0.0.0.0", "--project", str(project.folder)])
    assert done.exit_code == 1
    assert "shopgraph keys add" in done.stderr
    for headers in ({"host": "evil.example"}, {"origin": "http://evil.example"}, {"host": "127.0.0.1.evil.example:80"}):
        assert shared.post("/api/v1/recommend", json={"k": 1}, headers=headers).status_code == 403
    own = {"host": "localhost:8080", "origin": "http://localhost:8080"}
    assert shared.post("/api/v1/recommend", json={"k": 1}, headers=own).status_code == 200


def test_a_service_that_others_reach_refuses_all_when_its_last_key_is_taken_away(project: Project) -> None:
    keys = Keys(project.folder / "service-keys.json")
    key = bearer(keys.add("web", Scope.ADMIN))
    with TestClient(create_app(project, ServicePart(host="0.0.0.0")), raise_server_exceptions=False) as client:
        assert client.post("/api/v1/admin/reload", headers=key).status_code == 200
        keys.remove("web")
        for headers in ({"host": "localhost"}, key):
            for method, path in (("POST", "/api/v1/admin/reload"), ("DELETE", "/api/v1/users/U00001")):
                assert client.request(method, path, headers=headers).status_code == 401
        assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize("shared", [False, True])
def test_buckets_refill_and_each_asker_has_one(tmp_path: Path, shared: bool) -> None:
    now = 7.0
    path = tmp_path / "buckets"
    buckets = SharedBuckets(path, 2, 3, clock=lambda: now) if shared else TokenBuckets(2, 3, clock=lambda: now)
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == pytest.approx(0.5)
    assert buckets.take("b") == 0
    now = 7.5
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0


def test_processes_of_a_service_share_their_buckets(tmp_path: Path) -> None:
    """An asker whose connections lie on two processes has one bucket, and one on a single process all of it."""
    clock = iter(np.arange(0, 10**6) / 1e6)
    one, two = (SharedBuckets(tmp_path / "b", 1, 10, clock=lambda: float(next(clock))) for _ in range(2))
    assert sum(buckets.take("a") == 0 for buckets in (one, two) * 10) == 10
    assert sum(one.take("b") == 0 for _ in range(20)) == 10
    assert two.take("b") > 0


def test_the_processes_of_one_service_share_its_rate(project: Project) -> None:
    settings = ServicePart(rate=0.001, burst=4, workers=2, prepare=False)
    with TemporaryDirectory(dir="/tmp") as folder:
        one, two = (Service(project, settings, socket=Path(folder) / "graph") for _ in range(2))
        try:
            assert [own.buckets.take("web") == 0 for own in (one, two, one, two, one, two)] == [True] * 4 + [False] * 2
        finally:
            one.close()
            two.close()


def test_more_askers_than_buckets_are_kept_for_are_let_in(tmp_path: Path) -> None:
    buckets = SharedBuckets(tmp_path / "b", 1, 1)
    assert not any(buckets.take(f"asker {number}") for number in range(40_000))


def test_two_processes_that_take_at_once_lose_no_token(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from shopgraph.service.limiting import SharedBuckets; "
        "own = SharedBuckets(Path(sys.argv[1]), 1e-9, 2000); "
        "print('ready', flush=True); sys.stdin.readline(); "
        "print(sum(own.take('a') == 0 for _ in range(3000)))"
    )
    taking = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "b")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for own in taking:
        assert own.stdout is not None
        assert own.stdout.readline() == "ready\n"
    for own in taking:
        assert own.stdin is not None
        own.stdin.write("go\n")
        own.stdin.flush()
    assert sum(int(own.communicate(timeout=60)[0]) for own in taking) == 2000


def test_who_asks_too_often_is_told_when_to_come_back(project: Project) -> None:
    with TestClient(create_app(project, ServicePart(rate=0.5, burst=2))) as client:
        codes = [client.post("/api/v1/recommend", json={"k": 1}).status_code for _ in range(3)]
        refused = client.post("/api/v1/recommend", json={"k": 1})
    assert codes == [200, 200, 429]
    assert refused.json()["error"]["code"] == "too_many_requests"
    assert int(refused.headers["retry-after"]) >= 1


def test_long_bodies_and_long_requests_are_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> None:
        time.sleep(0.5)

    with TestClient(
        create_app(project, ServicePart(body_bytes=2_000, seconds=0.1)), raise_server_exceptions=False
    ) as client:
        told = client.post(
            "/api/v1/recommend", content=b"{" + b" " * 3_000, headers={"content-type": "application/json"}
        )
        parts = (b" " * 500 for _ in range(10))  # sent in chunks, without a length
        chunked = client.post("/api/v1/recommend", content=parts, headers={"content-type": "application/json"})
        monkeypatch.setattr("recommender.serving.Recommender.recommend", slow)
        late = client.post("/api/v1/recommend", json={"k": 1})
    assert [told.status_code, chunked.status_code] == [413, 413]
    assert (late.status_code, late.json()["error"]["code"]) == (504, "timeout")


def test_more_than_can_wait_is_turned_away(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def slow(*_: object, **__: object) -> None:
        time.sleep(0.3)

    monkeypatch.setattr("recommender.serving.Recommender.similar", slow)
    with (
        TestClient(create_app(project, ServicePart(waiting=2)), raise_server_exceptions=False) as client,
        ThreadPoolExecutor(6) as pool,
    ):
        ask = lambda _: client.post("/api/v1/similar", json={"product": "P0001"}).status_code  # noqa: E731
        codes = list(pool.map(ask, range(6)))
        assert codes.count(503) >= 3
        time.sleep(0.4)
        assert client.post("/api/v1/recommend", json={"k": 1}).status_code == 200


def test_metrics_count_requests_by_route(shared: TestClient) -> None:
    shared.post("/api/v1/recommend", json={"k": 1})
    text = shared.get("/metrics").text
    assert 'shopgraph_requests_total{method="POST",route="/api/v1/recommend",status="200"}' in text
    assert "shopgraph_request_seconds_bucket" in text
    assert 'shopgraph_answers_total{source="popularity"}' in text
