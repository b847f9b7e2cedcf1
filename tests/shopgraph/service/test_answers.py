"""Recommendations, similar products, explanations and products over HTTP are the recommender's own."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from recommender import Recommender
from recommender.filters import Filters
from shopgraph.project import Project


def test_recommendations_are_the_recommenders(shared: TestClient, finished: Project, user: str) -> None:
    found = shared.post("/api/v1/recommend", json={"user": user, "k": 5, "reasons": True})
    assert found.status_code == 200
    answer = Recommender.load(finished.folder).recommend(user=user, k=5, reasons=True)
    body = found.json()
    assert [item["product"]["id"] for item in body["items"]] == [item.product.id for item in answer.items]
    assert body["source"] == answer.source == "history"
    for item, own in zip(body["items"], answer.items, strict=True):
        assert item["score"] == pytest.approx(own.score)
        assert sum(reason["score"] for reason in item["reasons"]) == pytest.approx(item["score"], rel=1e-6)
        assert [reason["sentence"] for reason in item["reasons"]] == [reason.sentence() for reason in own.reasons]


def test_reasons_are_sentences_in_the_requests_language(shared: TestClient, user: str) -> None:
    product = shared.post("/api/v1/recommend", json={"user": user, "k": 1}).json()["items"][0]["product"]["id"]
    english, chinese = (
        shared.post("/api/v1/explain", json={"user": user, "product": product, "language": language}).json()["item"]
        for language in ("en", "zh")
    )
    assert len(english["reasons"]) == len(chinese["reasons"]) > 3
    for told, other in zip(english["reasons"], chinese["reasons"], strict=True):
        assert told["history"]["name"] in told["sentence"]
        assert other["history"]["name"] in other["sentence"]
        assert re.search(r"[\u4e00-\u9fff]", other["sentence"].replace(other["history"]["name"], ""))
        for sentence in (told["sentence"], other["sentence"]):
            assert not re.search(r"->|<-|[A-Z]_[A-Z]", sentence)
        assert other["path"], "the path of named nodes stands beside it"
    members = shared.post("/api/v1/audience", json={"product": product, "limit": 3, "language": "zh"}).json()["members"]
    told = [reason["sentence"] for member in members for reason in member["reasons"]]
    assert told
    assert all(re.search(r"[\u4e00-\u9fff]", sentence) for sentence in told)


def test_chances_of_a_purchase_are_given_where_they_are_asked_for(
    shared: TestClient, finished: Project, user: str
) -> None:
    own = Recommender.load(finished.folder)
    items = shared.post("/api/v1/recommend", json={"user": user, "k": 4, "chances": True}).json()["items"]
    listed = [item["product"]["id"] for item in items]
    assert {item["product"]["id"]: item["chance"] for item in items} == pytest.approx(own.chance(listed, user=user))
    assert 0 < items[-1]["chance"] <= items[0]["chance"] < 1
    explained = shared.post("/api/v1/explain", json={"user": user, "product": listed[0]}).json()["item"]
    assert explained["chance"] == pytest.approx(items[0]["chance"])
    had = own.history(user)[0].id
    assert shared.post("/api/v1/explain", json={"history": [had], "product": had}).json()["item"]["chance"] == 0
    plain = shared.post("/api/v1/recommend", json={"user": user, "k": 4}).json()["items"]
    assert {item["chance"] for item in plain} == {None}


def test_every_answer_says_model_source_and_request(shared: TestClient, user: str) -> None:
    version = shared.get("/health/ready").json()["model"]
    for path, body in {
        "recommend": {"user": user},
        "similar": {"product": "P0001"},
        "explain": {"user": user, "product": "P0001"},
    }.items():
        found = shared.post(f"/api/v1/{path}", json=body, headers={"X-Request-ID": "mine-7"})
        assert found.status_code == 200, found.text
        assert found.json()["model"] == version
        assert found.json()["source"]
        assert found.headers["x-request-id"] == "mine-7"


def test_filters_hold(shared: TestClient, finished: Project) -> None:
    recommender = Recommender.load(finished.folder)
    rows = recommender.artefact.items.to_pylist()
    colour = next(a for row in rows for a in row["attributes"] if a.startswith("colour=")).partition("=")[2]
    asked = {"price_max": 120, "in_stock": True, "attributes": {"colour": [colour]}}
    found = shared.post("/api/v1/recommend", json={"k": 48, "filters": asked}).json()["items"]
    fitting = {
        row["id"]
        for row in rows
        if row["price"] is not None
        and row["price"] <= 120
        and row["in_stock"]
        and f"colour={colour}" in row["attributes"]
    }
    assert {item["product"]["id"] for item in found} == fitting
    both = Filters(attributes={"colour": (colour,), "no such": ("thing",)})
    assert recommender.recommend(k=5, filters=both).items == ()


def test_links_and_exclusions_hold(shared: TestClient, finished: Project) -> None:
    rows = Recommender.load(finished.folder).artefact.items.to_pylist()
    brand, other = sorted({row["brand"] for row in rows if row["brand"]})[:2]
    category = rows[0]["categories"][0]
    some = next(row["id"] for row in rows if row["brand"] == brand)
    fitting = {
        row["id"] for row in rows
        if row["brand"] == brand and row["id"] != some and category not in row["categories"]
    }  # fmt: skip
    asked = {"links": {"HAS_BRAND": [brand]}, "exclude": [some], "exclude_categories": [category]}
    left = {row["id"] for row in rows if row["brand"] not in (brand, other)}
    for filters, wanted in ((asked, fitting), ({"exclude_brands": [brand, other]}, left)):
        for path, body in (("recommend", {}), ("similar", {"product": some}), ("search", {"words": brand})):
            found = shared.post(f"/api/v1/{path}", json={**body, "k": 48, "filters": filters})
            assert found.status_code == 200, found.text
            ids = {item["product"]["id"] for item in found.json()["items"]}
            assert ids == wanted if path == "recommend" else ids <= wanted


def test_an_unknown_relation_is_refused_with_those_there_are(shared: TestClient) -> None:
    for path, body in (("recommend", {}), ("similar", {"product": "P0001"}), ("search", {"words": "shoes"})):
        found = shared.post(f"/api/v1/{path}", json={**body, "filters": {"links": {"HAS_BRANDS": ["Acme"]}}})
        assert found.status_code == 422
        assert 'Did you mean "HAS_BRAND"?' in found.json()["error"]["message"]
        assert "IN_CATEGORY" in found.json()["error"]["message"]


def test_an_empty_answer_says_which_filter_leaves_nothing(shared: TestClient) -> None:
    brand = shared.post("/api/v1/recommend", json={"k": 1}).json()["items"][0]["product"]["brand"]
    asked = {"brands": [brand], "categories": ["Shoos"], "price_max": 0.01, "attributes": {"colour": ["ultra"]}}
    for path, body in (("recommend", {}), ("similar", {"product": "P0001"})):
        found = shared.post(f"/api/v1/{path}", json={**body, "filters": asked}).json()
        assert found["items"] == []
        assert len(found["notes"]) == 3
        for note, word in zip(found["notes"], ("Shoos", "ultra", "0.01"), strict=True):
            assert word in note


def test_names_come_in_chinese_where_there_are_any(shared: TestClient, finished: Project) -> None:
    rows = {row["id"]: row for row in Recommender.load(finished.folder).artefact.items.to_pylist()}
    found = shared.post("/api/v1/similar", json={"product": "P0001", "k": 5, "language": "zh"}).json()["items"]
    assert [item["product"]["name"] for item in found] == [rows[item["product"]["id"]]["name_zh"] for item in found]


def test_a_product_and_its_photo(shared: TestClient) -> None:
    product = shared.get("/api/v1/products/P0001").json()["product"]
    assert product["categories"]
    assert product["attributes"]
    photo = shared.get(product["photo"])
    assert photo.status_code == 200
    assert photo.headers["content-type"] in {"image/jpeg", "image/png"}
    assert photo.content[:3] in {b"\xff\xd8\xff", b"\x89PN"}
    assert photo.headers["x-shopgraph-model"] == shared.get("/health/ready").json()["model"]
    assert photo.headers["x-shopgraph-source"] == "catalogue"


def test_a_file_that_is_no_picture_is_not_given_away(client: TestClient, project: Project) -> None:
    from dataclasses import replace

    import pyarrow as pa

    from recommender.artefact import load, save

    artefact = load(project.model)
    items = artefact.items
    images = pa.array([str(project.settings_file)] * len(items), pa.string())
    at = items.schema.get_field_index("image")
    save(replace(artefact, items=items.set_column(at, "image", images)), project.model)
    assert client.post("/api/v1/admin/reload").status_code == 200
    refused = client.get("/api/v1/products/P0001/photo")
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "no_photo")
