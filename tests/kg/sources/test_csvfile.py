"""Separated text: quotes, line numbers, stray quotes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.records import Reject
from kg.sources.csvfile import Row, Sheet, read_sheet


def _sheet(tmp_path: Path, text: str | bytes) -> Sheet:
    path = tmp_path / "sheet.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_sheet(path, name="sheet.csv")


def test_quoted_line_ends_keep_line_numbers(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, 'id,text\r\n1,"two\r\nlines, ""quoted"""\r\n\r\n2,plain\r\n')
    assert sheet.columns == ["id", "text"]
    assert list(sheet.rows) == [Row(2, ["1", 'two\nlines, "quoted"']), Row(5, ["2", "plain"])]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_the_separator_is_told_by_the_header(tmp_path: Path, separator: str) -> None:
    sheet = _sheet(tmp_path, f"id{separator}name\n1{separator}a\n")
    assert list(sheet.rows) == [Row(2, ["1", "a"])]


def test_a_stray_quote_costs_one_line(tmp_path: Path) -> None:
    rest = "".join(f"{number},fine\n" for number in range(3, 3000))
    rows = list(_sheet(tmp_path, f'id,text\n2,"never closed\n{rest}').rows)
    assert isinstance(rows[0], Reject)
    assert (rows[0].line, rows[0].code) == (2, "MALFORMED")
    assert rows[1:] == [Row(number, [str(number), "fine"]) for number in range(3, 3000)]


def test_a_stray_quote_that_meets_another_costs_its_line(tmp_path: Path) -> None:
    rows = list(_sheet(tmp_path, 'id,text\n2,"open\n3,fine\n4,"good, quoted"\n5,fine\n').rows)
    assert [row.line for row in rows] == [2, 3, 4, 5]
    assert isinstance(rows[0], Reject)
    assert rows[2] == Row(4, ["4", "good, quoted"])


def test_wrong_number_of_fields_and_bad_lines(tmp_path: Path) -> None:
    rows = list(_sheet(tmp_path, b"id,text\n1,a,b\n2\n3,\xff\n4,ok\n").rows)
    assert [row.code if isinstance(row, Reject) else row.cells for row in rows] == [
        "MALFORMED",
        "MALFORMED",
        "ENCODING",
        ["4", "ok"],
    ]
    assert isinstance(rows[0], Reject)
    assert "3 fields where the header has 2" in rows[0].reason


def test_a_bad_line_within_quotes_costs_the_lines_it_touches(tmp_path: Path) -> None:
    rows = list(_sheet(tmp_path, b'id,text\n1,"a\n\xff\nb"\n2,ok\n').rows)
    assert rows[-1] == Row(5, ["2", "ok"])
    assert all(isinstance(row, Reject) for row in rows[:-1])


@pytest.mark.parametrize(("text", "message"), [("a,a\n", "twice"), ("\n \n", "blank"), (b"\xff\n", "cannot be read")])
def test_unusable_headers(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        _sheet(tmp_path, text)


_CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.tuples(_CELLS, _CELLS), max_size=12))
def test_what_csv_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["left", "right"])
    writer.writerows(rows)
    sheet = _sheet(tmp_path_factory.mktemp("csv"), text.getvalue())
    assert [row.cells for row in sheet.rows if isinstance(row, Row)] == [list(row) for row in rows]
