"""Reasons: they add up to the score, and every path can be walked in the graph."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.snapshot import Snapshot
from recommender import Recommender
from recommender.answers import Node, Reason, Recommendation
from recommender.baskets import INTERACTIONS
from recommender.models import MODELS
from recommender.reasons import Explainer
from recommender.scoring import History
from recommender.settings import TrainSettings
from recommender.training import train
from tests.recommender.shops import KINDS, WHOLE, random_shop, reviewed, store, taken

Edge = tuple[str, str, str, str, str]


def edges_of(snapshot: Snapshot) -> set[Edge]:
    """Give all edges as source label and id, relation, target label and id."""
    found: set[Edge] = set()
    for relation, edges in snapshot.edges.items():
        heads, tails = (snapshot.ids.ids(rows).to_pylist() for rows in (edges.head, edges.tail))
        for head, tail in zip(heads, tails, strict=True):
            found.add((relation.source, head, relation.label, relation.target, tail))
    return found


def walked(edges: set[Edge], start: Node, reason: Reason) -> None:
    """Hold each step of a path against the graph."""
    here = start
    carriers: set[str] = set()
    for step in reason.path:
        tail, head = (here, step.node) if not step.forward else (step.node, here)
        if step.relation == "indirect":
            assert len(reason.path) == 1
        elif head.label == "User" or tail.label == "User":
            assert_customers(edges, reason, here, step.node, step.relation)
        elif "" in (head.id, tail.id):
            carriers = assert_taken_together(edges, head, tail, step.relation, carriers)
        else:
            assert (head.label, head.id, step.relation, tail.label, tail.id) in edges
        here = step.node


def assert_taken_together(edges: set[Edge], head: Node, tail: Node, relation: str, before: set[str]) -> set[str]:
    """Hold "reviews" against the graph: at least one has both edges. Give those that have the first, none after."""
    ends = [
        (head_id, tail_id)
        for head_label, head_id, name, tail_label, tail_id in edges
        if (head_label, name, tail_label) == (head.label, relation, tail.label)
        and head.id in ("", head_id)
        and tail.id in ("", tail_id)
    ]
    found = {head_id if head.id == "" else tail_id for head_id, tail_id in ends}
    assert found
    if before:  # the second edge of the same reviews
        assert found & before
        return set()
    return found


def assert_customers(edges: set[Edge], reason: Reason, here: Node, there: Node, relation: str) -> None:
    """Hold "3 customers" against who did something with both products, and what they did."""
    product = here if here.label == "Product" else there
    kinds = set(KINDS) if relation == "INTERACTED" else set(relation.split("/"))
    assert kinds <= set(KINDS)
    assert reason.history is not None
    ends = (reason.history.id, reason.path[-1].node.id)
    both = set.intersection(*({e[1] for e in edges if e[0] == "User" and e[2] in KINDS and e[4] == p} for p in ends))
    customers = there if there.label == "User" else here
    assert (customers.id, customers.name) == ("", f"{len(both)} customer{'s' if len(both) > 1 else ''}")
    assert reason.evidence == len(both) > 0
    assert all(any(("User", user, kind, "Product", product.id) in edges for kind in kinds) for user in both)


def check(item: Recommendation, edges: set[Edge], history: set[str]) -> None:
    if item.score == 0:
        assert item.reasons == ()
        return
    assert sum(reason.score for reason in item.reasons) == pytest.approx(item.score, rel=1e-5)
    assert sum(reason.share for reason in item.reasons) == pytest.approx(1.0, rel=1e-5)
    assert sum(item.shares.values()) == pytest.approx(1.0, rel=1e-5)
    assert item.shares.keys() <= {"behaviour", "graph"}
    if "indirect" not in {reason.relation for reason in item.reasons}:
        did = sum(reason.share for reason in item.reasons if reason.relation == INTERACTIONS)
        assert item.shares.get("behaviour", 0.0) == pytest.approx(did, abs=1e-5)
    assert [abs(r.score) for r in item.reasons] == sorted((abs(r.score) for r in item.reasons), reverse=True)
    for reason in item.reasons:
        assert reason.history is not None
        assert reason.history.id in history
        assert reason.share == pytest.approx(reason.score / item.score, rel=1e-5)
        assert reason.path[-1].node == item.product
        walked(edges, reason.history, reason)
        assert reason.named_path().startswith(reason.history.name)
        assert reason.named_path().endswith(item.product.name)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(list(MODELS)), st.booleans())
def test_parts_add_up_and_paths_can_be_walked(seed: int, model: str, only_new: bool) -> None:
    parameters = (
        {"filter": 0.5, "filter_relations": 0.4, "ridge": 1.0, "damping": 0.5}
        if model == "propagation" and seed % 2
        else None
    )
    with TemporaryDirectory() as name:
        folder = Path(name)
        shop = taken(random_shop(seed), folder, WHOLE)
        chosen = TrainSettings(model=model, tune=False, parameters=parameters)
        train(*shop, folder / "m", settings=chosen)
        recommender = Recommender.load(folder / "m")
        edges = edges_of(shop[0])
        for user in recommender.artefact.users.to_pylist():
            known = {node.id for node in recommender.history(user)}
            answer = recommender.recommend(user=user, k=20, reasons=True, exclude_seen=only_new)
            for item in answer.items:
                if answer.source == "content":
                    assert item.reasons == ()
                else:
                    check(item, edges, known)
        for product in recommender.artefact.items["id"].to_pylist():
            answer = recommender.similar(product, k=20, reasons=True)
            for item in answer.items:
                if answer.source == "similar":
                    check(item, edges, {product})
                else:
                    assert item.reasons == ()
            check(recommender.explain(product=product, history=["p0"]), edges, {"p0"})


def reasons_of(tmp_path: Path, shop: object, ask: str, about: str, **options: object) -> tuple[Reason, ...]:
    taken_ = taken(shop, tmp_path)  # type: ignore[arg-type]
    train(*taken_, tmp_path / "m", settings=TrainSettings(tune=False, **options))  # type: ignore[arg-type]
    return Recommender.load(tmp_path / "m").explain(product=about, history=[ask]).reasons


def test_a_path_through_a_wider_category_takes_every_step(tmp_path: Path) -> None:
    shop = store(
        [
            {"id": "a", "name": "A", "categories": ["Clothing > Shoes > Running"]},
            {"id": "b", "name": "B", "categories": ["Clothing > Hats"]},
            {"id": "c", "name": "C", "categories": ["Clothing"]},
        ]
    )
    (reason,) = reasons_of(tmp_path, shop, "a", "b")
    assert reason.relation == "IN_CATEGORY"
    assert reason.named_path() == (
        "A -[IN_CATEGORY]-> Running -[PART_OF]-> Shoes -[PART_OF]-> Clothing <-[PART_OF]- Hats <-[IN_CATEGORY]- B"
    )
    (reason,) = reasons_of(tmp_path, shop, "c", "b")
    assert reason.named_path() == "C -[IN_CATEGORY]-> Clothing <-[PART_OF]- Hats <-[IN_CATEGORY]- B"


def test_customers_who_only_looked_are_no_buyers(tmp_path: Path) -> None:
    rows = [{"source": "u", "target": "a"}, {"source": "v", "target": "a"}]
    shop = store(
        [{"id": "a"}, {"id": "b"}],
        users=["u", "v"],
        interactions={
            "PURCHASED": [*rows, {"source": "u", "target": "b"}],
            "VIEWED": [{"source": "v", "target": "b"}],
        },
    )
    for reason in reasons_of(tmp_path, shop, "a", "b"):
        assert reason.named_path() == "a <-[PURCHASED]- 2 customers -[INTERACTED]-> b"
        assert reason.evidence == 2


@pytest.mark.parametrize("start", ["a", "b"])
def test_a_direct_link_is_walked_the_way_it_goes(tmp_path: Path, start: str) -> None:
    shop = store(
        [{"id": "a"}, {"id": "b"}],
        links={("Product", "COMPLEMENTS", "Product"): [{"source": "b", "target": "a"}]},
    )
    end = "b" if start == "a" else "a"
    (reason,) = reasons_of(tmp_path, shop, start, end)
    assert reason.named_path() == ("a <-[COMPLEMENTS]- b" if start == "a" else "b -[COMPLEMENTS]-> a")
    assert (reason.share, reason.evidence) == (pytest.approx(1.0), 1)


def test_weight_through_others_is_called_indirect(tmp_path: Path) -> None:
    bought = [("u", "a"), ("u", "b"), ("v", "b"), ("v", "c")]
    shop = store(
        [{"id": name} for name in "abc"],
        users=["u", "v"],
        interactions={"PURCHASED": [{"source": user, "target": product} for user, product in bought]},
    )
    (reason,) = reasons_of(tmp_path, shop, "a", "c", model="ease", parameters={"ridge": 1.0})
    assert (reason.relation, reason.share) == ("indirect", pytest.approx(1.0))
    assert reason.named_path() == "a -[indirect]-> c"


def test_what_comes_through_others_is_behaviour_or_graph_as_its_two_ends_are(tmp_path: Path) -> None:
    """Of ``a`` only customers say something, of ``c`` only its brand; ``b`` joins them."""
    shop = store(
        [{"id": "a"}, {"id": "b", "brand": "x"}, {"id": "c", "brand": "x"}, {"id": "d"}],
        users=["u", "v"],
        interactions={
            "PURCHASED": [{"source": user, "target": own} for user, own in ("ua", "ub", "va", "vd")],
        },
    )
    plain = {"ridge": 1.0, "filter": 0.0}
    train(*taken(shop, tmp_path), tmp_path / "m", settings=TrainSettings(tune=False, parameters=plain))
    artefact = Recommender.load(tmp_path / "m").artefact
    row = {name: number for number, name in enumerate(artefact.items["id"].to_pylist())}

    def told(own: str, about: str) -> tuple[str, float, float]:
        history, items = History(np.array([row[own]]), np.ones(1)), [row[about]]
        (explained,) = Explainer(artefact).explained(history, items)
        (reason,) = explained.reasons
        sources = dict(Explainer(artefact).told(history, items).sources(0))
        assert sum(sources.values()) == pytest.approx(reason.score)
        return reason.relation, sources.get("behaviour", 0.0), sources.get("graph", 0.0)

    relation, behaviour, graph = told("a", "c")
    assert relation == "indirect"
    assert behaviour == pytest.approx(graph) != 0
    relation, behaviour, graph = told("b", "d")
    assert relation == "indirect"
    assert abs(behaviour) > abs(graph) != 0, "of b the brand says something, too"
    relation, behaviour, _ = told("b", "c")
    assert (relation, behaviour) == ("HAS_BRAND", 0.0)


@pytest.mark.parametrize("model", ["graph_filter", "propagation"])
def test_rounding_is_no_reason(planted_shop: tuple, tmp_path: Path, model: str) -> None:
    train(*planted_shop, tmp_path / "m", settings=TrainSettings(model=model, tune=False))
    recommender = Recommender.load(tmp_path / "m")
    found = [
        reason
        for product in ("p000", "p011", "p057")
        for item in recommender.similar(product, k=40, reasons=True).items
        for reason in item.reasons
    ]
    assert len(found) > 40
    assert min(abs(reason.share) for reason in found) > 1e-6


def test_popularity_has_a_sentence_too() -> None:
    assert re.match("Popular", Reason(None, "popularity", 1.0, 1.0, (), 0).sentence())


def test_praised_aspects_and_depicted_patterns_are_reasons_by_way_of_reviews_and_photos(tmp_path: Path) -> None:
    snapshot, holdout = taken(reviewed(), tmp_path)
    parameters = {f"weight:{name}": 0.0 for name in ("HAS_BRAND", "MENTIONS:Brand", "MENTIONS:Aspect:neutral")}
    train(snapshot, holdout, tmp_path / "m", settings=TrainSettings(tune=False, parameters=parameters))
    (first, *_) = Recommender.load(tmp_path / "m").similar("a", reasons=True).items
    assert first.product.id == "b"
    paths = {
        reason.relation: [(step.relation, step.forward, step.node.name) for step in reason.path]
        for reason in first.reasons
    }
    assert paths["MENTIONS:Aspect:praised"] == [
        ("ABOUT", False, "reviews"), ("MENTIONS", True, "zip"), ("MENTIONS", False, "reviews"), ("ABOUT", True, "b")
    ]  # fmt: skip
    assert paths["DEPICTS:Attribute"] == [
        ("HAS_IMAGE", True, "photos"), ("DEPICTS", True, "pattern"),
        ("DEPICTS", False, "photos"), ("HAS_IMAGE", False, "b"),
    ]  # fmt: skip
    check(first, edges_of(snapshot), {"a"})
