"""The library as a whole, and the values its queries take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from cypher import LibraryError, ParameterError, Query, QueryLibrary, UnknownQueryError, run_free, run_query
from cypher.header import parse_query
from cypher.query import Latest
from cypher.values import check, resolve
from kg.errors import QueryError
from kg.store import GraphStore, QueryLimits, open_store
from tests.cypher.test_header import GOOD

LIBRARY = QueryLibrary.load()
QUERY = parse_query(GOOD, name="best-sellers", theme="products", where="x")


@pytest.fixture
def store(tmp_path: Path) -> GraphStore:
    opened = open_store(tmp_path / "graph.lbug")
    opened.create_schema()
    return opened


@pytest.mark.parametrize("query", LIBRARY.list(), ids=lambda query: query.name)
def test_every_query_is_whole(query: Query) -> None:
    assert query.title[0].isupper()
    assert query.question.endswith("?")
    assert query.question_zh.endswith("？")
    for zh in (query.title_zh, *(one.doc_zh for one in (*query.parameters, *query.columns))):
        assert re.search(r"[\u4e00-\u9fff]", zh), f"{zh} is no Chinese"
    for text in query.texts.values():
        last = text.rpartition("ORDER BY")[2]
        assert "ORDER BY" in text, "rows have an order"
        assert "MATCH" not in last, "the order is of the whole answer"


def test_names_themes_and_the_nearest() -> None:
    assert {"catalogue", "customers", "baskets", "reviews"} <= set(LIBRARY.themes())
    assert {query.theme for query in LIBRARY.list("reviews")} == {"reviews"}
    assert LIBRARY.get("best-sellers").name == "best-sellers"
    with pytest.raises(UnknownQueryError, match='Did you mean "best-sellers"'):
        LIBRARY.get("bestsellers")
    with pytest.raises(UnknownQueryError, match="shopgraph query list"):
        LIBRARY.get("zzzz")


def test_two_files_of_one_name_and_none(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no queries"):
        QueryLibrary.load(tmp_path)
    for theme in ("a", "b"):
        (tmp_path / theme).mkdir()
        (tmp_path / theme / "same.cypher").write_text(GOOD, encoding="utf-8")
    with pytest.raises(LibraryError, match="same name"):
        QueryLibrary.load(tmp_path)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"brand": "Acme"}, {"since": Latest("PURCHASED", timedelta(days=90)), "brand": "Acme", "limit": 20}),
        ({"brand": "Acme", "limit": "7"}, {"limit": 7}),
        ({"brand": "Acme", "limit": 7.0}, {"limit": 7}),
        ({"brand": "Acme", "limit": None}, {"limit": 20}),
        ({"brand": "Acme", "since": "2025-06-30"}, {"since": datetime(2025, 6, 30, tzinfo=UTC)}),
        ({"brand": "Acme", "since": date(2025, 6, 30)}, {"since": datetime(2025, 6, 30, tzinfo=UTC)}),
        ({"brand": "Acme", "since": "2025-06-30T08:00+08:00"}, {"since": datetime(2025, 6, 30, tzinfo=UTC)}),
        ({"brand": "Acme", "since": "latest Review - 2 weeks"}, {"since": Latest("Review", timedelta(days=14))}),
        ({"brand": "' OR 1=1 //"}, {"brand": "' OR 1=1 //"}),
    ],
)
def test_values(given: Mapping[str, object], expected: Mapping[str, object]) -> None:
    values = check(QUERY, given)
    assert {name: values[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, 'needs "brand".*such as brand=Acme'),
        ({"brand": "Acme", "limt": 3}, 'no parameter "limt". Did you mean "limit"'),
        ({"brand": "Acme", "xyz": 3}, "It has: since, brand, limit"),
        ({"brand": 3}, "id of a Brand"),
        ({"brand": "Acme", "limit": "many"}, "limit must be of type integer, not 'many'"),
        ({"brand": "Acme", "limit": True}, "not True"),
        ({"brand": "Acme", "limit": 1.5}, "integer"),
        ({"brand": "Acme", "limit": 101}, "from 1 to 100"),
        ({"brand": "Acme", "limit": "inf"}, "integer"),
        ({"brand": "Acme", "since": "yesterday"}, "2025-06-30"),
        ({"brand": "Acme", "since": "latest Brand"}, "has a time"),
        ({"brand": "Acme", "since": 5}, "time"),
    ],
)
def test_wrong_values(given: Mapping[str, object], said: str) -> None:
    with pytest.raises(ParameterError, match=f"(?i){said}"):
        check(QUERY, given)


def test_the_latest_is_asked_of_the_graph(store: GraphStore) -> None:
    at = datetime(2025, 3, 1, tzinfo=UTC)
    values = {"since": Latest("Review", timedelta(days=1)), "until": Latest("PURCHASED")}
    assert resolve(values, store) == dict.fromkeys(values, datetime(1970, 1, 1, tzinfo=UTC))
    store.load_nodes("Review", [pa.record_batch([pa.array(["r"]), pa.array([at])], ["id", "at"])])
    assert resolve(values, store)["since"] == at - timedelta(days=1)


def test_no_rows_have_the_columns_of_the_header(store: GraphStore) -> None:
    answer = run_query(store, "best-sellers", limit=3)
    assert len(answer) == 0
    frame = answer.to_pandas()
    assert list(frame.columns) == [column.name for column in LIBRARY.get("best-sellers").columns]
    assert str(frame["buyers"].dtype) == "int64"
    assert answer.as_dict()["rows"] == []


def test_a_free_query(store: GraphStore) -> None:
    answer = run_free(store, "UNWIND $numbers AS n RETURN n, n * 0.5 AS half", {"numbers": [1, 2]})
    assert answer.rows() == [{"n": 1, "half": 0.5}, {"n": 2, "half": 1.0}]
    assert [column.kind.value for column in answer.columns] == ["integer", "number"]
    with pytest.raises(QueryError, match="more than 1 rows"):
        run_free(store, "UNWIND [1, 2] AS n RETURN n", limits=QueryLimits(rows=1))
