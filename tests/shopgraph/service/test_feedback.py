"""Feedback is durable before it is acknowledged, soon in the graph, and heeded by the next recommendation."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kg.errors import UnknownIdError
from recommender import Recommender
from recommender.changes import Changes
from shopgraph.feedback import Event, Journal, Kind
from shopgraph.feedback.journal import TakenBack
from shopgraph.project import Project
from shopgraph.service import create_app


def say(client: TestClient, user: str, product: str, kind: str, **more: object) -> int:
    body = {"user": user, "product": product, "kind": kind, **more}
    return client.post("/api/v1/feedback", json=body).status_code


def recommended(client: TestClient, user: str, **more: object) -> list[str]:
    found = client.post("/api/v1/recommend", json={"user": user, "k": 48, **more})
    assert found.status_code == 200, found.text
    return [item["product"]["id"] for item in found.json()["items"]]


def edges(client: TestClient, user: str, kind: str) -> set[str]:
    found = client.get(f"/api/v1/graph/neighbours/User/{user}", params={"types": kind, "limit": 1000})
    return {edge["to"].partition(":")[2] for edge in found.json()["edges"]} if found.status_code == 200 else set()


def within_a_second(look: object, wanted: object) -> None:
    start = time.monotonic()
    while (found := look()) != wanted:  # type: ignore[operator]
        assert time.monotonic() - start < 1.0, found
        time.sleep(0.02)


def test_an_event_counts_once_and_another_with_its_id_is_refused(client: TestClient, user: str) -> None:
    assert say(client, user, "P0001", "click", id="e1", at="2026-01-02T03:04:05Z") == 201
    assert say(client, user, "P0001", "click", id="e1", at="2026-01-02T03:04:05Z") == 200
    assert say(client, user, "P0002", "click", id="e1") == 400
    assert say(client, user, "no such product", "click") == 404
    assert say(client, user, "P0001", "stare") == 422
    assert say(client, user, "P0001", "click", at="2999-01-01T00:00:00Z") == 422


@pytest.mark.parametrize(
    ("kind", "edge"),
    [("view", "VIEWED"), ("cart", "CARTED"), ("like", "LIKED"), ("not_interested", "DISMISSED")],
)
def test_it_is_in_the_graph_within_a_second(client: TestClient, kind: str, edge: str) -> None:
    assert say(client, "somebody new", "P0003", kind) == 201
    within_a_second(lambda: edges(client, "somebody new", edge), {"P0003"})


def test_a_purchase_is_not_recommended_again_and_speaks_for_others(client: TestClient, user: str) -> None:
    before = recommended(client, user)
    bought = before[0]
    assert say(client, user, bought, "purchase") == 201
    after = recommended(client, user)
    assert bought not in after
    assert after != before[1:]
    why = client.post("/api/v1/explain", json={"user": user, "product": after[0]}).json()["item"]["reasons"]
    assert bought in {reason["history"]["id"] for reason in why}
    assert bought in recommended(client, user, exclude_seen=False)


def test_what_is_disliked_goes_and_what_is_like_it_is_lowered(client: TestClient, user: str) -> None:
    before = recommended(client, user)
    disliked = before[0]
    like = client.post("/api/v1/similar", json={"product": disliked, "k": 5}).json()["items"]
    alike = next(item["product"]["id"] for item in like if item["product"]["id"] in before[1:])
    assert say(client, user, disliked, "not_interested") == 201
    after = recommended(client, user, exclude_seen=False)
    assert disliked not in after
    assert after.index(alike) > [p for p in before if p != disliked].index(alike) or after[0] != before[1]
    assert say(client, user, disliked, "like") == 201
    assert disliked in recommended(client, user, exclude_seen=False)


def test_a_customer_whom_the_model_does_not_know_is_answered_after_one_event(client: TestClient) -> None:
    assert client.post("/api/v1/recommend", json={"user": "new"}).status_code == 404
    assert say(client, "new", "P0005", "purchase") == 201
    answer = client.post("/api/v1/recommend", json={"user": "new", "k": 5, "reasons": 1}).json()
    assert answer["source"] == "history"
    assert answer["items"][0]["reasons"][0]["history"]["id"] == "P0005"


def test_changes_are_applied_to_the_history_that_the_model_knows(finished: Project, user: str) -> None:
    recommender = Recommender.load(finished.folder)
    known = [node.id for node in recommender.history(user)]
    assert recommender.history(user, changes=Changes(left={known[0]: 0.0}))[0].id != known[0]
    with pytest.raises(UnknownIdError):
        recommender.recommend(user=user, changes=Changes(forgotten=True))
    anew = recommender.recommend(user=user, k=3, reasons=True, changes=Changes(forgotten=True, added={"P0009": 1.0}))
    assert {reason.history.id for item in anew.items for reason in item.reasons if reason.history} == {"P0009"}
    back = recommender.recommend(user=user, k=48, changes=Changes(unbought=tuple(known)))
    assert set(known) & {item.product.id for item in back.items}
    same = recommender.recommend(user=user, changes=Changes(added={known[0]: 0.01, "unknown": 1.0}))
    assert [item.product.id for item in same.items] == [i.product.id for i in recommender.recommend(user=user).items]


def test_what_was_acknowledged_reaches_the_graph_after_a_kill(project: Project, tmp_path: Path) -> None:
    """A process stores events and is killed at once; the service that starts next brings them into the graph."""
    code = f"""
import sys
from pathlib import Path
from shopgraph.feedback import Event, Journal, Kind
journal = Journal(Path({str(project.journal_file)!r}))
for number in range(1, 10_000):
    journal.add(Event(f"k{{number}}", "killed", f"P{{number % 40 + 1:04d}}", Kind.CLICK, number * 1000), "CLICKED")
    print(number, flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    acknowledged = 0
    for line in process.stdout:
        acknowledged = int(line)
        if acknowledged >= 60:
            os.kill(process.pid, signal.SIGKILL)
            break
    acknowledged += len(process.stdout.read().split())
    process.wait()
    with TestClient(create_app(project)) as client:
        store = client.app.state.service.graph.store()  # type: ignore[attr-defined]
        client.app.state.service.graph.flush()  # type: ignore[attr-defined]
        rows = store.query("MATCH (u:User {id: 'killed'})-[r:CLICKED]->(p:Product) RETURN p.id, r.at").num_rows
        assert rows >= acknowledged
        journal: Journal = client.app.state.service.journal  # type: ignore[attr-defined]
        assert rows == len(journal.events("killed"))
        assert journal.waiting(most=10) == ()


def test_telling_the_graph_again_changes_nothing(project: Project) -> None:
    journal = Journal(project.journal_file)
    event = Event("once", "somebody", "P0001", Kind.PURCHASE, 1_700_000_000_000)
    journal.add(event, "PURCHASED")
    entries = journal.waiting(most=10)
    from shopgraph.feedback.writer import apply

    with project.open_store(read_only=False) as store:
        store.create_schema()
        before = store.edge_counts()
        apply(store, entries)
        once = store.edge_counts()
        apply(store, entries)
        assert store.edge_counts() == once != before
        journal.take_back("somebody", TakenBack("P0001", "PURCHASED", event.at, frozenset()), own="once")
        apply(store, journal.waiting(most=10))
        assert store.edge_counts() == before
    journal.close()
