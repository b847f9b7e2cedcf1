"""What a free query may say."""

from __future__ import annotations

import pytest

from kg.errors import QueryError
from kg.store.guard import check_free, check_reading


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (n) RETURN n",
        "  // says what it does; CREATE nothing\nMATCH (n) RETURN n;",
        "MATCH (n) WHERE n.name = 'DELETE; it' RETURN n.set AS x, n.`create` AS y",
        'MATCH (n) WHERE n.name = "it\'s \\" LOAD" RETURN n',
        "MATCH (n:Set|Load)-[:CREATE]->() RETURN $delete",
        "RETURN {set: 1, load: 2} AS m",
        "CALL { MATCH (n) RETURN n } RETURN n",
        "MATCH (p) CALL (p) { MATCH (p)-->(q) RETURN q } RETURN q",
        "CALL db.labels() YIELD label RETURN label",
        "CALL show_tables() RETURN *",
        "match (start)-[r*1..2]->(b) with start, b return count(*)",
        "OPTIONAL MATCH (n) RETURN n UNION ALL MATCH (n) RETURN n",
    ],
)
def test_reading_passes(cypher: str) -> None:
    check_reading(cypher)


@pytest.mark.parametrize(
    ("cypher", "said"),
    [
        ("MATCH (n) /* ' */ SET n.x = 1 /* ' */", "SET"),
        ("MATCH (n) WHERE n.x = '\\\\' DELETE n //'", "DELETE"),
        ("RETURN `a``b` LOAD CSV", "LOAD"),
        ("CALL apoc.cypher.run('x', {})", "apoc.cypher.run"),
        ("CALL  dbms.security.listUsers", "dbms.security.listUsers"),
        ("CALL db.labels", "db.labels"),
        ("CALL timeout=1", "timeout"),
        ("MATCH (n) CALL threads = 3 RETURN n", "threads"),
        ("PROFILE MATCH (n) RETURN n", "PROFILE"),
        ("CYPHER runtime=slotted MATCH (n) RETURN n", "CYPHER"),
        ("MATCH (n) RETURN n; MATCH (n) RETURN n", "one statement"),
        ("// nothing", "empty"),
    ],
)
def test_whatever_else_is_refused_and_named(cypher: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        check_reading(cypher)


@pytest.mark.parametrize(
    "place", ["{a: %s}", "[x IN [1] | %s]", "!%s", "true & %s", "p.%s", "{a: 1}.%s"], ids=lambda place: place % "f()"
)
def test_a_function_is_looked_up_wherever_it_stands(place: str) -> None:
    with pytest.raises(QueryError, match="may not use the function"):
        check_reading(f"MATCH (p:Product) RETURN {place % 'repeat(p.id, 1000000000)'} AS x")


def test_sums_of_sums_grow_by_powers_and_sums_in_one_clause_do_not() -> None:
    check_free(f"MATCH (p:Product) RETURN {' + '.join(['p.price'] * 12)} AS x, p.price + 1 AS y")
    with pytest.raises(QueryError, match="grows by powers"):
        check_free(f"MATCH (p:Product) WITH p.text AS s {'WITH s + s AS s ' * 7} RETURN s")


def test_a_list_within_a_list_is_seen_behind_a_name_in_backticks() -> None:
    with pytest.raises(QueryError, match="UNWIND"):
        check_free("RETURN [`a` IN range(0, 99999) | [`b` IN range(0, 99999) | 1]] AS x")
