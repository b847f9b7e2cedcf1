"""``shopgraph serve`` as people run it: real HTTP, several processes, signals, kills."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from shopgraph.project import Project
from tests.projects import run_shop

pytestmark = pytest.mark.slow

COMMAND = Path(sys.executable).with_name("shopgraph")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of 48 products that was run."""
    return run_shop(tmp_path_factory.mktemp("serve"))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Running:
    """A service that runs."""

    def __init__(self, project: Project, log: Path, *words: str) -> None:
        self.port = free_port()
        command = [str(COMMAND), "serve", "--project", str(project.folder), "--port", str(self.port), *words]
        self.log = log
        self.process = subprocess.Popen(command, stderr=log.open("w"))

    def ask(
        self, path: str, body: object = None, *, method: str | None = None, seconds: float = 10
    ) -> tuple[int, dict]:  # type: ignore[type-arg]
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, {"content-type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=seconds) as found:
                return found.status, json.loads(found.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def wait(self, *, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(OSError):
                if self.ask("/health/ready")[0] == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def workers(self) -> list[psutil.Process]:
        own = psutil.Process(self.process.pid).children(recursive=True)
        return [process for process in own if "spawn_main" in " ".join(process.cmdline())]


@pytest.fixture
def running(project: Project, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Running]:
    """The service, stopped at the end."""
    service = Running(project, tmp_path / "log", *getattr(request, "param", ()))
    try:
        service.wait()
        yield service
    finally:
        if service.process.poll() is None:
            service.process.terminate()
        service.process.wait(timeout=30)


def test_stopping_lets_running_requests_finish(running: Running) -> None:
    slow = {"k": 48, "user": "U00001", "reasons": True}
    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(running.ask, "/api/v1/recommend", slow) for _ in range(64)]
        while not any(one.done() for one in asked):
            time.sleep(0.001)
        running.process.send_signal(signal.SIGTERM)
        codes = []
        for one in asked:
            with contextlib.suppress(OSError):  # those that were not accepted any more
                codes.append(one.result()[0])
    assert running.process.wait(timeout=20) == 0
    assert set(codes) == {200}
    lines = [json.loads(line) for line in running.log.read_text().splitlines() if line.startswith("{")]
    assert lines[-1]["message"].startswith("Finished server process")


@pytest.mark.parametrize("running", [("--workers", "2")], indirect=True)
def test_two_processes_share_one_graph_and_outlive_a_kill(running: Running) -> None:
    assert len(running.workers()) == 2
    asks = ["/api/v1/graph/node/Product/P0001", "/api/v1/graph/find?q=P0001", "/api/v1/graph/neighbours/Product/P0001"]
    with ThreadPoolExecutor(8) as pool:
        assert {code for code, _ in pool.map(running.ask, asks * 8)} == {200}
    assert running.ask("/api/v1/graph/node/Product/none")[0] == 404
    event = {"user": "two", "product": "P0001", "kind": "cart"}
    assert running.ask("/api/v1/feedback", event)[0] == 201
    for victim in running.workers():  # one of them led
        os.kill(victim.pid, signal.SIGKILL)
    running.wait()
    assert running.ask("/api/v1/feedback", event | {"product": "P0002"})[0] == 201
    wanted, found = {"Product:P0001", "Product:P0002"}, set[str]()
    for _ in range(100):
        code, body = running.ask("/api/v1/graph/neighbours/User/two")
        if code == 200:
            found = {edge["to"] for edge in body["edges"]}
            if found == wanted:
                break
        time.sleep(0.1)
    assert found == wanted
    request = urllib.request.Request(f"http://127.0.0.1:{running.port}/metrics")
    with urllib.request.urlopen(request) as answer:
        assert "/api/v1/graph/node/{label}/{id:path}" in answer.read().decode()


@pytest.mark.parametrize("running", [("--workers", "2")], indirect=True)
def test_two_processes_share_the_connections_one_client_opens_at_once(running: Running) -> None:
    while running.log.read_text().count("Application startup complete") < 2:
        time.sleep(0.1)
    rounds = [shared(running) for _ in range(10)]
    # it is more than half of them where one that wakes takes all
    assert sum(min(held) == 0 for held in rounds) <= 1, rounds


def shared(running: Running) -> list[int]:
    """Open eight connections at once, and count how many each process took."""
    with contextlib.ExitStack() as stack:
        for _ in range(8):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", running.port))
        held: list[int] = []
        for _ in range(100):
            if sum(held) == 8:
                break
            time.sleep(0.05)
            held = [len(connections(process)) for process in running.workers()]
    while any(connections(process) for process in running.workers()):
        time.sleep(0.05)
    assert (len(held), sum(held)) == (2, 8)
    return held


def connections(process: psutil.Process) -> list[object]:
    return [one for one in process.net_connections("tcp") if one.status == psutil.CONN_ESTABLISHED]
