"""The header of a query's file: what it says is kept, and what is wrong is named with its line."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest

from cypher import LibraryError, QueryAnswer
from cypher.answer import described
from cypher.example import example_rows, with_example
from cypher.header import parse_query
from cypher.query import Kind, Latest, PictureKind, Query

GOOD = """\
// title: Best sellers
// title zh: 畅销
// question: Which sell best?
// question zh: 哪些最畅销？
// parameter: since: time = latest PURCHASED - 90 days | From here on. | 起始。
// parameter: brand: Brand, such as Acme | The brand. | 品牌。
// parameter: limit: integer 1..100 = 20 | Rows. | 行数。
// column: product: Product | Id. | 编号。
// column: buyers: integer | Customers. | 人数。
// picture: bar product buyers
// example: P1 | 7

MATCH (u:User)-[x:PURCHASED]->(p:Product)-[:HAS_BRAND]->(:Brand {id: $brand})
WHERE x.at >= $since // not $this
RETURN p.id AS product, count(DISTINCT u) AS buyers ORDER BY buyers DESC, product LIMIT $limit
"""


def read(text: str, name: str = "best-sellers") -> Query:
    return parse_query(text, name=name, theme="products", where="best-sellers.cypher")


def test_what_the_header_says_is_kept() -> None:
    query = read(GOOD)
    since, brand, limit = query.parameters
    assert (query.title, query.title_zh, query.theme) == ("Best sellers", "畅销", "products")
    assert (since.kind, since.default, since.required) == (Kind.TIME, Latest("PURCHASED", timedelta(days=90)), False)
    assert (brand.kind, brand.label, brand.required, brand.example) == (Kind.STRING, "Brand", True, "Acme")
    assert (limit.default, limit.low, limit.high, limit.doc_zh) == (20, 1, 100, "行数。")
    assert [(one.name, one.kind, one.label) for one in query.columns] == [
        ("product", Kind.STRING, "Product"),
        ("buyers", Kind.INTEGER, None),
    ]
    assert (query.picture.kind, query.picture.columns) == (PictureKind.BAR, ("product", "buyers"))
    assert query.example == (("P1", "7"),)
    assert query.same_on_both
    assert query.text("neo4j").startswith("MATCH (u:User)")


def test_two_variants() -> None:
    head, _, body = GOOD.partition("\n\n")
    query = read(f"{head}\n\n// engine: neo4j\n{body}\n// engine: ladybug\n{body.replace('DISTINCT u', 'u')}")
    assert "DISTINCT" in query.text("neo4j")
    assert "DISTINCT" not in query.text("ladybug")
    assert not query.same_on_both


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("// title: Best sellers\n", "", 10, 'no "title"'),
        ("// title zh:", "// titel:", 2, 'Did you mean "title'),
        ("// title zh: 畅销", "// title: again", 2, "line 1 already"),
        ("// question:", "question:", 3, 'no "question"'),
        ("// question: Which", "//question Which", 3, "lines such as"),
        ("latest PURCHASED", "latest PURCHASE", 5, 'Did you mean "PURCHASED"'),
        ("latest PURCHASED - 90 days", "soon", 5, "2025-06-30"),
        ("brand: Brand", "brand: Brnad", 6, 'Did you mean "Brand"'),
        (" | 品牌。", "", 6, "它是什么"),
        ("integer 1..100 = 20", "integer 1..100 = 200", 7, "from 1 to 100"),
        ("integer 1..100 = 20", "integer", 7, "= default"),
        ("limit: integer", "Limit: integer", 7, '"Limit"'),
        ("limit: integer 1..100 = 20", "limit: string 1..100 = 20", 7, "only numbers"),
        ("// column: buyers", "// column: product", 9, "already"),
        ("bar product buyers", "bar product byers", 10, 'Did you mean "buyers"'),
        ("bar product buyers", "bar buyers product", 10, "integer or number"),
        ("bar product buyers", "bar product", 10, "2 to 2 columns"),
        ("bar product buyers", "pie product buyers", 10, 'no picture "pie"'),
        ("P1 | 7", "P1", 11, "2 columns"),
        ("LIMIT $limit", "LIMIT $limti", 12, "$limti"),
        ("LIMIT $limit", "LIMIT 5", 12, 'does not use the parameter "limit"'),
        ("AS buyers", "AS people", 12, "AS buyers"),
        ("MATCH (u", "CREATE (u", 12, "for ladybug"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    with pytest.raises(LibraryError) as found:
        read(GOOD.replace(old, new))
    where, _, what = str(found.value).partition(": ")
    assert said in what
    assert where.startswith("best-sellers.cypher, line ")
    if "question:" not in old:
        assert where == f"best-sellers.cypher, line {line}"


def test_a_variant_that_is_missing_or_double() -> None:
    head, _, body = GOOD.partition("\n\n")
    with pytest.raises(LibraryError, match="no variant for ladybug"):
        read(f"{head}\n\n// engine: neo4j\n{body}")
    with pytest.raises(LibraryError, match="twice"):
        read(f"{head}\n\n// engine: neo4j\n{body}\n// engine: neo4j\n{body}")
    with pytest.raises(LibraryError, match="below a line // engine"):
        read(f"{head}\n\n{body}\n// engine: neo4j\n{body}")


def test_names_of_files() -> None:
    with pytest.raises(LibraryError, match="Best_Sellers"):
        read(GOOD, name="Best_Sellers")


def test_an_example_is_written_in_place_of_the_one_before() -> None:
    rows = (("P2", "9"), ("P3", "–"))
    written = with_example(GOOD, rows)
    assert read(written).example == rows
    assert with_example(written, (("P1", "7"),)) == GOOD
    assert with_example(GOOD.replace("// example: P1 | 7\n", ""), (("P1", "7"),)) == GOOD


def test_cells_of_an_example_are_short_and_of_one_line() -> None:
    table = pa.table({"words": ["a | b\nc", "x" * 200, None, ""], "number": [1 / 3, 2.0, None, 1e-9]})
    rows = example_rows(QueryAnswer(table=table, columns=described(table)))
    assert rows[0] == ("a / b c", "0.3333")
    assert (len(rows), len(rows[1][0]), rows[1][1]) == (2, 60, "2")
    assert example_rows(QueryAnswer(table=table[2:], columns=described(table))) == (("–", "–"), ("–", "1e-09"))
