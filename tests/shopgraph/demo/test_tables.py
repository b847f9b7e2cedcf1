from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from kg.records import Record
from kg.sources.tables import TablesReader
from kg.tables import TABLES
from shopgraph.demo import DemoShop
from tests.shopgraph.demo.conftest import Rows, milliseconds

Read = Callable[[str], Rows]


def test_the_reader_of_tables_takes_every_row(shop: DemoShop) -> None:
    found: Counter[str] = Counter()
    for record in TablesReader().read(shop.folder):
        assert isinstance(record, Record), record
        found[record.table] += 1
    assert found == {
        "products": shop.products,
        "users": shop.users,
        "interactions": shop.interactions,
        "reviews": shop.reviews,
        "images": shop.images,
        "links": shop.links,
    }


def test_rows_keep_to_the_declared_columns_keys_choices_and_references(shop: DemoShop, read: Read) -> None:
    tables = {
        "products": read("products.csv"),
        "users": read("users.csv"),
        "interactions": read("interactions.csv.gz"),
        "reviews": read("reviews.jsonl"),
        "images": read("images.csv"),
        "links": read("links.csv"),
    }
    ids = {name: {row["id"] for row in tables[name]} for name in ("products", "users")}
    for name, rows in tables.items():
        table = TABLES[name]
        keys = Counter(tuple(row.get(column) for column in table.key) for row in rows)
        assert keys.most_common(1)[0][1] == 1, name
        for row in rows:
            for column in table.columns:
                assert row.get(column.name) or not column.required
                assert not column.choices or not row.get(column.name) or row[column.name] in column.choices
            for column, other in table.references.items():
                assert not row.get(column) or row[column] in ids[other]
            if name not in ("products", "users"):
                assert row.keys() <= {column.name for column in table.columns}


def test_products_have_gaps_as_in_life(read: Read) -> None:
    rows = read("products.csv")
    for name in ("brand", "colour", "material", "description", "description_zh"):
        filled = sum(bool(row[name]) for row in rows) / len(rows)
        assert 0.4 < filled < 1.0, name
    assert 0.35 < sum(bool(row["pattern"]) for row in rows) / len(rows) < 0.55
    assert all(row["title"] and row["title_zh"] for row in rows)
    assert {row["in_stock"] for row in rows} == {"true", "false"}
    assert len({row["categories"].split("|")[0].split(" > ")[0] for row in rows}) == 8
    assert len({row["title"] for row in rows}) == len(rows)


def test_behaviour_has_a_sensible_order(read: Read) -> None:
    released = {row["id"]: milliseconds(row["released"]) for row in read("products.csv")}
    purchased: dict[tuple[str, str], int] = {}
    rows = read("interactions.csv.gz")
    assert [int(row["at"]) for row in rows] == sorted(int(row["at"]) for row in rows)
    for row in rows:
        at = int(row["at"])
        assert at >= released[row["product_id"]]
        pair = (row["user_id"], row["product_id"])
        if row["kind"] == "purchased":
            assert pair not in purchased
            purchased[pair] = at
        if row["kind"] == "rated":
            assert at > purchased[pair]
            assert 1 <= float(row["value"]) <= 5
    for row in read("reviews.jsonl"):
        assert milliseconds(row["at"]) > released[row["product_id"]]
        if "user_id" in row:
            assert milliseconds(row["at"]) > purchased[row["user_id"], row["product_id"]]


def test_some_products_are_nearly_without_buyers(shop: DemoShop, read: Read) -> None:
    buyers = Counter(row["product_id"] for row in read("interactions.csv.gz") if row["kind"] == "purchased")
    rare = sum(buyers[row["id"]] <= 3 for row in read("products.csv"))
    assert 0.08 <= rare / shop.products <= 0.25


def test_every_product_has_a_review_a_photo_and_links(read: Read) -> None:
    products = {row["id"] for row in read("products.csv")}
    for name in ("reviews.jsonl", "images.csv", "links.csv"):
        assert {row["product_id"] for row in read(name)} == products
