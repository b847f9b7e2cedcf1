"""The service, and questions in plain words, answer from Neo4j as they do from the embedded engine.

One small shop is run on each engine, and the services of the two projects are asked the same. What is compared is the
answer as JSON, the model's fingerprint in it: only the Cypher and the time it took may differ.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from benchmarks.asking import Shop
from cypher import QueryLibrary
from shopgraph.demo import make_demo
from shopgraph.pipeline import import_into, run_pipeline
from shopgraph.project import Project
from shopgraph.service import create_app
from shopgraph.settings.service import ServicePart
from shopgraph.traces import traces
from tests.contract.test_library import alike
from tests.library_values import BusiestNodes
from tests.projects import BARE

pytestmark = pytest.mark.neo4j
_ROOT = Path(__file__).resolve().parents[2]
_ENGINES_OWN = {"cypher", "seconds"}
"""What answers may differ in."""
_PASSWORD = "SHOPGRAPH_TEST_NEO4J"


MORE = (
    ("en", "do people complain about the battery of black headphones?"),
    ("en", "which {brand P0021} shoes sell best?"),
    ("zh", "大家喜欢黑色头戴式耳机的音质吗？"),
    ("en", "which headphones are sold out?"),
    ("zh", "有现货的头戴式耳机有多少款？"),
    ("en", "which brands sell best?"),
    ("zh", "哪些类目最畅销？"),
)
"""Questions of a feature, sales or stock of all that words describe: what is asked for meets conditions on products."""


@dataclass(frozen=True)
class Both:
    """The two services, the embedded one first, and whom to ask about."""

    clients: tuple[TestClient, TestClient]
    user: str
    shop: Shop

    def ask(self, method: str, address: str, **more: Any) -> Any:
        """Ask both the same, and give the answer once it is seen that it is one."""
        one, other = (client.request(method, address, **more) for client in self.clients)
        assert one.status_code == other.status_code, (one.text, other.text)
        mine, theirs = (answer.json() for answer in (one, other))
        for answer in (mine, theirs):
            answer.get("error", {}).pop("request_id", None)
        same(mine, theirs, f"{method} {address}")
        return mine

    def get(self, address: str, **parameters: object) -> Any:
        """Ask both by GET."""
        return self.ask("GET", address, params=parameters)

    def post(self, address: str, **body: object) -> Any:
        """Ask both by POST."""
        return self.ask("POST", address, json=body)

    def flush(self) -> None:
        """Have both graphs told what waits in the journals."""
        for client in self.clients:
            client.app.state.service.graph.flush()  # type: ignore[attr-defined]


def same(mine: object, theirs: object, where: str) -> None:
    """Compare two answers, and say where they part."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        assert mine.keys() == theirs.keys(), where
        for name in mine.keys() - _ENGINES_OWN:
            same(mine[name], theirs[name], f"{where}/{name}")
    elif isinstance(mine, list) and isinstance(theirs, list):
        assert len(mine) == len(theirs), (where, mine, theirs)
        for place, pair in enumerate(zip(mine, theirs, strict=True)):
            same(*pair, f"{where}/{place}")
    else:
        assert alike(mine, theirs), (where, mine, theirs)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, neo4j_uri: str, neo4j_auth: tuple[str, str]) -> Iterator[Both]:
    """A shop that was run on either engine, reviews linked, and the services of both."""
    folder = tmp_path_factory.mktemp("served")
    make_demo(folder / "shop", n_products=96, n_users=120, n_interactions=2_400)
    user, password = neo4j_auth
    settings = BARE.replace("reviews = false\nphotos = false\nproducts = false", "photos = false")
    store = f'[store]\nurl = "{neo4j_uri}"\nuser = "{user}"\npassword_env = "{_PASSWORD}"\n'
    project, remote = Project.create(folder / "embedded"), Project.create(folder / "remote")
    project.settings_file.write_text(settings)
    remote.settings_file.write_text(settings + store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(_PASSWORD, password)
        with remote.open_store(read_only=False) as target:
            target.clear()
        for one in (project, remote):
            for file in ("aliases.csv", "aspects.toml"):
                shutil.copyfile(folder / "shop" / file, one.folder / file)
            import_into(one, folder / "shop")
            run_pipeline(one)
        patient = ServicePart(seconds=200)
        with (
            TestClient(create_app(project, patient)) as here,
            TestClient(create_app(remote, patient)) as there,
        ):
            loaded = here.app.state.service.models.current.recommender  # type: ignore[attr-defined]
            histories = loaded.artefact.histories
            busiest = int((histories.indptr[1:] - histories.indptr[:-1]).argmax())
            yield Both((here, there), str(loaded.artefact.users[busiest]), Shop(folder / "shop"))
        with remote.open_store(read_only=False) as target:
            target.clear()


def test_questions_are_answered_alike(both: Both) -> None:
    asked = [(language, both.shop.filled(question, language)) for language, question in [*benchmark_questions(), *MORE]]
    answered = set()
    for language, question in asked:
        answer = both.post("/api/v1/ask", question=question, user=both.user)
        answered.add((language, answer["intent"]))
        for ran in answer["cypher"]:
            run = {"query": ran["cypher"], "params": ran["parameters"]}
            assert both.clients[0].post("/api/v1/cypher", json=run).status_code == 200, run
    for language in ("en", "zh"):
        known = {intent for spoken, intent in answered if spoken == language}
        assert known >= {"find", "count", "cheapest", "best_rated", "best_sold", "price", "complaints", "brands"}, known


def test_answers_on_reviews_read_well_of_every_aspect(both: Both) -> None:
    """Noise that is praised would be loud; reviewers may be pleased with it."""
    said = (
        (
            "does anyone complain about the noise of kettles?",
            r"Reviews on noise: \d+× not pleased, \d+× pleased\.",
        ),
        ("有人抱怨水壶的噪音吗？", r"评论谈到噪音：不满意 \d+ 处，满意 \d+ 处。"),
    )
    for question, text in said:
        answer = both.post("/api/v1/ask", question=question)
        assert answer["intent"] == "complaints"
        assert re.fullmatch(text, answer["text"]), answer["text"]


def benchmark_questions() -> Iterator[tuple[str, str]]:
    """Give the language and the words of the benchmark's questions."""
    for part in ("first", "second"):
        rows = tomllib.loads((_ROOT / "benchmarks" / "asking" / f"{part}.toml").read_text("utf-8"))["rows"]
        yield from ((language, question) for language, question, *_ in rows)


def test_the_graph_is_walked_alike(both: Both) -> None:
    both.get("/health/ready")
    both.get("/api/v1/graph/schema")
    for words in ("P0001", "shoe", "鞋", "battery", "p000", "leather", "nothing of that name"):
        both.get("/api/v1/graph/find", q=words)
    [review] = both.get("/api/v1/graph/neighbours/Product/P0001", types="ABOUT", limit=1)["nodes"][1:]
    for label, name in (("Product", "P0001"), ("User", both.user), ("Review", review["id"]), ("Product", "none")):
        both.get(f"/api/v1/graph/node/{label}/{name}")
        both.get(f"/api/v1/graph/neighbours/{label}/{name}", limit=3)
    around = both.get(f"/api/v1/graph/neighbours/User/{both.user}", limit=1000)["nodes"]
    assert both.post("/api/v1/graph/among", nodes=[node["key"] for node in around], language="zh")["edges"]
    brand = both.get("/api/v1/graph/neighbours/Product/P0002", types="HAS_BRAND")["nodes"][1]
    for ends in (("Product:P0001", "Product:P0090"), (f"User:{both.user}", brand["key"]), ("Product:P0001", "User:no")):
        both.get("/api/v1/graph/paths", **{"from": ends[0], "to": ends[1]})
    [item] = both.post("/api/v1/recommend", user=both.user, k=1, reasons=3)["items"]
    assert both.get("/api/v1/graph/explanation", user=both.user, product=item["product"]["id"])["edges"]


def test_products_and_customers_are_told_of_alike(both: Both) -> None:
    for product in ("P0001", "P0096", "none"):
        both.get(f"/api/v1/products/{product}")
    for user in (both.user, "U00002", "nobody"):
        both.get(f"/api/v1/users/{user}/profile")
        both.get(f"/api/v1/users/{user}/events")


def test_the_library_runs_alike(both: Both) -> None:
    """A few: tests/contract/test_library.py has them all."""
    store = both.clients[0].app.state.service.graph.store()  # type: ignore[attr-defined]
    values = BusiestNodes(store).values
    for name in ("best-sellers", "falling-aspects", "brand-sales-by-month", "why-related"):
        both.post(f"/api/v1/queries/{name}/run", params=values(QueryLibrary.own().get(name)))
    refused = both.post("/api/v1/queries/best-sellers/run", params={"limit": 0})
    assert refused["error"]["code"]
    for client in both.clients:
        gone = client.post("/api/v1/cypher", json={"query": "MATCH (p:Product) DETACH DELETE p"})
        assert gone.status_code == 400


def test_feedback_reaches_both_graphs_and_is_taken_back_from_both(both: Both) -> None:
    for number, kind in enumerate(("click", "cart", "purchase", "like", "dislike", "not_interested")):
        said = {"user": "newcomer", "product": f"P000{number + 1}", "kind": kind, "id": f"e{number}"}
        both.post("/api/v1/feedback", **said, at=f"2026-01-0{number + 1}T03:04:05Z")
    assert len(edges(both)) == 6
    assert len(both.get("/api/v1/users/newcomer/events")["events"]) == 6
    both.get("/api/v1/users/newcomer/profile")
    both.post("/api/v1/recommend", user="newcomer", k=10, reasons=True)
    both.ask("DELETE", "/api/v1/users/newcomer/events/e2")
    assert len(edges(both)) == 5
    imported = both.get(f"/api/v1/users/{both.user}/events")["events"][0]["id"]
    assert both.ask("DELETE", f"/api/v1/users/{both.user}/events/{imported}")["removed"]["imported"]
    assert imported not in {event["id"] for event in both.get(f"/api/v1/users/{both.user}/events")["events"]}


def edges(both: Both) -> list[object]:
    both.flush()
    found = both.get("/api/v1/graph/neighbours/User/newcomer", limit=100)
    return found.get("edges", [])


def test_a_forgotten_customer_is_gone_from_both(both: Both) -> None:
    """The last test here: it changes the model."""
    removed = both.ask("DELETE", f"/api/v1/users/{both.user}")["removed"]
    assert {"graph", "tables", "model"} <= removed.keys()
    both.get(f"/api/v1/graph/node/User/{both.user}")
    both.get(f"/api/v1/users/{both.user}/profile")
    remote = both.clients[1].app.state.service  # type: ignore[attr-defined]
    assert traces(remote.project, both.user, store=remote.graph.store()) == []
    both.post("/api/v1/cypher", query="MATCH (n:User) RETURN count(n) AS users")
