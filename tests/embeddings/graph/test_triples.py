"""Triples: from a snapshot, each once, with its confidence; and the part held out to validate with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.artefact import save_vectors
from embeddings.graph.training import train_graph_model
from embeddings.graph.triples import Triples, hold_out, snapshot_triples
from kg.errors import ConfigurationError, InputError
from kg.ids import IdMap
from kg.snapshot import Relation, SplitMethod, SplitSettings
from tests.embeddings.graph.worlds import planted, quick
from tests.recommender.shops import contents, reviewed, store, taken

BRAND = Relation("Product", "HAS_BRAND", "Brand")
BOUGHT = Relation("User", "PURCHASED", "Product")


def _shop(test_products: list[str]) -> object:
    """Give a shop of which the last purchase of each customer, the test part, is as told."""
    users = [f"u{number}" for number in range(len(test_products))]
    bought = [
        {"source": user, "target": f"p{(place + step) % 6}", "at": step}
        for place, user in enumerate(users)
        for step in range(3)
    ]
    last = [{"source": user, "target": own, "at": 99} for user, own in zip(users, test_products, strict=True)]
    return store(
        [{"id": f"p{number}", "brand": "ab"[number % 2]} for number in range(12)],
        users=users,
        interactions={"PURCHASED": bought + last},
    )


def test_chosen_relations_of_a_snapshot_become_triples(tmp_path: Path) -> None:
    snapshot, _ = taken(_shop(["p8"]), tmp_path)
    triples = snapshot_triples(snapshot, relations=[BRAND])
    assert triples.relations == ("HAS_BRAND",)
    assert set(triples.entities.labels) == {"Product", "Brand"}
    assert len(triples) == 12
    head, _, tail = triples.rows.T
    pairs = zip(triples.entities.ids(head).to_pylist(), triples.entities.ids(tail).to_pylist(), strict=True)
    assert set(pairs) == {(f"p{number}", "ab"[number % 2]) for number in range(12)}


def test_confidence_is_the_weight_of_a_triple(tmp_path: Path) -> None:
    snapshot, _ = taken(reviewed(), tmp_path)
    depicts = Relation("Image", "DEPICTS", "Attribute")
    triples = snapshot_triples(snapshot, relations=[depicts])
    photos = triples.entities.ids(triples.rows[:, 0]).to_pylist()
    assert dict(zip(photos, triples.weight, strict=True)) == {"i1": 0.7, "i2": 0.9, "i3": 0.6, "i4": 0.6}


def test_an_unknown_relation_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    snapshot, _ = taken(_shop(["p8"]), tmp_path)
    with pytest.raises(ConfigurationError, match="HAS_BRAND"):
        snapshot_triples(snapshot, relations=[Relation("Product", "HAS_IMAGE", "Image")])
    with pytest.raises(ConfigurationError, match="no triple"):
        snapshot_triples(snapshot, relations=[])


def test_a_changed_test_part_leaves_every_byte_of_the_artefact_the_same(tmp_path: Path) -> None:
    last = SplitSettings(method=SplitMethod.LEAVE_LAST_OUT)
    found = []
    for name, test_products in (("one", ["p8", "p9", "p10", "p11"]), ("two", ["p11", "p10", "p9", "p8"])):
        snapshot, holdout = taken(_shop(test_products), tmp_path / name, last)
        assert len(holdout.test) == 4
        model = train_graph_model(snapshot_triples(snapshot), settings=quick(epochs=3))
        save_vectors(model.artefact(), tmp_path / name / "vectors")
        found.append(contents(tmp_path / name / "vectors"))
    assert found[0] == found[1]
    snapshot, _ = taken(_shop(["p8", "p9", "p10", "p11"]), tmp_path / "all")  # without a test part all is learned
    assert len(snapshot_triples(snapshot)) > len(
        snapshot_triples(taken(_shop(["p8"] * 4), tmp_path / "again", last)[0])
    )


def test_of_a_triple_given_twice_the_greatest_confidence_counts_and_strength_is_none() -> None:
    ids = IdMap({"Entity": ["a", "b"]})
    rows = np.array([[0, 1, 1], [0, 0, 1], [0, 1, 1], [1, 0, 0]])
    triples = Triples.of(ids, ["z", "a"], rows, weight=np.array([0.25, 0.5, 0.75, 30.0]))
    assert triples.relations == ("a", "z")
    assert triples.rows.tolist() == [[0, 0, 1], [0, 1, 1], [1, 1, 0]]
    assert triples.weight.tolist() == [0.75, 0.5, 1.0]


@pytest.mark.parametrize(
    ("rows", "weight"), [([[0, 0, 2]], [1.0]), ([[0, 1, 1]], [1.0]), ([[-1, 0, 1]], [1.0]), ([[0, 0, 1]], [0.0])]
)
def test_triples_out_of_bounds_or_of_no_confidence_are_refused(rows: list[list[int]], weight: list[float]) -> None:
    with pytest.raises(InputError):
        Triples.of(IdMap({"Entity": ["a", "b"]}), ["r"], np.array(rows), weight=np.array(weight))


def test_what_is_held_out_is_still_known_by_other_triples() -> None:
    triples = planted()
    learned, held = hold_out(triples, share=0.5, most=10_000, seed=3)
    assert len(learned) + len(held) == len(triples)
    assert len(held) > len(triples) // 4
    assert set(held.rows[:, [0, 2]].ravel()) <= set(learned.rows[:, [0, 2]].ravel())
    again, same = hold_out(triples, share=0.5, most=10_000, seed=3)
    assert np.array_equal(same.rows, held.rows)
    assert again.fingerprint == learned.fingerprint
    assert len(hold_out(triples, share=0.5, most=7, seed=3)[1]) == 7
    assert not np.array_equal(hold_out(triples, share=0.5, most=10_000, seed=4)[1].rows, held.rows)
