"""What is accepted in a column, and what is not."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.quality.columns import check_column
from kg.tables import Column, ColumnType


def _check(kind: str, *values: object, **options: Any) -> tuple[list[object], list[str]]:
    checked = check_column(Column("x", ColumnType(kind), "", **options), list(values))
    converted = checked.array
    if kind == "timestamp":
        converted = converted.cast("int64")
    return converted.to_pylist(), [checked.problems[row].code for row in sorted(checked.problems)]


def test_ids_and_texts_are_trimmed_and_composed() -> None:
    assert _check("id", " a ", "e\u0301", 7, 7.0, b"b") == (["a", "é", "7", "7", "b"], [])
    assert _check("string", "  ", None, "x") == ([None, None, "x"], [])
    assert _check("id", "", None, required=True)[1] == ["MISSING_VALUE"] * 2
    assert _check("id", [1], True, math.nan, "a\0b", "\ud800", b"\xff")[1] == [
        "WRONG_TYPE",
        "WRONG_TYPE",
        "NOT_A_NUMBER",
        "NULL_BYTE",
        "ENCODING",
        "ENCODING",
    ]
    assert _check("id", "x" * 512, "x" * 513)[1] == ["ID_TOO_LONG"]
    assert _check("text", "x" * 200_001)[1] == ["TEXT_TOO_LONG"]


def test_choices_are_read_in_any_case() -> None:
    assert _check("string", "Rated", "VIEWED", "eaten", choices=("rated", "viewed")) == (
        ["rated", "viewed", "eaten"],
        ["BAD_CHOICE"],
    )


def test_numbers() -> None:
    assert _check("double", 1, 2.5, None) == ([1.0, 2.5, None], [])
    assert _check("double", "1e3", " 4 ", Decimal("0.5"), 2**70, "") == ([1000.0, 4.0, 0.5, float(2**70), None], [])
    assert _check("double", "9,5", "-1249,50", "1.249,50") == ([9.5, -1249.5, 1249.5], [])
    bad = (math.nan, math.inf, "nan", "inf", "1_000", "1,500", "1,249.50", "1.5,0", "1,", True, [], "1e999", 10**400)
    assert _check("double", *bad)[1] == ["NOT_A_NUMBER"] * len(bad)
    assert _check("double", math.nan, 1.0)[1] == ["NOT_A_NUMBER"]
    assert _check("int64", 3, "4", 5.0, 2.5, 2**63)[1] == ["NOT_A_NUMBER"] * 2


def test_truth() -> None:
    assert _check("bool", True, "no", 1, "TRUE", "") == ([True, False, True, True, None], [])
    assert _check("bool", "perhaps", 2, [])[1] == ["BAD_CHOICE"] * 3


@pytest.mark.parametrize(
    "value",
    [
        1709164800,
        1709164800000,
        "1709164800",
        1709164800.0,
        "2024-02-29",
        "20240229",
        "2024-02-29T00:00:00Z",
        "2024-02-29 01:00:00+01:00",
        "2024/2/29",
        "2024-2-29 0:00",
        "2024.02.29 00:00:00",
        "2024年2月29日",
        "2024年2月29日0时00分",
        "2024年2月29日 0点0分0秒",
        "2024/02/29 0:00:00.000",
        "2024/2/29 1:00 +01:00",
        "2024-02-28 19:00:00 -0500",
        "2024-02-29 00:00:00 UTC",
        "29.2.2024",
        "29.02.2024 00:00",
        date(2024, 2, 29),
        datetime(2024, 2, 29),
        datetime(2024, 2, 29, 2, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_instants(value: object) -> None:
    assert _check("timestamp", value) == ([1709164800000], [])


@pytest.mark.parametrize(
    "value",
    [
        "2023-02-29",
        "2024-13-01",
        "2024/2/30",
        "2024.2/29",
        "2024",
        "202402",
        "45351",
        "45351.33",
        "202402290000",
        "29/02/2024",
        "02/29/2024 10:00",
        "2024/2/29 25:00",
        "yesterday",
        "1969-12-31",
        -1,
        99999999999999,
        pytest.param((datetime.now(UTC) + timedelta(days=400)).isoformat(), id="more than a year from now"),
        True,
        [],
        2**80,
        "9" * 30,
    ],
)
def test_impossible_dates(value: object) -> None:
    assert _check("timestamp", value) == ([None], ["BAD_DATE"])


def test_lists() -> None:
    values, codes = _check("strings", ["a", "a ", "", None, "x  >  y", "x > y"], "single", {"a": 1}, ["a"] * 20_001)
    assert values[:2] == [["a", "x > y"], ["single"]]
    assert codes == ["WRONG_TYPE", "TOO_MANY_ITEMS"]


def test_attributes() -> None:
    red = [{"name": "colour", "value": "red"}]
    values, codes = _check(
        "pairs",
        {"colour": "red"},
        [["colour", "red"], ("colour", "red"), ("size", "")],
        red,
        {"new": True},
        {"colour": ["red", "blue", ""]},
        ["colour"],
        [["", "red"]],
        7,
    )
    blue = {"name": "colour", "value": "blue"}
    assert values[:5] == [red, red, red, [{"name": "new", "value": "true"}], [*red, blue]]
    assert codes == ["WRONG_TYPE", "MISSING_VALUE", "WRONG_TYPE"]


_ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=4)
    | st.characters(categories=["Cs"])
    | st.datetimes()
    | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(values=st.lists(_ANYTHING, min_size=1, max_size=6), kind=st.sampled_from(list(ColumnType)))
def test_anything_is_converted_or_has_a_problem(values: list[object], kind: ColumnType) -> None:
    checked = check_column(Column("x", kind, ""), values)
    assert len(checked.array) == len(values)
    assert all(0 <= row < len(values) for row in checked.problems)


@example(values=[None, Decimal("sNaN")], kind=ColumnType.DOUBLE)
@example(values=[None, Decimal("sNaN")], kind=ColumnType.STRING)
@given(values=st.lists(_ANYTHING, min_size=2, max_size=6), kind=st.sampled_from(list(ColumnType)))
def test_a_value_fares_the_same_alone_and_among_others(values: list[object], kind: ColumnType) -> None:
    column = Column("x", kind, "")
    together = check_column(column, values)
    for row, value in enumerate(values):
        alone = check_column(column, [value])
        assert (row in together.problems) == (0 in alone.problems)
        if row not in together.problems:
            assert together.array[row].equals(alone.array[0])
