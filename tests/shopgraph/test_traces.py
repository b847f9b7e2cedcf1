"""The proof of forgetting finds what is there, wherever and however it is written, and nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from kg.snapshot import load_snapshot
from kg.store.protocol import EdgeKey
from shopgraph.cli import app
from shopgraph.feedback import Event, Journal, Kind
from shopgraph.feedback.tables import leave_out_forgotten
from shopgraph.forget import compact_if_due, forget
from shopgraph.pipeline import import_into, run_pipeline
from shopgraph.project import Project
from shopgraph.traces import doubts, holds, traces
from tests.projects import BARE

RUN = BARE.replace("reviews = false", "reviews = true").replace("write = false", "write = true")


def run_numbered(folder: Path, *, name: Callable[[int], str]) -> Project:
    """Run a project of a shop that numbers customers, products and reviews from 1, each for itself."""
    shop = folder / "shop"
    shop.mkdir(parents=True)
    draw = np.random.default_rng(0)
    products = [f'{{"id": "{n}", "title": "Thing {n}", "brand": "B{n % 5}"}}' for n in range(1, 61)]
    (shop / "products.jsonl").write_text("\n".join(products))
    rows = [f"{name(u)},{p},purchased" for u in range(1, 61) for p in draw.choice(np.arange(1, 61), 8, replace=False)]
    (shop / "interactions.csv").write_text("\n".join(["user_id,product_id,kind", *rows, f"{name(42)},,purchased", ""]))
    reviews = [
        json.dumps({"id": str(n), "user_id": name(n), "product_id": str(n), "text": "good brand", "rating": n % 5 + 1})
        for n in range(1, 61)
    ]
    (shop / "reviews.jsonl").write_text("\n".join(reviews))
    project = Project.create(folder / "project")
    project.settings_file.write_text(RUN)
    import_into(project, shop)
    run_pipeline(project)
    return project


def forget_one(project: Project, user: str) -> dict[str, int]:
    with project.open_store(read_only=False) as store, closing(Journal(project.journal_file)) as journal:
        removed = forget(project, user, store=store, journal=journal)
    compact_if_due(project)
    return removed


def found(project: Project, user: str) -> list[str]:
    with project.open_store() as store:
        return traces(project, user, store=store)


def test_a_number_is_proved_to_be_forgotten_though_a_product_has_it_too(tmp_path: Path) -> None:
    project = run_numbered(tmp_path, name=str)
    before = found(project, "42")
    assert {"graph: User", "graph: Review", "snapshot/nodes.arrow", "model/users.parquet", "linked.parquet"} <= set(
        before
    )
    assert "data/sources/shop/quarantine.jsonl" in before
    removed = forget_one(project, "42")
    assert removed["quarantine"] == 1
    assert project.linker.is_dir()
    proof = CliRunner().invoke(app, ["forget", "42", "--prove", "--project", str(project.folder)])
    assert proof.exit_code == 0, proof.output
    assert "cannot be told" in proof.output
    run_pipeline(project, force=True)
    assert found(project, "42") == []
    snapshot = load_snapshot(project.snapshot)
    assert snapshot.ids.find("Product", ["42"])[0] >= 0
    assert found(project, "41")


@pytest.mark.parametrize("name", [".lock", "turn.lock"])
def test_a_time_and_a_process_of_the_same_number_are_no_customer(tmp_path: Path, name: str) -> None:
    lock = tmp_path / name
    lock.write_text(json.dumps({"pid": 42, "since": "2026-11-28T07:28:42+00:00"}))
    assert not holds(lock, ["42"])
    assert not holds(lock, ["2026"])
    lock.write_text(json.dumps({"by": "anna.meier@example.com"}))
    assert holds(lock, ["anna.meier@example.com"])


@pytest.mark.parametrize(
    "name", ["{0:05d}@example.com", "张三{0}号", "customer number {0}", 'the "{0}"', "A1B2C3D4E5F6G7H8J9K0L1{0:03d}"]
)
def test_ids_of_any_form_are_forgotten_and_stay_so(tmp_path: Path, name: str) -> None:
    project = run_numbered(tmp_path, name=name.format)
    user = name.format(42)
    assert len(found(project, user)) >= 4
    forget_one(project, user)
    assert found(project, user) == []
    run_pipeline(project, force=True)  # the shop's files still have the customer, in a row set aside, too
    assert found(project, user) == []


def test_long_ids_are_found_in_the_file_of_the_graph_until_it_is_written_anew(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    draw = np.random.default_rng(0)
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
    users = sorted("A" + "".join(draw.choice(letters, 27)) for _ in range(3_000))
    with project.open_store(read_only=False) as store:
        store.create_schema()
        store.load_nodes("User", [pa.record_batch({"id": users})])
    assert found(project, users[77]) == ["graph/graph.lbug", "graph: User"]
    with project.open_store(read_only=False) as store, closing(Journal(project.journal_file)) as journal:
        forget(project, users[77], store=store, journal=journal)
    assert found(project, users[77]) == ["graph/graph.lbug"]
    compact_if_due(project)
    assert found(project, users[77]) == []
    with project.open_store() as store:
        assert doubts(project, users[77], store=store) == []


def test_it_says_where_the_bytes_of_the_graph_cannot_tell(tmp_path: Path) -> None:
    """An id that is part of another's would be found for ever."""
    project = Project.create(tmp_path / "project")
    with project.open_store(read_only=False) as store:
        store.create_schema()
        store.load_nodes("User", [pa.record_batch({"id": ["customer10", "customer12"]})])
        assert traces(project, "customer1", store=store) == []
        [said] = doubts(project, "customer1", store=store)
        assert "by its nodes alone" in said
        assert doubts(project, "customer12", store=store) == []


def test_a_review_that_came_back_without_its_writer_is_known_again(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    wrote = EdgeKey("User", "WROTE", "Review")
    with project.open_store(read_only=False) as store:
        store.create_schema()
        store.load_nodes("User", [pa.record_batch({"id": ["somebody"]})])
        store.load_nodes("Review", [pa.record_batch({"id": ["r1", "r2"]})])
        store.load_edges(wrote, [pa.record_batch({"source": ["somebody"], "target": ["r1"]})])
    forget_one(project, "somebody")
    assert found(project, "somebody") == []
    with project.open_store(read_only=False) as store:
        store.load_nodes("Review", [pa.record_batch({"id": ["r1"]})])
    assert found(project, "somebody") == ["graph: Review"]


def test_random_bytes_hold_no_number(tmp_path: Path) -> None:
    weights = tmp_path / "weights.safetensors"
    weights.write_bytes(np.random.default_rng(0).bytes(1 << 21))
    assert not holds(weights, ["42"])


@pytest.mark.parametrize("escape", [True, False])
def test_json_may_escape_what_is_no_ascii(tmp_path: Path, escape: bool) -> None:
    file = tmp_path / "said.json"
    file.write_text(json.dumps({"u": "张三"}, ensure_ascii=escape))
    assert holds(file, ["张三"])
    assert not holds(file, ["李四"])


def test_a_column_of_products_is_no_trace_of_a_customer(tmp_path: Path) -> None:
    file = tmp_path / "interactions.parquet"
    pq.write_table(pa.table({"user_id": ["7"], "product_id": ["42"]}), file)
    assert holds(file, ["7"])
    assert not holds(file, ["42"])
    shutil.move(file, tmp_path / "unknown.parquet")
    assert holds(tmp_path / "unknown.parquet", ["42"])


@pytest.mark.parametrize(
    ("raw", "table", "named"),
    [
        ('{"user_id":"anna@example.com","kind":"x"}', "interactions", True),
        ("anna@example.com,P1,x", None, True),
        ('"anna@example.com"\tP1', None, True),
        ("anna@example.com::P1::5", None, True),
        ('{"user_id":"anna@example.com","text":"cut sho', "reviews", True),
        ('{"reviewerID":"anna@example.com"}', None, True),
        ('{"user_id":"joanna@example.com"}', "interactions", False),
    ],
)
def test_who_was_forgotten_does_not_come_back_in_rows_set_aside(
    tmp_path: Path, raw: str, table: str | None, named: bool
) -> None:
    project = Project.create(tmp_path / "project")
    with closing(Journal(project.journal_file)) as journal:
        journal.add(Event("e", "anna@example.com", "P1", Kind.VIEW, 1), "VIEWED")
        journal.forget("anna@example.com")
    folder = project.sources / "shop"
    folder.mkdir(parents=True)
    line = json.dumps({"file": "f", "line": 1, "table": table, "code": "c", "reason": "r", "raw": raw})
    (folder / "quarantine.jsonl").write_text(line + "\n")
    leave_out_forgotten(project, folder)
    assert ((folder / "quarantine.jsonl").read_text() == "") is named


def test_a_product_with_the_number_of_who_was_forgotten_stays_in_quarantine(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    with closing(Journal(project.journal_file)) as journal:
        journal.forget("42")
    folder = project.sources / "shop"
    folder.mkdir(parents=True)
    row = {"file": "f", "line": 42, "table": "products", "code": "c", "reason": "r", "raw": '{"id":"42"}'}
    (folder / "quarantine.jsonl").write_text(json.dumps(row) + "\n")
    leave_out_forgotten(project, folder)
    assert json.loads((folder / "quarantine.jsonl").read_text()) == row
    assert not holds(folder / "quarantine.jsonl", ["42"])
