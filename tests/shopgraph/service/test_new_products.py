"""A new product over HTTP: what it is like, to whom it would be recommended, and where it stands for one customer."""

from __future__ import annotations

import base64
import json
import logging
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from recommender import Recommender
from recommender.newcomers import NewProduct
from shopgraph.new_products import Arrival, with_new_products
from shopgraph.project import Project
from shopgraph.service import create_app
from tests.shopgraph.service.conftest import PATIENT


@pytest.fixture(scope="module")
def known(finished: Project) -> dict[str, object]:
    """The product that most have bought."""
    artefact = Recommender.load(finished.folder).artefact
    row: dict[str, object] = artefact.items.to_pylist()[int(artefact.popularity.argmax())]
    return row


def test_it_stands_where_python_puts_it(shared: TestClient, finished: Project, known: dict[str, object]) -> None:
    asked = {"id": "N1", "name": "Fresh thing", "links": {"also_bought": [known["id"]]}, "history": [known["id"]]}
    found = shared.post("/api/v1/new-products", json={**asked, "k": 3, "limit": 5})
    assert found.status_code == 200, found.text
    body = found.json()
    product = NewProduct("N1", name="Fresh thing", links={"ALSO_BOUGHT": [str(known["id"])]})
    more = with_new_products(finished, Recommender.load(finished.folder), [Arrival(product)])
    assert [own["product"]["id"] for own in body["similar"]] == [
        own.product.id for own in more.similar("N1", k=3).items
    ]
    assert body["similar"][0]["product"]["id"] == known["id"]
    own = more.explain(product="N1", history=[str(known["id"])])
    assert (body["item"]["rank"], body["item"]["product"]["name"]) == (own.rank, "Fresh thing")
    assert body["item"]["score"] == pytest.approx(own.score)
    assert body["item"]["reasons"][0]["sentence"] == own.reasons[0].sentence()
    members = more.audience(product="N1").members
    assert [one["user"] for one in body["members"]] == [one.user for one in members if one.rank <= 10][:5]
    assert body["members"][0]["reasons"]
    assert shared.get("/api/v1/products/N1").status_code == 404, "nothing is stored"


def test_a_photo_alone_is_enough_and_may_come_as_a_file(shared: TestClient, known: dict[str, object]) -> None:
    photo = Path(str(known["image"])).read_bytes()
    by_json = shared.post("/api/v1/new-products", json={"id": "N1", "photo": base64.b64encode(photo).decode()}).json()
    assert known["id"] in [own["product"]["id"] for own in by_json["similar"][:5]]
    assert by_json["members"]
    assert by_json["item"] is None
    form = {"id": "N1", "attributes": json.dumps({}), "limit": "20"}
    by_form = shared.post("/api/v1/new-products", data=form, files={"photo": ("new.jpg", photo)}).json()
    assert by_form == by_json


def test_reasons_are_in_the_language_asked_for(shared: TestClient, known: dict[str, object]) -> None:
    asked = {"id": "N1", "links": {"also_bought": [known["id"]]}, "history": [known["id"]], "language": "zh"}
    reasons = shared.post("/api/v1/new-products", json=asked).json()["item"]["reasons"]
    assert all(re.search(r"[\u4e00-\u9fff]", reason["sentence"]) for reason in reasons)


def test_what_cannot_be_is_refused(shared: TestClient, known: dict[str, object]) -> None:
    for wrong, status, said in (
        ({"id": known["id"]}, 400, "in the catalogue already"),
        ({"id": "N1", "photo": base64.b64encode(b"no picture").decode()}, 422, "photo"),
        ({"id": "N1", "links": {"likes": ["P0001"]}}, 422, "links"),
        ({"id": "N1", "user": "nobody"}, 404, "nobody"),
        ({"name": "No id"}, 422, "id"),
    ):
        refused = shared.post("/api/v1/new-products", json=wrong)
        assert refused.status_code == status, refused.text
        assert said in refused.text
    nothing = shared.post("/api/v1/new-products", json={"id": "N1"}).json()
    assert (nothing["similar"], nothing["members"]) == ([], [])


def test_products_in_the_projects_folder_take_part_until_they_are_learned(
    project: Project, known: dict[str, object]
) -> None:
    project.new_products.mkdir()
    tables = {
        "products": f"id,title\nN1,Fresh quokka\n{known['id']},Known already\n",
        "links": f"product_id,relation,other_id\nN1,also_bought,{known['id']}\n",
    }
    with TestClient(create_app(project, PATIENT)) as client:
        before = client.get("/health/ready").json()["model"]
        for name, text in tables.items():
            (project.new_products / f"{name}.csv").write_text(text, "utf-8")
        assert client.post("/api/v1/admin/reload").json()["model"] == f"{before}+1"
        ask = {"history": [known["id"]], "k": 20, "reasons": 1}
        items = client.post("/api/v1/recommend", json=ask).json()["items"]
        assert "Fresh quokka" in [item["product"]["name"] for item in items]
        words = client.post("/api/v1/search", json={"words": "quokka"}).json()["items"]
        assert [item["product"]["id"] for item in words][:1] == ["N1"]
        said = {"user": "U00001", "product": "N1", "kind": "purchase"}
        assert client.post("/api/v1/feedback", json=said).status_code == 201
        assert client.post("/api/v1/recommend", json={"user": "U00001", "k": 48}).status_code == 200
        (project.new_products / "products.csv").write_text("id,title,price\nN1,Fresh quokka,-1\n", "utf-8")
        assert client.post("/api/v1/admin/reload").json()["model"] == before, "what cannot be used is left out"


def test_rows_and_photos_that_cannot_be_used_are_left_out_and_all_others_go_on(
    project: Project, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = project.new_products
    new.mkdir()
    (new / "products.csv").write_text("id,title,price\nN1,Fresh quokka,5\nN2,Other,-1\nN1,Fresh again,6\n", "utf-8")
    (new / "images.csv").write_text("product_id,path\nN1,torn.png\n", "utf-8")
    (new / "torn.png").write_bytes(b"no picture")
    monkeypatch.setattr(logging.getLogger("shopgraph.service"), "propagate", True)
    with caplog.at_level("WARNING", "shopgraph.service"), TestClient(create_app(project, PATIENT)) as client:
        assert client.get("/health/ready").json()["model"].endswith("+1")
        items = client.post("/api/v1/search", json={"words": "quokka"}).json()["items"]
        assert [item["product"]["name"] for item in items][:1] == ["Fresh quokka"]
    said = " ".join(str(getattr(record, "fields", {}).get("why")) for record in caplog.records)
    assert 'products.csv:3: "price" is -1' in said
    assert "N1 comes twice" in said
    assert "torn.png" in said
