"""Search over HTTP."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from kg.errors import ModelError
from shopgraph.discovery import ProductSearch
from shopgraph.project import Project
from shopgraph.service import create_app
from tests.shopgraph.service.conftest import PATIENT


@pytest.fixture(scope="session")
def photo(finished: Project) -> bytes:
    """The photo of a product of the shop."""
    return sorted((finished.folder.parent / "shop" / "images").rglob("*.*"))[0].read_bytes()


def found(client: TestClient, **request: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/search", **request)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_words_find_products_with_facets(shared: TestClient, user: str) -> None:
    body = found(shared, json={"words": "shoes", "user": user, "k": 5})
    assert body["items"]
    assert body["facets"]
    assert "words" in body["source"]
    assert body["model"] == shared.get("/health/ready").json()["model"]


def test_a_product_is_found_by_its_id(shared: TestClient) -> None:
    for words in ("P0007", "p0007"):
        found = shared.post("/api/v1/search", json={"words": words}).json()
        assert [item["product"]["id"] for item in found["items"]] == ["P0007"]
        assert (found["total"], found["corrections"]) == (1, [])


def test_what_cannot_be_searched_for_is_refused(shared: TestClient) -> None:
    nothing = base64.b64encode(b"no picture").decode()
    for body in ({}, {"photo": "%%%"}, {"photo": nothing}, {"words": "shoes", "k": 0}, {"words": "shoes", "size": 3}):
        refused = shared.post("/api/v1/search", json=body)
        assert refused.status_code == 422
        assert refused.json()["error"]["where"].startswith("body.")
    assert shared.post("/api/v1/search", content=b"{", headers={"content-type": "application/json"}).status_code == 422
    assert shared.post("/api/v1/search", content=b"shoes", headers={"content-type": "text/plain"}).status_code == 415


def test_a_form_with_a_file_is_answered_as_json_with_base64(shared: TestClient, photo: bytes, user: str) -> None:
    asked = {"words": "shoes", "k": 7, "user": user, "history": ["P0001", "P0002"], "filters": {"price_max": 500}}
    for more in (asked, {"k": 7}):
        by_json = found(shared, json={**more, "photo": base64.b64encode(photo).decode()})
        form = {**more, **({"filters": json.dumps(more["filters"])} if "filters" in more else {})}
        by_form = found(shared, data=form, files={"photo": ("photo.jpg", photo)})
        assert by_form == by_json
        assert "photo" in by_form["source"]
    assert found(shared, data={"words": "shoes"}, files={"photo": ("", b"")})["items"]


def test_a_wrong_form_is_refused(shared: TestClient, photo: bytes) -> None:
    file = ("photo.jpg", photo)
    for form, files in (
        ({"k": "many"}, {"photo": file}),
        ({"filters": "{"}, {"photo": file}),
        ({"k": ["3", "4"]}, {"photo": file}),
        ({"size": "3"}, {"photo": file}),
        ({}, {"photo": ("photo.jpg", b"no picture")}),
        ({}, {"words": file}),
    ):
        refused = shared.post("/api/v1/search", data=form, files=files)
        assert refused.status_code == 422, refused.text
        assert refused.json()["error"]["where"].startswith("body.")
    two = shared.post("/api/v1/search", files=[("photo", file), ("photo", file)])
    assert two.status_code in (400, 422)
    broken = shared.post(
        "/api/v1/search", content=b"--x", headers={"content-type": "multipart/form-data; boundary=another"}
    )
    assert broken.status_code in (400, 422)


class Held:
    """Opens a search only when it may."""

    def __init__(self, patch: pytest.MonkeyPatch, *, failures: int = 0) -> None:
        self.may, self.failures, self._open = threading.Event(), failures, ProductSearch.open
        patch.setattr(ProductSearch, "open", self)

    def __call__(self, *given: Any, **more: Any) -> ProductSearch:
        assert self.may.wait(60)
        if self.failures:
            self.failures -= 1
            raise ModelError("The linker is damaged.")
        return self._open(*given, **more)


def told(client: TestClient, wanted: str) -> None:
    end = time.monotonic() + 60
    while client.get("/health/ready").json()["search"] != wanted:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_it_is_opened_at_start_and_what_comes_earlier_waits(
    project: Project, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    with TestClient(create_app(project, PATIENT)) as client, ThreadPoolExecutor(8) as pool:
        try:
            assert client.get("/health/ready").json()["search"] == "is being opened"
            early = [pool.submit(found, client, json={"words": "shoes"}) for _ in range(8)]
            assert client.post("/api/v1/recommend", json={"user": user}).status_code == 200  # no thread waits
            assert not any(one.done() for one in early)
        finally:
            held.may.set()
        told(client, "answers")
        assert all(one.result()["items"] for one in early)


def test_nobody_need_ask_for_it_to_be_opened(project: Project) -> None:
    with TestClient(create_app(project)) as client:
        told(client, "answers")
        client.post("/api/v1/admin/reload")
        told(client, "answers")


def test_where_it_cannot_be_opened_it_is_tried_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch, failures=2)
    held.may.set()
    with TestClient(create_app(project, PATIENT)) as client:
        told(client, "The linker is damaged.")
        refused = client.post("/api/v1/search", json={"words": "shoes"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "model")
        assert found(client, json={"words": "shoes"})["items"]


def test_a_stop_while_it_is_opened_ends_in_time(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch)
    with TestClient(create_app(project)):
        threading.Timer(0.2, held.may.set).start()
    assert held.may.is_set()


@pytest.mark.parametrize("prepare", [True, False])
def test_networks_are_read_at_start_unless_that_is_not_wanted(
    project: Project, monkeypatch: pytest.MonkeyPatch, prepare: bool
) -> None:
    read = threading.Event()
    monkeypatch.setattr(ProductSearch, "prepare", lambda _: read.set())
    with TestClient(create_app(project, PATIENT.model_copy(update={"prepare": prepare}))) as client:
        told(client, "answers")
        assert read.wait(30 if prepare else 0.3) == prepare


def test_opening_brings_no_network_along(finished: Project) -> None:
    """PyTorch and spaCy would be half a gigabyte in each process, and seconds at the start."""
    code = f"""
import sys
from pathlib import Path
from shopgraph.discovery import ProductSearch
from shopgraph.project import Project
search = ProductSearch.open(Project(Path({str(finished.folder)!r})))
assert search.search("boots").items
print(sorted({{"torch", "spacy", "thinc"}} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
