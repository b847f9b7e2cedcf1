"""Entities that came after training stand where their links say; those that went are gone."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.artefact import VectorArtefact
from embeddings.graph.later import NewLink, add_entities, remove_entities
from embeddings.graph.model import load_graph_model
from embeddings.graph.training import train_graph_model
from embeddings.graph.triples import Triples, part_of
from kg.errors import ConfigurationError, InputError, ModelError, UnknownIdError
from tests.embeddings.graph.worlds import planted, quick, shelves

NEW = ("Product", "p007"), ("Product", "p040"), ("Product", "p077"), ("Product", "p113")
"""Products that training does not see."""


def _without_new() -> Triples:
    whole = shelves()
    rows = [int(whole.entities.find(*(label, [own]))[0]) for label, own in NEW]
    left = whole.taken(~np.isin(whole.rows[:, [0, 2]], rows).any(axis=1))
    kept = np.setdiff1d(np.arange(len(whole.entities)), rows)
    numbers = np.column_stack(
        (np.searchsorted(kept, left.rows[:, 0]), left.rows[:, 1], np.searchsorted(kept, left.rows[:, 2]))
    )
    return Triples.of(part_of(whole.entities, kept), whole.relations, numbers)


def _rank_of_category(artefact: VectorArtefact, product: str) -> int:
    """Give the place of the product's category among all entities."""
    model = load_graph_model(artefact)
    scores = model.tails(model.entities.find("Product", [product]), model.relations.index("IN_CATEGORY"))[0]
    true = model.entities.find("Category", [f"c{int(product[1:]) % 12:02}"])[0]
    return 1 + int((scores > scores[true]).sum())


@pytest.mark.parametrize(
    ("name", "inverse"), [("TransE", True), ("TransE", False), ("TransR", True), ("TransR", False), ("DistMult", True)]
)
def test_a_new_product_of_a_brand_is_of_the_brands_category(name: str, inverse: bool) -> None:
    known = _without_new()
    artefact = train_graph_model(known, settings=quick(name, inverse=inverse, epochs=25)).artefact()
    links = []
    for label, own in NEW:
        links.append(NewLink((label, own), "HAS_BRAND", ("Brand", f"b{int(own[1:]) % 24:02}")))
        for step, outgoing in ((12, True), (24, False)):
            other = ("Product", f"p{(int(own[1:]) + step) % 120:03}")
            links.append(NewLink((label, own), "ALSO_BOUGHT", other, outgoing=outgoing))
    added = add_entities(artefact, links, triples=known)
    assert added.without == ()
    # by chance the place would be about 78 of 156
    assert np.mean([_rank_of_category(added.artefact, own) for _, own in NEW]) < 8
    old, there = added.artefact.vectors.of("Product", artefact.vectors.ids.label_ids("Product"))
    assert there.all()
    assert np.array_equal(old, artefact.vectors.matrix[artefact.vectors.ids.slice("Product")])


def test_transe_puts_a_new_entity_at_the_mean_of_what_its_links_say() -> None:
    known = planted()
    artefact = train_graph_model(known, settings=quick(inverse=False, epochs=1)).artefact()
    relations = load_graph_model(artefact).relation_vectors().numpy()
    matrix, ids = artefact.vectors.matrix, artefact.vectors.ids.label_ids("Entity").to_pylist()
    new = ("Image", "new")
    links = [NewLink(new, "r1", ("Entity", ids[0]), weight=3.0), NewLink(new, "r0", ("Entity", ids[4]), outgoing=False)]
    vectors = add_entities(artefact, links).artefact.vectors
    expected = (3 * (matrix[0] - relations[1]) + matrix[4] + relations[0]) / 4
    np.testing.assert_allclose(vectors.of("Image", ["new"])[0][0], expected, atol=1e-5)


def test_an_entity_without_a_link_that_says_something_has_no_vector() -> None:
    known = planted()
    artefact = train_graph_model(known, settings=quick(epochs=1)).artefact()
    first, second = ("Entity", "x1"), ("Entity", "x2")
    other = ("Entity", artefact.vectors.ids.label_ids("Entity")[0].as_py())
    added = add_entities(artefact, [NewLink(first, "r0", second), NewLink(second, "no such", other)])
    assert added.without == (first, second)
    assert len(added.artefact.vectors) == len(artefact.vectors)


def test_removing_an_entity_removes_its_vector_and_no_other() -> None:
    known = planted()
    artefact = train_graph_model(known, settings=quick(epochs=1)).artefact()
    ids = artefact.vectors.ids.label_ids("Entity").to_pylist()
    new = ("Entity", "zz")
    grown = add_entities(artefact, [NewLink(new, "r0", ("Entity", ids[3]))]).artefact
    assert grown.configuration["derived"] == ["Entity:zz"]
    left = remove_entities(grown, [new])
    assert left.vectors.matrix.tobytes() == artefact.vectors.matrix.tobytes()
    assert left.configuration["derived"] == []
    fewer = remove_entities(artefact, [("Entity", ids[0]), ("Entity", ids[5])])
    assert fewer.vectors.ids.label_ids("Entity").to_pylist() == [*ids[1:5], *ids[6:]]
    assert load_graph_model(fewer).tails(np.array([0]), 0).shape == (1, len(ids) - 2)
    with pytest.raises(UnknownIdError, match="Entity:zz"):
        remove_entities(artefact, [new])


def test_what_cannot_be_added_is_refused() -> None:
    known = planted()
    artefact = train_graph_model(known, settings=quick(epochs=1)).artefact()
    ids = artefact.vectors.ids.label_ids("Entity").to_pylist()
    there, other = ("Entity", ids[0]), ("Entity", ids[1])
    with pytest.raises(InputError, match="vector already"):
        add_entities(artefact, [NewLink(there, "r0", other)])
    with pytest.raises(InputError, match="weight"):
        add_entities(artefact, [NewLink(("Entity", "zz"), "r0", other, weight=0)])
    plain = train_graph_model(known, settings=quick("DistMult", epochs=1)).artefact()
    with pytest.raises(ConfigurationError, match="triples"):
        add_entities(plain, [NewLink(("Entity", "zz"), "r0", other)])
    several = train_graph_model(known, settings=quick("TransD", epochs=1)).artefact()
    with pytest.raises(ModelError, match="more about an entity"):
        add_entities(several, [NewLink(("Entity", "zz"), "r0", other)])
