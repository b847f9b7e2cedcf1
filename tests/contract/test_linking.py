"""Both engines hold the same of what reviews say and photos show, and lose it alike."""

from __future__ import annotations

from pathlib import Path

from kg.store import GraphStore
from linking.artefact import save_linker
from linking.graph.inferred import infer_attributes
from linking.graph.photos import link_photos
from tests.linking.graph.test_store import REVIEWS, Colours, depicted, fill, link, mentions, photos, put
from tests.linking.shops import small_linker


def test_mentions_and_depictions_come_stay_and_go(store: GraphStore, tmp_path: Path) -> None:
    fill(store)
    linker = small_linker()
    save_linker(linker, tmp_path / "linker")
    assert link(store, linker, tmp_path).linked == len(REVIEWS)
    first = mentions(store)
    assert {(row[0], row[1], row[4]) for row in first} >= {("r1", "Apple", "Apple"), ("r2", "battery", "续航")}
    assert link(store, linker, tmp_path).linked == 0
    assert mentions(store) == first

    put(store, {"r1": ("The sound of it.", "phone")})
    assert (link(store, linker, tmp_path).linked, {row[1] for row in mentions(store) if row[0] == "r1"}) == (
        1,
        {"sound"},
    )
    store.delete_nodes("Review", ["r1", "r4"])
    assert link(store, linker, tmp_path).linked == 0
    assert {row[0] for row in mentions(store)} == {"r2"}

    photos(store, tmp_path)
    for _ in range(2):
        link_photos(store, linker, Colours(), cache=tmp_path / "captions", quarantine=tmp_path / "set-aside.jsonl")
        infer_attributes(store)
        assert depicted(store) == {
            ("basket", "colour=orange", "colours-1"),
            ("basket", "Hillside", "column"),
            ("shirt", "colour=black", "colours-1"),
        }
        found = store.query(
            "MATCH (p:Product)-[h:HAS_ATTRIBUTE]->(a) WHERE h.origin = 'photo' RETURN p.id AS p, a.id AS a"
        )
        assert found.to_pylist() == [{"p": "basket", "a": "colour=orange"}]
