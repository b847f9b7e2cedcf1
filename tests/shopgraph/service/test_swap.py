"""A new model is loaded while requests run: each answer is of one model, whole."""

from __future__ import annotations

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from recommender import Recommender
from recommender.artefact import load, read_manifest, save
from shopgraph.project import Project
from shopgraph.service import create_app
from shopgraph.service.state import Loaded, ModelState
from shopgraph.settings.service import ServicePart


def renamed(project: Project, word: str) -> None:
    """Put a word before every product's name, and the model's folder in its place."""
    artefact = load(project.model)
    items = artefact.items
    names = pa.array([f"{word} {name}" for name in items["name"].to_pylist()], pa.string())
    items = items.set_column(items.schema.get_field_index("name"), "name", names)
    save(replace(artefact, items=items, popularity=artefact.popularity * 2), project.model)


def test_every_answer_is_of_one_model(project: Project, tmp_path: Path, user: str) -> None:
    other = tmp_path / "other"
    shutil.copytree(project.model, other)
    asked: dict[str, dict[str, object]] = {
        "recommend": {"user": user, "k": 10, "reasons": 3},
        "search": {"words": "shoes", "user": user},
        "explain": {"user": user, "product": "P0001"},
        "ask": {"question": "show me shoes"},
    }
    settings = ServicePart(watch_seconds=60, seconds=200)
    with TestClient(create_app(project, settings)) as client, ThreadPoolExecutor(len(asked)) as pool:
        words = {client.get("/health/ready").json()["model"]: ""}
        stop = False

        def ask(path: str) -> list[tuple[str, list[str]]]:
            found = []
            while not stop:
                answer = client.post(f"/api/v1/{path}", json=asked[path])
                assert answer.status_code == 200, answer.text
                body = answer.json()
                items = body["items"] if "items" in body else [body["item"]]
                assert items
                told = [item["product"]["name"] for item in items]
                told += [r["path"][-1]["name"] for item in items for r in item.get("reasons", ()) if r["path"]]
                found.append((body["model"], told))
            return found

        asking = [pool.submit(ask, path) for path in asked]
        try:
            for word in ("first", "second", "third"):
                renamed(project, word)
                reloaded = client.post("/api/v1/admin/reload").json()
                assert reloaded["source"] == "reload"
                version = reloaded["model"]
                assert version not in words
                words[version] = " ".join(dict.fromkeys([word])) if not words else word
        finally:
            stop = True
    for future in asking:
        seen = future.result()
        assert len({version for version, _ in seen}) >= 2
        for version, names in seen:
            assert all(name.startswith(words[version]) for name in names)


def test_a_model_that_is_replaced_while_it_is_read_has_the_label_of_the_one_that_was_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, waiting = Recommender.load, ["first", "second"]

    def replaced(path: str | Path) -> Recommender:
        if waiting:
            renamed(project, waiting.pop(0))
        return read(path)

    monkeypatch.setattr(Recommender, "load", replaced)
    state = ModelState(project, prepare=False)
    loaded = state.reload()
    state.close()
    names = loaded.recommender.artefact.items["name"].to_pylist()
    assert all(name.startswith("second ") for name in names)
    assert loaded.version.endswith(read_manifest(project.model)["fingerprint"][:12])
    assert not state.is_newer()


def test_a_new_model_is_found_by_itself_and_a_damaged_one_is_not_taken(project: Project) -> None:
    with TestClient(create_app(project, ServicePart(watch_seconds=0.05))) as client:
        before = client.get("/health/ready").json()["model"]
        renamed(project, "new")
        for _ in range(100):
            now = client.get("/health/ready").json()["model"]
            if now != before:
                break
            import time

            time.sleep(0.05)
        assert now.endswith(read_manifest(project.model)["fingerprint"][:12])
        (project.model / "weights.safetensors").write_bytes(b"nothing")
        refused = client.post("/api/v1/admin/reload")
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "model")
        assert client.get("/health/ready").json()["model"] == now
        assert client.post("/api/v1/recommend", json={"k": 3}).json()["model"] == now


def test_without_a_model_the_service_lives_and_is_not_ready(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    with TestClient(create_app(project)) as client:
        assert client.get("/health/live").status_code == 200
        ready = client.get("/health/ready")
        assert (ready.status_code, ready.json()["ready"]) == (503, False)
        refused = client.post("/api/v1/recommend", json={"k": 3})
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "model")
    assert "shopgraph run" in refused.json()["error"]["hint"]


@pytest.mark.parametrize("threads", [4])
def test_one_recommender_answers_many_threads_alike(finished: Project, user: str, threads: int) -> None:
    from recommender.filters import Filters

    recommender = Recommender.load(finished.folder)
    users = recommender.artefact.users.to_pylist()[:20]
    asks = [(name, Filters(price_max=limit)) for name in users for limit in (40.0, 80.0, None)]
    alone = [Recommender.load(finished.folder).recommend(user=name, filters=f, reasons=2) for name, f in asks]
    with ThreadPoolExecutor(threads) as pool:
        together = list(pool.map(lambda ask: recommender.recommend(user=ask[0], filters=ask[1], reasons=2), asks))
    assert together == alone


def test_whatever_a_look_at_the_model_ends_with_it_is_looked_at_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    reload, failed = ModelState.reload, list[int]()

    def fails_once(self: ModelState, *, force: bool = False) -> Loaded:
        if self.loaded and not failed:
            failed.append(1)
            raise FileNotFoundError("renamed meanwhile")
        return reload(self, force=force)

    monkeypatch.setattr(ModelState, "reload", fails_once)
    with TestClient(create_app(project, ServicePart(watch_seconds=0.05, prepare=False))) as client:
        before = client.get("/health/ready").json()["model"]
        renamed(project, "newer")
        for _ in range(200):
            if client.get("/health/ready").json()["model"] != before:
                break
            time.sleep(0.05)
        assert failed
        assert client.get("/health/ready").json()["model"] != before
