"""CSV and JSON of an answer."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from cypher import QueryAnswer
from cypher.answer import described
from cypher.formats import to_csv, to_json


def answer(**columns: list[object]) -> QueryAnswer:
    table = pa.table(columns)
    return QueryAnswer(table, described(table))


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1", "\n=1", "－1"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    (names, cells) = csv.reader(io.StringIO(to_csv(answer(**{text: [text]}))))
    assert names == cells == [f"'{text}"]


def test_values_of_every_kind() -> None:
    given = answer(
        number=[-1.5, None],
        whole=[-3, 2**40],
        words=['a "quoted", line\nof two', "好"],
        at=[datetime(2025, 6, 30, 8, tzinfo=UTC), None],
        yes=[True, False],
        many=[["a", "b"], []],
        node=[{"_label": "Brand", "id": "=x"}, None],
    )
    rows = list(csv.DictReader(io.StringIO(to_csv(given))))
    assert rows[0] == {
        "number": "-1.5",
        "whole": "-3",
        "words": 'a "quoted", line\nof two',
        "at": "2025-06-30T08:00:00+00:00",
        "yes": "true",
        "many": '["a", "b"]',
        "node": '{"_label": "Brand", "id": "=x"}',
    }
    assert (rows[1]["number"], rows[1]["at"], rows[1]["whole"], rows[1]["words"]) == ("", "", str(2**40), "好")
    told = json.loads(to_json(given))
    assert told["rows"][0]["many"] == ["a", "b"]
    assert told["rows"][1]["node"] is None
    assert [column["type"] for column in told["columns"]][:5] == ["number", "integer", "string", "time", "boolean"]


def test_numbers_that_json_has_not() -> None:
    assert json.loads(to_json(answer(x=[float("nan"), float("inf"), 1.0])))["rows"] == [
        {"x": None},
        {"x": None},
        {"x": 1.0},
    ]
