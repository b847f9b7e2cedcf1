"""The id map: ids to rows and back."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError, UnknownIdError
from kg.ids import IdMap
from kg.schema import NODES

IDS = st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=8), unique=True, max_size=80)
MAPS = st.dictionaries(st.sampled_from(list(NODES)), IDS)


@given(MAPS)
def test_ids_and_rows_are_inverse(ids: dict[str, list[str]]) -> None:
    found = IdMap(ids)
    assert len(found) == sum(map(len, ids.values()))
    for label, own in ids.items():
        rows = found.rows(label, own)
        assert found.ids(rows).to_pylist() == own
        assert set(found.labels_of(rows)) <= {label}
        assert sorted(rows) == list(range(len(found)))[found.slice(label)]


@given(MAPS, st.randoms())
def test_order_of_the_input_does_not_matter(ids: dict[str, list[str]], chance: random.Random) -> None:
    shuffled = {label: chance.sample(own, len(own)) for label, own in chance.sample(sorted(ids.items()), len(ids))}
    assert IdMap(ids) == IdMap(shuffled)
    assert IdMap(ids).ids(range(len(IdMap(ids)))) == IdMap(shuffled).ids(range(len(IdMap(shuffled))))


@given(IDS, st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=8), max_size=200))
def test_unknown_ids_have_no_row(known: list[str], wanted: list[str]) -> None:
    found = IdMap({"Product": known, "User": ["u"]})
    rows = found.find("Product", wanted)
    assert [row >= 0 for row in rows] == [wish in known for wish in wanted]
    if set(wanted) <= set(known):
        assert np.array_equal(found.rows("Product", wanted), rows)
    else:
        with pytest.raises(UnknownIdError, match="No Product has the id"):
            found.rows("Product", wanted)


def test_many_and_few_ids_are_found_alike() -> None:
    found = IdMap({"User": [f"u{n}" for n in range(1000)], "Product": pa.chunked_array([["b"], ["a"]])})
    wanted = [f"u{n}" for n in range(-5, 1005)]
    many = found.find("User", pa.array(wanted))
    assert [found.find("User", [wish])[0] for wish in wanted] == many.tolist()
    assert found.rows("Product", ["a", "b"]).tolist() == [1000, 1001]


def test_labels_stand_in_the_order_of_the_schema() -> None:
    found = IdMap({"Brand": ["x"], "User": ["x"], "Product": []})
    assert found.labels == ("User", "Brand")
    assert found.labels_of([1, 0]).tolist() == ["Brand", "User"]
    assert found.count("Product") == 0


def test_fingerprint_tells_where_one_id_ends() -> None:
    assert IdMap({"User": ["ab", "c"]}).fingerprint != IdMap({"User": ["a", "bc"]}).fingerprint
    assert IdMap({"User": ["a"]}).fingerprint != IdMap({"Product": ["a"]}).fingerprint


def test_wrong_input_is_refused() -> None:
    with pytest.raises(InputError, match="'a' stands twice in the label User"):
        IdMap({"User": ["a", "b", "a"]})
    with pytest.raises(InputError, match="no label"):
        IdMap({"Robot": ["a"]})
    with pytest.raises(InputError, match="have no id"):
        IdMap({"User": pa.array(["a", None])})
    with pytest.raises(IndexError):
        IdMap({"User": ["a"]}).ids([1])
    with pytest.raises(InputError, match="no label"):
        IdMap({}).count("Robot")
