"""Questions over HTTP."""

from __future__ import annotations

import pytest
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


def test_what_is_in_stock_and_what_is_not_are_parted(shared: TestClient) -> None:
    counts = []
    for question, known in (("bags", {True, False, None}), ("bags in stock", {True}), ("sold out bags", {False})):
        body = shared.post("/api/v1/ask", json={"question": f"how many {question} are there?"}).json()
        assert body["intent"] == "count"
        counts.append(body["count"])
        listed = shared.post("/api/v1/ask", json={"question": f"show me {question}"}).json()
        assert {item["product"]["in_stock"] for item in listed["items"]} <= known, question
        found = shared.post("/api/v1/search", json={"words": question, "k": 48}).json()
        assert {item["product"]["in_stock"] for item in found["items"]} <= known, question
    assert counts[0] >= counts[1] + counts[2] > 0
    assert counts[1] > 0


def test_brands_and_categories_are_ranked_by_what_was_bought(shared: TestClient) -> None:
    for question, intent in (("which brands sell best?", "brands_sold"), ("哪些类目最畅销？", "categories_sold")):
        body = shared.post("/api/v1/ask", json={"question": question}).json()
        assert (body["intent"], len(body["names"])) == (intent, 5)
        assert all(name in body["text"] for name in body["names"])
        run = {"query": body["cypher"][-1]["cypher"], "params": body["cypher"][-1]["parameters"]}
        rows = shared.post("/api/v1/cypher", json=run).json()["rows"]
        counts = [row[-1] if isinstance(row, list) else row["n"] for row in rows]
        assert counts == sorted(counts, reverse=True)
        assert counts[-1] > 0


def test_what_it_cannot_answer_it_says_with_the_nearest(shared: TestClient) -> None:
    body = shared.post("/api/v1/ask", json={"question": "how tall is mount everest"}).json()
    assert not body["items"]
    assert body["nearest"]


@pytest.mark.parametrize(
    ("question", "unread"),
    [
        ("do you have any red wellingtons?", ["wellingtons"]),
        ("how many red umbrellas are there?", ["umbrellas"]),
        ("what is your cheapest vegan bag?", ["vegan"]),
        ("does anyone complain about the hinges of your bags?", ["hinges"]),
        ("有没有红色的雨伞？", ["雨伞"]),
        ("有红色的伞吗", ["伞"]),
        ("你们一共有多少款红色的帐篷", ["帐篷"]),
        ("最便宜的红色无人机是哪个", ["无人机"]),
    ],
)
def test_words_of_which_nothing_is_known_are_told(shared: TestClient, question: str, unread: list[str]) -> None:
    body = shared.post("/api/v1/ask", json={"question": question}).json()
    assert body["unread"] == unread
    assert all(f"“{word}”" in body["text"] for word in unread)
    assert body["intent"] != "unknown"


@pytest.mark.parametrize(
    "question",
    [
        "how many red bags do you guys have altogether?",
        "could you tell me which bags sell best at the moment, please",
        "any problems that people have with your bags?",
        "i'm looking for a red bag for my wife, under 500",
        "店里卖得最好的红色商品是哪一款",
        "请问你们家现在一共有多少个红色的商品啊",
        "想给妈妈买个红色的东西，500块以下",
        "有人抱怨你们红色的产品吗",
    ],
)
def test_what_is_mere_talk_is_not_told(shared: TestClient, question: str) -> None:
    body = shared.post("/api/v1/ask", json={"question": question}).json()
    assert (body["unread"], body["intent"] == "unknown") == ([], False)


def test_one_of_several_colours_is_enough(shared: TestClient) -> None:
    def count(question: str) -> int:
        return int(shared.post("/api/v1/ask", json={"question": question}).json()["count"])

    red, grey = count("how many red products are there?"), count("how many grey products are there?")
    assert red > 0 < grey
    assert count("how many red or grey products are there?") == red + grey
    assert count("红色或者灰色的商品有多少个") == count("how many grey, red products are there?") == red + grey


def test_recommendations_heed_what_the_customer_just_said(client: TestClient, user: str) -> None:
    asked = {"question": "what would you recommend for me?", "user": user}
    before = client.post("/api/v1/ask", json=asked).json()
    assert before["intent"] == "recommend"
    unwanted = before["items"][0]["product"]["id"]
    said = {"user": user, "product": unwanted, "kind": "not_interested"}
    assert client.post("/api/v1/feedback", json=said).status_code == 201
    after = client.post("/api/v1/ask", json=asked).json()
    assert unwanted not in {item["product"]["id"] for item in after["items"]}


def test_a_customer_known_by_one_event_is_answered(client: TestClient) -> None:
    asked = {"question": "what would you recommend for me?", "user": "newcomer"}
    assert client.post("/api/v1/ask", json=asked).status_code == 404
    said = {"user": "newcomer", "product": "P0003", "kind": "purchase"}
    assert client.post("/api/v1/feedback", json=said).status_code == 201
    answer = client.post("/api/v1/ask", json=asked).json()
    assert answer["items"]
    assert "P0003" not in {item["product"]["id"] for item in answer["items"]}
    found = client.post("/api/v1/ask", json={"question": "show me shoes", "user": "newcomer"})
    assert found.status_code == 200, found.text


def test_products_are_named_by_ids_and_what_they_share_by_names(shared: TestClient) -> None:
    body = shared.post("/api/v1/ask", json={"question": "what do P0001 and p0025 have in common?"}).json()
    assert (body["intent"], [item["product"]["id"] for item in body["items"]]) == ("related", ["P0001", "P0025"])
    assert body["names"]
    assert not any("=" in name or ">" in name for name in body["names"])
