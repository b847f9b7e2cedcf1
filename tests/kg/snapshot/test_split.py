"""The split: every interaction is on one side, and no pair gives itself away."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ConfigurationError
from kg.ids import IdMap
from kg.snapshot.draw import string_draws
from kg.snapshot.split import TEST, TRAIN, Division, Interactions, SplitMethod, SplitSettings, divide
from kg.tables import KINDS

IDS = IdMap({"User": [f"u{n}" for n in range(6)], "Product": [f"p{n}" for n in range(8)]})
ROW = st.tuples(
    st.integers(0, 5), st.integers(6, 13), st.sampled_from(range(5)), st.integers(-1, 9), st.integers(-1, 2)
)
ROWS = st.lists(ROW, min_size=1, max_size=60)


def interactions(rows: list[tuple[int, int, int, int, int]]) -> Interactions:
    user, product, kind, at, part = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return Interactions(user, product, kind.astype(np.int8), at, np.full(len(rows), np.nan), part.astype(np.int8))


def divided(rows: list[tuple[int, int, int, int, int]], settings: SplitSettings) -> Division | None:
    try:
        return divide(interactions(rows), IDS, settings)
    except ConfigurationError:
        return None


@given(ROWS, st.sampled_from(SplitMethod))
def test_no_pair_leaks_and_targets_are_apart(rows: list[tuple[int, int, int, int, int]], method: SplitMethod) -> None:
    division = divided(rows, SplitSettings(method=method, fraction=0.4))
    if division is None:
        return
    assert len(division.part) == len(rows)
    train = {row[:2] for row, part in zip(rows, division.part, strict=True) if part == TRAIN}
    targets = {row[:2] for row, target in zip(rows, division.target, strict=True) if target}
    assert not train & targets
    kinds = {KINDS[row[2]] for row, target in zip(rows, division.target, strict=True) if target}
    assert kinds <= set(division.target_kinds)
    if method is SplitMethod.NONE:
        assert not targets
    if division.cutoff is not None:
        cutoff = division.cutoff
        assert all(row[3] < cutoff for row, part in zip(rows, division.part, strict=True) if part == TRAIN)
    if division.method is SplitMethod.GIVEN:
        assert targets <= {row[:2] for row in rows if row[4] > 0}
    if division.method in (SplitMethod.LEAVE_LAST_OUT, SplitMethod.RANDOM):
        assert {user for user, _ in targets} <= {user for user, _ in train}


@given(ROWS, st.sampled_from(SplitMethod), st.randoms())
def test_order_of_rows_does_not_matter(
    rows: list[tuple[int, int, int, int, int]], method: SplitMethod, chance: object
) -> None:
    order = chance.sample(range(len(rows)), len(rows))  # type: ignore[attr-defined]
    settings = SplitSettings(method=method)
    one, other = divided(rows, settings), divided([rows[place] for place in order], settings)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.part[order].tolist() == other.part.tolist()
        assert one.target[order].tolist() == other.target.tolist()


def test_random_split_stays_when_other_customers_come() -> None:
    rows = [(user, product, 3, -1, -1) for user in range(3) for product in range(6, 14)]
    small = divide(interactions(rows), IDS, SplitSettings(method=SplitMethod.RANDOM))
    more = rows + [(5, product, 3, -1, -1) for product in range(6, 14)]
    large = divide(interactions(more), IDS, SplitSettings(method=SplitMethod.RANDOM))
    assert large.part[: len(rows)].tolist() == small.part.tolist()
    other = divide(interactions(rows), IDS, SplitSettings(method=SplitMethod.RANDOM, seed=1))
    assert other.part.tolist() != small.part.tolist()


def test_random_split_keeps_its_fraction() -> None:
    ids = IdMap({"User": [f"{n}" for n in range(2000)], "Product": [f"p{n}" for n in range(3)]})
    rows = [(user, product, 3, -1, -1) for user in range(2000) for product in range(2000, 2003)]
    division = divide(interactions(rows), ids, SplitSettings(method=SplitMethod.RANDOM, fraction=0.2))
    assert division.target.mean() == pytest.approx(0.2, abs=0.02)


def test_last_product_of_each_customer_is_left_out() -> None:
    rows = [(0, 6, 3, 5, -1), (0, 7, 3, 9, -1), (0, 7, 0, 8, -1), (0, 8, 0, 10, -1), (1, 6, 3, 1, -1)]
    division = divide(interactions(rows), IDS, SplitSettings())
    assert division.method is SplitMethod.LEAVE_LAST_OUT
    assert division.target_kinds == ("purchased",)
    assert division.part.tolist() == [TRAIN, TEST, TEST, TRAIN, TRAIN]
    assert division.target.tolist() == [False, True, False, False, False]


def test_auto_prefers_the_given_split_and_ignores_min_value_elsewhere() -> None:
    rows = [(0, 6, 4, 5, 0), (0, 7, 4, 9, 2), (0, 8, 4, 9, 2), (0, 8, 0, 1, -1)]
    table = dataclasses.replace(interactions(rows), value=np.array([5.0, 5.0, 2.0, np.nan]))
    division = divide(table, IDS, SplitSettings(min_value=4))
    assert division.method is SplitMethod.GIVEN
    assert division.part.tolist() == [TRAIN, TEST, TEST, TEST]
    assert division.target.tolist() == [False, True, False, False]


def test_settings_that_do_not_fit_are_refused() -> None:
    rows = [(0, 6, 3, -1, -1)]
    for method in (SplitMethod.GIVEN, SplitMethod.TIME, SplitMethod.LEAVE_LAST_OUT):
        with pytest.raises(ConfigurationError, match=f'"{method}"'):
            divide(interactions(rows), IDS, SplitSettings(method=method))
    with pytest.raises(ConfigurationError, match="nothing would be left"):
        divide(interactions([(0, 6, 3, 1, -1)]), IDS, SplitSettings(method=SplitMethod.TIME))
    with pytest.raises(ConfigurationError, match="fraction"):
        SplitSettings(fraction=1.5)
    with pytest.raises(ConfigurationError, match="kind"):
        SplitSettings(target_kinds=("stolen",))


def test_draws_of_strings_hang_on_the_string_alone() -> None:
    words = IdMap({"User": ["", "a", "aa", "b", "\0"]}).label_ids("User")
    draws = string_draws(words, seed=3)
    assert len(set(draws.tolist())) == len(words)
    assert string_draws(words[2:], seed=3).tolist() == draws[2:].tolist()
