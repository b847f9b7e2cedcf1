"""Every query of the library: the same rows from both engines, and rows at all, on a small demo shop."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cypher import Query, QueryLibrary
from cypher.example import example_rows, example_values
from cypher.query import Kind
from kg.store import GraphStore, open_store
from shopgraph.queries.browser import guide
from tests.demo_graph import fill, make_tables
from tests.library_values import BusiestNodes

LIBRARY = QueryLibrary.load()


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small shop's tables."""
    return make_tables(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def embedded(tables: Path) -> Iterator[GraphStore]:
    """The shop in the embedded engine."""
    with open_store(tables / "graph.lbug") as store:
        fill(store, tables)
        yield store


@pytest.fixture(scope="module")
def server(tables: Path, neo4j_uri: str, neo4j_auth: tuple[str, str]) -> Iterator[GraphStore]:
    """The shop in Neo4j."""
    user, password = neo4j_auth
    with open_store(neo4j_uri, user=user, password=password) as store:
        store.clear()
        fill(store, tables)
        yield store
        store.clear()


@pytest.fixture(scope="module")
def busiest(embedded: GraphStore) -> BusiestNodes:
    """Nodes to ask about."""
    return BusiestNodes(embedded)


@pytest.mark.parametrize("query", LIBRARY.list(), ids=lambda query: query.name)
def test_there_are_rows(query: Query, embedded: GraphStore, busiest: BusiestNodes) -> None:
    answer = LIBRARY.run(embedded, query.name, busiest.values(query))
    assert len(answer) > 0
    assert len(answer) == len({str(row) for row in answer.rows()}), "a row stands there twice"


@pytest.mark.parametrize("query", LIBRARY.list(), ids=lambda query: query.name)
def test_the_example_is_what_is_answered(query: Query, embedded: GraphStore) -> None:
    rows = example_rows(LIBRARY.run(embedded, query.name, example_values(query)))
    assert len(query.example) == len(rows) > 0, "run: make reference"
    for written, answered in zip(query.example, rows, strict=True):
        assert [as_number(cell) for cell in written] == [number_of(cell) for cell in answered], "run: make reference"


def number_of(cell: str) -> str | float:
    """Give a cell as the number it is, if it is one."""
    try:
        return float(cell)
    except ValueError:
        return cell


def as_number(cell: str) -> object:
    """Give a cell to compare others with: the last digit of a mean may fall on either side."""
    number = number_of(cell)
    return number if isinstance(number, str) else pytest.approx(number, rel=1e-3)


@pytest.mark.neo4j
@pytest.mark.parametrize("query", LIBRARY.list(), ids=lambda query: query.name)
def test_both_engines_give_the_same_rows(
    query: Query, embedded: GraphStore, server: GraphStore, busiest: BusiestNodes
) -> None:
    asked = busiest.values(query)
    one, other = (LIBRARY.run(store, query.name, asked) for store in (embedded, server))
    assert one.table.schema == other.table.schema
    assert len(one) == len(other)
    for mine, theirs in zip(one.rows(), other.rows(), strict=True):
        assert all(alike(mine[name], theirs[name]) for name in mine), (mine, theirs)


def alike(mine: object, theirs: object) -> bool:
    """Sums of the same numbers in another order differ in their last digits."""
    if isinstance(mine, float) and isinstance(theirs, float):
        return math.isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-12)
    return mine == theirs


@pytest.mark.neo4j
def test_the_guide_of_neo4j_browser_sets_what_its_questions_take(server: GraphStore) -> None:
    """The browser sends what stands behind the arrow of ``:param`` to the server, and keeps the columns by name."""
    blocks = re.findall(
        r"<pre class='code runnable'>:param \[{(.*?)}\] => { (RETURN .*?) }</pre>"
        r"<figure><pre class='pre-scrollable code runnable'>(.*?)</pre><figcaption>(.*?)</figcaption>",
        html.unescape(guide(LIBRARY)),
        re.DOTALL,
    )
    assert [name for *_, name in blocks] == [query.name for query in LIBRARY if query.parameters]
    for names, sets, question, name in blocks:
        [values] = server.query(sets).to_pylist()
        assert list(values) == names.split(", ")
        for one in LIBRARY.get(name).parameters:
            assert one.kind is not Kind.INTEGER or type(values[one.name]) is int
            assert one.kind is not Kind.NUMBER or type(values[one.name]) is float
        server.query(question, values)
