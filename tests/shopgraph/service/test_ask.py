"""Questions over HTTP."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_a_question_is_answered_from_the_graph_with_its_cypher(shared: TestClient) -> None:
    body = shared.post("/api/v1/ask", json={"question": "what is your cheapest bag?"}).json()
    assert body["intent"] == "cheapest"
    assert body["items"]
    run = {"query": body["cypher"][-1]["cypher"], "params": body["cypher"][-1]["parameters"]}
    rows = shared.post("/api/v1/cypher", json=run)
    assert rows.status_code == 200, rows.text
    prices = [item["product"]["price"] for item in body["items"] if item["product"]["price"] is not None]
    assert prices == sorted(prices)


def test_chinese_is_answered_in_chinese(shared: TestClient) -> None:
    body = shared.post("/api/v1/ask", json={"question": "珠穆朗玛峰有多高？"}).json()
    assert body["language"] == "zh"
    assert any("\u4e00" <= sign <= "\u9fff" for sign in body["text"])
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in one) for one in body["nearest"])


def test_what_it_cannot_answer_it_says_with_the_nearest(shared: TestClient) -> None:
    body = shared.post("/api/v1/ask", json={"question": "how tall is mount everest"}).json()
    assert not body["items"]
    assert body["nearest"]
