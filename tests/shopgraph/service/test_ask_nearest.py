"""Questions where the graph has nothing to say, or more than an answer can hold."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from fastapi.testclient import TestClient

from kg.store.protocol import EdgeKey, GraphStore

ASKED = "P0001"
PURCHASED = EdgeKey("User", "PURCHASED", "Product")
GOES_WITH = [EdgeKey("Product", name, "Product") for name in ("COMPLEMENTS", "BOUGHT_TOGETHER", "ALSO_BOUGHT")]


@pytest.fixture
def graph(client: TestClient) -> GraphStore:
    """The graph that the service of this test answers from, to be changed."""
    store: GraphStore = client.app.state.service.graph.store()  # type: ignore[attr-defined]
    return store


def ask(client: TestClient, question: str) -> dict[str, Any]:
    """Ask, and give the answer."""
    answer = client.post("/api/v1/ask", json={"question": question})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rows(store: GraphStore, cypher: str, **parameters: object) -> list[dict[str, Any]]:
    """Give the rows of a query."""
    found: list[dict[str, Any]] = store.query(cypher, parameters).to_pylist()
    return found


def cut(store: GraphStore, key: EdgeKey, column: str) -> None:
    """Take all edges of a table away that begin (``source``) or end (``target``) at the product asked about."""
    ours = [batch.filter(pc.equal(batch[column], ASKED)) for batch in store.edges(key)]
    store.delete_edges(key, [batch for batch in ours if len(batch)])


def kinds(store: GraphStore, product: str) -> set[str]:
    """Give the categories of a product that have no narrower one among them."""
    found = [
        row["id"]
        for row in rows(store, "MATCH (p:Product {id: $id})-[:IN_CATEGORY]->(c:Category) RETURN c.id AS id", id=product)
    ]
    return {max(found, key=len)}


@pytest.mark.parametrize(
    ("question", "said"),
    [("what goes with {}?", "Nothing is known to go with"), ("{}搭配什么好？", "搭配的记录")],
)
def test_where_nothing_goes_with_a_product_its_buyers_say_what_they_bought_of_other_kinds(
    client: TestClient, graph: GraphStore, question: str, said: str
) -> None:
    for relation in GOES_WITH:
        cut(graph, relation, "source")
    body = ask(client, question.format(ASKED))
    assert body["intent"] == "goes_with"
    assert said in body["text"]
    found = [item["product"]["id"] for item in body["items"]]
    assert found
    assert not any(kinds(graph, ASKED) & kinds(graph, other) for other in found)
    counted = (
        "MATCH (:Product {id: $id})<-[:PURCHASED]-(u:User)-[:PURCHASED]->(:Product {id: $other}) "
        "RETURN count(DISTINCT u.id) AS n"
    )
    buyers = [rows(graph, counted, id=ASKED, other=other)[0]["n"] for other in found]
    assert buyers == sorted(buyers, reverse=True)
    assert buyers[-1] > 0
    assert body["nearest"]
    assert "PRODUCT" not in body["nearest"][0]


def test_where_nobody_bought_it_either_what_resembles_it_is_called_so(client: TestClient, graph: GraphStore) -> None:
    for relation in GOES_WITH:
        cut(graph, relation, "source")
    cut(graph, PURCHASED, "target")
    body = ask(client, f"what goes with {ASKED}?")
    assert "Nothing is known to go with" in body["text"]
    assert "resembles it" in body["text"]
    assert body["items"]
    assert body["nearest"]


def test_look_alikes_are_not_called_alternatives_that_are_known(client: TestClient, graph: GraphStore) -> None:
    cut(graph, EdgeKey("Product", "SUBSTITUTES", "Product"), "source")
    for question, said in (("is there an alternative to {}?", "No alternative"), ("有什么可以代替{}？", "代替")):
        body = ask(client, question.format(ASKED))
        assert (body["intent"], said in body["text"]) == ("substitutes", True)
        assert body["items"]
        assert body["nearest"]
    known = rows(graph, "MATCH (a:Product)-[:SUBSTITUTES]->(b:Product) RETURN a.id AS id ORDER BY id LIMIT 1")
    if known:
        assert "No alternative" not in ask(client, f"is there an alternative to {known[0]['id']}?")["text"]


def test_a_kind_with_more_brands_than_can_be_named_says_how_many_more_there_are(
    client: TestClient, graph: GraphStore
) -> None:
    [category] = rows(
        graph,
        "MATCH (p:Product)-[:IN_CATEGORY]->(c:Category) WHERE toLower(c.name) = 'boots' RETURN DISTINCT c.id AS id",
    )
    before = ask(client, "which brands make boots?")
    assert before["count"] == len(before["names"])
    ids = [f"many{number}" for number in range(1_200)]
    graph.load_nodes("Brand", [pa.RecordBatch.from_pylist([{"id": id_, "name": id_} for id_ in ids])])
    graph.load_nodes("Product", [pa.RecordBatch.from_pylist([{"id": id_, "in_catalogue": True} for id_ in ids])])
    links = [{"source": id_, "target": id_} for id_ in ids]
    graph.load_edges(EdgeKey("Product", "HAS_BRAND", "Brand"), [pa.RecordBatch.from_pylist(links)])
    of_kind = [{"source": id_, "target": category["id"]} for id_ in ids]
    graph.load_edges(EdgeKey("Product", "IN_CATEGORY", "Category"), [pa.RecordBatch.from_pylist(of_kind)])
    body = ask(client, "which brands make boots?")
    assert body["count"] == 1_200 + before["count"]
    assert set(before["names"]) <= set(body["names"])  # those with most products first
    assert f"{body['count'] - len(body['names'])} more" in body["text"]


def test_every_mention_counts_among_the_pleased_and_the_others(client: TestClient, graph: GraphStore) -> None:
    ids = [f"review{number}" for number in range(2_500)]
    text = "The grip is what it is."
    reviews = [{"id": id_, "text": text} for id_ in ids]
    graph.load_nodes("Review", [pa.RecordBatch.from_pylist(reviews)])
    graph.load_nodes("Aspect", [pa.RecordBatch.from_pylist([{"id": "grip", "name": "grip"}])])
    about = [{"source": id_, "target": "P0001"} for id_ in ids]
    graph.load_edges(EdgeKey("Review", "ABOUT", "Product"), [pa.RecordBatch.from_pylist(about)])
    mentions = [
        {"source": id_, "target": "grip", "start": 4, "end": 8, "sentiment": 0.9 if place < 1_700 else -0.9}
        for place, id_ in enumerate(ids)
    ]
    graph.load_edges(EdgeKey("Review", "MENTIONS", "Aspect"), [pa.RecordBatch.from_pylist(mentions)])
    body = ask(client, "what do reviewers say about P0001?")
    assert body["intent"] == "opinions"
    assert "1700× pleased, 800× not pleased" in body["text"]
    assert [quote["sentiment"] for quote in body["quotes"]] == [0.9, 0.9, -0.9, -0.9]
    assert {quote["text"] for quote in body["quotes"]} == {text}
    unhappy = ask(client, "do reviewers complain about P0001?")
    assert (unhappy["intent"], unhappy["count"], len(unhappy["quotes"])) == ("complaints", 800, 5)
