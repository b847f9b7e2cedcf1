"""What is believed of a customer, taking events back, and forgetting."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from recommender import Recommender
from recommender.artefact import load, save
from shopgraph.cli import app as command
from shopgraph.feedback import Event, Journal, Kind
from shopgraph.pipeline import run_pipeline
from shopgraph.project import Project
from shopgraph.service import create_app
from shopgraph.traces import holds, traces


def events(client: TestClient, user: str) -> list[dict]:  # type: ignore[type-arg]
    found: list[dict] = client.get(f"/api/v1/users/{user}/events").json()["events"]  # type: ignore[type-arg]
    return found


def test_a_profile_says_what_stands_out_and_why(shared: TestClient, user: str) -> None:
    found = shared.get(f"/api/v1/users/{user}/profile").json()
    assert found["events"] == len(events(shared, user))
    assert {"Brand", "Category", "Attribute"} & {liking["node"]["label"] for liking in found["likes"]}
    did = {event["product"]["id"] for event in events(shared, user)}
    for liking in found["likes"]:
        assert liking["weight"] > liking["usual"]
        assert set(liking["products"]) <= did
    assert shared.get("/api/v1/users/nobody/profile").status_code == 404


def test_an_imported_event_is_taken_back_everywhere(client: TestClient, project: Project, user: str) -> None:
    bought = [event for event in events(client, user) if event["kind"] == "PURCHASED"]
    product = bought[0]["product"]["id"]
    own = [event for event in events(client, user) if event["product"]["id"] == product]
    for event in own:
        assert client.delete(f"/api/v1/users/{user}/events/{event['id']}").status_code == 200
    assert product not in {event["product"]["id"] for event in events(client, user)}
    assert client.delete(f"/api/v1/users/{user}/events/{own[0]['id']}").status_code == 404
    answer = client.post("/api/v1/recommend", json={"user": user, "k": 48, "reasons": True}).json()
    assert product in {item["product"]["id"] for item in answer["items"]}
    assert product not in {r["history"]["id"] for item in answer["items"] for r in item["reasons"] if r["history"]}


def test_an_event_of_the_journal_is_taken_back(client: TestClient, user: str) -> None:
    body = {"user": user, "product": "P0001", "kind": "like", "id": "mine"}
    before = client.post("/api/v1/recommend", json={"user": user}).json()
    assert client.post("/api/v1/feedback", json=body).status_code == 201
    client.app.state.service.graph.flush()  # type: ignore[attr-defined]
    assert "mine" in {event["id"] for event in events(client, user)}
    assert client.delete(f"/api/v1/users/{user}/events/mine").status_code == 200
    assert "mine" not in {event["id"] for event in events(client, user)}
    assert client.post("/api/v1/recommend", json={"user": user}).json() == before


def test_an_event_that_the_model_has_learned_from_is_taken_back(project: Project, user: str) -> None:
    """Between two runs the model knows it; it neither counts nor is quoted, and a later purchase is one again."""
    with TestClient(create_app(project)) as client:
        product = client.post("/api/v1/recommend", json={"user": user}).json()["items"][0]["product"]["id"]
        body = {"user": user, "product": product, "kind": "purchase", "id": "mine", "at": "2026-01-02T03:04:05Z"}
        assert client.post("/api/v1/feedback", json=body).status_code == 201
    run_pipeline(project)
    assert product in {node.id for node in Recommender.load(project.folder).history(user)}
    with TestClient(create_app(project)) as client:
        client.app.state.service.graph.flush()  # type: ignore[attr-defined]
        assert client.delete(f"/api/v1/users/{user}/events/mine").status_code == 200
        assert answered(client, user, product) == (True, False)
    run_pipeline(project)
    with TestClient(create_app(project)) as client:
        assert answered(client, user, product) == (True, False)
    source = next(project.sources.glob("*/interactions.parquet"))
    bought = {**pq.read_table(source).to_pylist()[0], "user_id": user, "product_id": product, "kind": "purchased"}
    row = pa.Table.from_pylist([bought | {"at": datetime(2026, 3, 4, tzinfo=UTC)}], schema=pq.read_schema(source))
    pq.write_table(pa.concat_tables([pq.read_table(source), row]), source)
    run_pipeline(project, start="build")
    with TestClient(create_app(project)) as client:
        assert answered(client, user, product) == (False, True)


def answered(client: TestClient, user: str, product: str) -> tuple[bool, bool]:
    """Tell whether a product is recommended, and whether it is quoted as a reason."""
    items = client.post("/api/v1/recommend", json={"user": user, "k": 48, "reasons": True}).json()["items"]
    quoted = {reason["history"]["id"] for item in items for reason in item["reasons"] if reason["history"]}
    return product in {item["product"]["id"] for item in items}, product in quoted


def test_nothing_of_a_forgotten_customer_is_left(project: Project, user: str) -> None:
    with project.open_store() as store:
        assert len(traces(project, user, store=store)) >= 4
    with TestClient(create_app(project)) as client:
        client.post("/api/v1/feedback", json={"user": user, "product": "P0001", "kind": "view"})
        client.app.state.service.graph.flush()  # type: ignore[attr-defined]
        found = client.delete(f"/api/v1/users/{user}")
        assert found.status_code == 200
        assert {"graph", "journal", "model", "tables"} <= set(found.json()["removed"])
        assert client.post("/api/v1/recommend", json={"user": user}).status_code == 404
        assert client.get(f"/api/v1/users/{user}/profile").status_code == 404
        other = Recommender.load(project.folder).artefact.users[0].as_py()
        assert client.post("/api/v1/recommend", json={"user": other, "reasons": True}).status_code == 200
    done = CliRunner().invoke(command, ["forget", user, "--prove", "--json", "--project", str(project.folder)])
    assert (json.loads(done.stdout)["traces"], done.exit_code) == ([], 0)
    run_pipeline(project, force=True)  # the shop's own files still have the customer
    with project.open_store() as store:
        assert traces(project, user, store=store) == []
    assert not Recommender.load(project.folder).knows(user)


@pytest.mark.parametrize("failing", ["_derived", "_from_model", "drop_rows", "_drop_lines"])
def test_forgetting_that_failed_half_way_is_done_by_asking_again(
    project: Project, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """What names only reviews of the customer, such as what was linked, goes with the rest."""
    source = next(project.sources.glob("*/reviews.parquet"))
    review = next(row for row in pq.read_table(source).to_pylist() if row["user_id"])
    user = review["user_id"]
    pq.write_table(pa.table({"id": [review["id"]]}), project.linked)
    (source.parent / "quarantine.jsonl").write_text(json.dumps({"raw": json.dumps({"user_id": user})}) + "\n")
    client = TestClient(create_app(project), raise_server_exceptions=False)
    with client, monkeypatch.context() as broken:
        broken.setattr(f"shopgraph.forget.{failing}", lambda *_: 1 / 0)
        assert client.delete(f"/api/v1/users/{user}").status_code == 500
        broken.undo()
        assert client.delete(f"/api/v1/users/{user}").status_code == 200
        assert client.delete(f"/api/v1/users/{user}").status_code == 404
    assert not project.linked.exists()
    with project.open_store() as store:
        assert traces(project, user, store=store) == []


def test_others_answers_stay_as_they_are(project: Project, user: str) -> None:
    before = Recommender.load(project.folder)
    others = [name for name in before.artefact.users.to_pylist() if name != user][:10]
    answers = [before.recommend(user=name, k=5).items for name in others]
    done = CliRunner().invoke(command, ["forget", user, "--project", str(project.folder)])
    assert done.exit_code == 0, done.output
    after = Recommender.load(project.folder)
    assert [after.recommend(user=name, k=5).items for name in others] == answers


def test_each_of_the_others_keeps_the_time_of_the_last_thing_done(project: Project, user: str) -> None:
    """By which what they do next makes what they did before fade."""
    before = load(project.model)
    last = np.arange(len(before.users), dtype=np.int64) + 1_700_000_000_000
    save(replace(before, recency=90.0, last=last), project.model)
    assert CliRunner().invoke(command, ["forget", user, "--project", str(project.folder)]).exit_code == 0
    after = load(project.model)
    assert after.last is not None
    times = dict(zip(before.users.to_pylist(), last.tolist(), strict=True))
    assert dict(zip(after.users.to_pylist(), after.last.tolist(), strict=True)) == {
        name: own for name, own in times.items() if name != user
    }


def test_a_run_learns_from_the_journal_and_respects_what_was_taken_back(project: Project, user: str) -> None:
    with TestClient(create_app(project)) as client:
        event = next(e for e in events(client, user) if e["kind"] == "PURCHASED")
        gone = [e for e in events(client, user) if e["product"] == event["product"]]
        for one in gone:
            client.delete(f"/api/v1/users/{user}/events/{one['id']}")
    journal = Journal(project.journal_file)
    for number in range(3):
        journal.add(Event(f"n{number}", "newcomer", f"P000{number + 1}", Kind.PURCHASE, 1_700_000_000_000), "PURCHASED")
    journal.close()
    run_pipeline(project)
    recommender = Recommender.load(project.folder)
    assert recommender.knows("newcomer")
    assert event["product"]["id"] not in {node.id for node in recommender.history(user)}
    with project.open_store() as store:
        rows = store.query("MATCH (:User {id: 'newcomer'})-[r:PURCHASED]->(p:Product) RETURN p.id AS id")
        assert sorted(rows["id"].to_pylist()) == ["P0001", "P0002", "P0003"]


@pytest.mark.parametrize("name", ["plain.txt", "packed.json.gz", "rows.parquet", "rows.arrow"])
def test_the_proof_looks_inside_files(tmp_path: Path, name: str) -> None:
    import gzip

    def write(path: Path, user: str) -> None:
        table = pa.table({"who": pa.array([[user], ["x"]]), "what": pa.array(["a", "b"]).dictionary_encode()})
        if path.suffix == ".gz":
            path.write_bytes(gzip.compress(json.dumps({"user": user}).encode()))
        elif path.suffix == ".parquet":
            pq.write_table(table, path)
        elif path.suffix == ".arrow":
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
        else:
            path.write_text(f"it was {user}, said somebody")

    write(tmp_path / name, "U7")
    assert holds(tmp_path / name, ["U7"])
    assert not holds(tmp_path / name, ["U"])
    write(tmp_path / name, "U77")
    assert not holds(tmp_path / name, ["U7"])
    shutil.rmtree(tmp_path)
