"""What a relation allows is learned: one brand, one colour, any number of materials."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.links.constraints import constraints_of, links_of
from kg.errors import ConfigurationError
from kg.snapshot import Relation
from tests.embeddings.links.worlds import ATTRIBUTE, BOUGHT, BRAND, CATEGORY, shop, triples_of

PLACES = [("p1", "colour=red"), ("p1", "material=wool"), ("p1", "material=silk"), ("p2", "material=wool")]


def test_one_brand_and_one_colour_but_many_categories_and_materials() -> None:
    triples = shop()
    assert constraints_of(triples, BRAND).single.tolist() == [True]
    assert constraints_of(triples, CATEGORY).single.tolist() == [False]
    attributes = constraints_of(triples, ATTRIBUTE)
    ids = triples.entities.label_ids("Attribute").to_pylist()
    single = {
        id_.partition("=")[0]: bool(attributes.single[slot]) for id_, slot in zip(ids, attributes.slots, strict=True)
    }
    assert single == {"colour": True, "material": False}


def test_nothing_is_concluded_from_few_heads() -> None:
    few = triples_of({BRAND: [("p1", "b1"), ("p2", "b2"), ("p3", "b1")]})
    assert not constraints_of(few, BRAND).single.any()


def test_a_product_with_a_colour_gets_no_other_but_may_get_materials() -> None:
    triples = shop()
    constraints = constraints_of(triples, ATTRIBUTE)
    links = links_of(triples, ATTRIBUTE)
    heads = np.unique(links[:, 0])[:5]
    closed = constraints.closed(heads, links)
    ids = triples.entities.label_ids("Attribute").to_pylist()
    for row, head in enumerate(heads):
        own = {ids[tail - constraints.first_tail] for tail in links[links[:, 0] == head, 1]}
        allowed = {id_ for id_, shut in zip(ids, closed[row], strict=True) if not shut}
        assert allowed == {id_ for id_ in ids if id_.startswith("material=")} - own

    bare = constraints.closed(heads, links[:0])
    assert not bare.any()


def test_tails_are_of_one_label_and_nothing_is_its_own_neighbour() -> None:
    triples = shop()
    brand, bought = constraints_of(triples, BRAND), constraints_of(triples, BOUGHT)
    assert set(triples.entities.labels_of(np.arange(brand.tails.start, brand.tails.stop))) == {"Brand"}
    heads = np.array([bought.tails.start, bought.tails.start + 3])
    closed = bought.closed(heads, np.zeros((0, 2), dtype=np.int64))
    assert [np.flatnonzero(row).tolist() for row in closed] == [[0], [3]]


def test_only_what_something_is_known_of_is_judged() -> None:
    triples = shop()
    constraints, links = constraints_of(triples, ATTRIBUTE), links_of(triples, ATTRIBUTE)
    head = int(links[0, 0])
    rows = {
        id_: row + constraints.first_tail for row, id_ in enumerate(triples.entities.label_ids("Attribute").to_pylist())
    }
    material = np.array([(head, rows["material=stuff0"])])
    asked = np.array([rows["colour=shade0"], rows["material=stuff1"]])
    assert constraints.judged(np.array([head, head]), asked, material).tolist() == [False, True]
    assert constraints.judged(np.array([head, head]), asked, links).tolist() == [True, True]
    assert constraints.judged(np.array([head, head]), asked, links[:0]).tolist() == [False, False]


def test_a_relation_between_other_labels_is_another() -> None:
    same = Relation("User", "HAS_ATTRIBUTE", "Attribute")
    triples = triples_of({ATTRIBUTE: PLACES, same: [("u1", "colour=red")]})
    assert (len(links_of(triples, ATTRIBUTE)), len(links_of(triples, same))) == (4, 1)
    with pytest.raises(ConfigurationError, match="No link"):
        constraints_of(triples, BRAND)
