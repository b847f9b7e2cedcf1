"""A shop's own files."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kg.errors import InputError
from kg.headings import OTHER_HEADINGS, OTHER_KINDS, columns_named, kind_named
from kg.sources import detect
from kg.sources.tables import TablesReader
from kg.tables import KINDS, TABLES

Folder = Callable[..., Path]


def test_csv_lists_and_attributes(read: Any, folder: Folder) -> None:
    source = folder(
        products__csv="id,title,categories,price,colour,attributes\n"
        "p1,Shoe,Shoes > Running|Sale,9.5,red,size=42|fit=wide\n",
        interactions__csv="user_id,product_id,kind,at\nu1,p1,purchased,2024-02-29\n",
    )
    assert detect(source) == "tables"
    found = read("tables", source)
    (product,) = found.rows("products")
    assert product["categories"] == ["Shoes > Running", "Sale"]
    assert product["attributes"] == [("size", "42"), ("fit", "wide"), ("colour", "red")]
    assert found.rows("interactions") == [
        {"user_id": "u1", "product_id": "p1", "kind": "purchased", "at": "2024-02-29"}
    ]
    assert (found.records[0].file, found.records[0].line) == ("products.csv", 2)


def test_json_lines_packed_with_attributes_of_both_kinds(read: Any, folder: Folder) -> None:
    lines = (
        b'{"id":"p1","attributes":{"size":42},"colour":["red","blue"]}\n'
        b'{"id":"p2","attributes":[["a","b"]]}\nnot json\n'
    )
    found = read("tables", folder(products__jsonl__gz=gzip.compress(lines)))
    first, second = found.rows("products")
    assert first["attributes"] == [("size", 42), ("colour", "red"), ("colour", "blue")]
    assert second["attributes"] == [["a", "b"]]
    assert found.codes == ["MALFORMED"]


def test_parquet(read: Any, tmp_path: Path) -> None:
    rows = pa.table({"user_id": [1, 2], "product_id": ["a", "b"], "at": [datetime(2024, 1, 1), None]})
    pq.write_table(rows, tmp_path / "interactions.parquet")
    found = read("tables", tmp_path)
    assert found.rows("interactions")[0] == {"user_id": 1, "product_id": "a", "at": 1704067200000}
    (tmp_path / "interactions.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(InputError, match="not a readable Parquet file"):
        read("tables", tmp_path)


def test_reviews_and_images_are_named_by_contents_and_path(read: Any, folder: Folder) -> None:
    source = folder(
        reviews__csv="user_id,product_id,rating,text\nu,p,5,good\nu,p,5,good\n,p,1,bad\n",
        images__csv="product_id,path\np,a.jpg\n",
    )
    found = read("tables", source)
    ids = [review["id"] for review in found.rows("reviews")]
    assert ids[0] == ids[1] != ids[2]
    assert found.rows("images")[0]["id"] == "a.jpg"
    assert len(found.rows("interactions")) == 2
    with_interactions = folder(interactions__csv="user_id,product_id\nu,p\n")
    assert len(read("tables", with_interactions).rows("interactions")) == 1


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"interactions__csv": "userid,product_id\nu,p\n"},
            r'no column "user_id".*found: userid, product_id.*"userid"',
        ),
        ({"products__jsonl": '{"ident":"a"}\n'}, r'no column "id".*found: ident.*mean "ident"'),
        ({"links__csv": "product_id,relation,other_id,wieght\n"}, r'columns .*"wieght".*mean "weight"'),
        ({"interactions__csv": "User ID,sku,Total,Paid\n"}, r'"Total", "Paid"\. Rename or remove them'),
        ({"interactions__csv": "Order Date,sku\n"}, r'no column "user_id".*Columns found: Order Date, sku\.'),
        ({"products__csv": "id,title,user_id,event_type\n"}, r'"user_id", which is of customers.*interactions\.csv'),
        ({"products__csv": "id,title,User ID\n"}, r'"User ID", which is of customers'),
        ({"products__jsonl": '{"id":"a","customer_id":"u"}'}, r'"customer_id", which is of customers'),
        ({"products__json": '[{"id":"a"}]'}, "one JSON array"),
        ({"products__csv": "id\na\n", "products__jsonl": '{"id":"a"}'}, "holds both"),
        ({"products__csv": ""}, "is empty"),
        ({"goods__csv": "id\n"}, r"no file named as a table.*goods\.csv"),
    ],
)
def test_unusable_sources(read: Any, folder: Folder, files: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read("tables", folder(**files))


def test_unknown_key_of_one_json_line_is_no_silent_loss(read: Any, folder: Folder) -> None:
    found = read(
        "tables", folder(links__jsonl='{"product_id":"a","relation":"substitutes","other_id":"b","wight":1}\n')
    )
    assert found.codes == ["UNKNOWN_COLUMN"]
    assert 'mean "weight"' in found.rejects[0].reason


def test_missing_source(read: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read("tables", tmp_path / "none")


def test_other_words_for_a_column_are_understood(read: Any, folder: Folder) -> None:
    source = folder(
        products__csv="SKU;Name;商品名称;Category;Unit Price;Colour\nS1;Shoe;鞋;Shoes > Running;9,50;red\n",
        interactions__csv="customer-id,Item ID,event_type,Timestamp\nu1,S1,PV,2024-02-29\n",
        reviews__jsonl=b'{"review_id":"r1","product":"S1","stars":4,"Text":"good","comment":"x"}\n',
    )
    found = read("tables", source)
    (product,) = found.rows("products")
    assert product == {
        "id": "S1",
        "title": "Shoe",
        "categories": ["Shoes > Running"],
        "price": "9,50",
        "attributes": [("商品名称", "鞋"), ("Colour", "red")],
    }
    assert found.rows("interactions") == [{"user_id": "u1", "product_id": "S1", "kind": "viewed", "at": "2024-02-29"}]
    assert [reject.reason for reject in found.rejects] == ['"comment" is no column of reviews.']


def test_paths_of_categories_may_be_parted_by_commas(read: Any, folder: Folder) -> None:
    source = folder(
        products__csv='id,categories\na,"Shoes & Co > Running, Sale > Shoes"\nb,"Home, Garden > Tools"\n'
        'c,"A > B|C, D > E"\n'
    )
    rows = read("tables", source).rows("products")
    assert [row["categories"] for row in rows] == [
        ["Shoes & Co > Running", "Sale > Shoes"],
        ["Home, Garden > Tools"],
        ["A > B", "C, D > E"],
    ]


def test_what_was_understood_is_told(folder: Folder) -> None:
    source = folder(
        products__csv="sku,name,title,brand\nS1,a,Shoe,Acme\n",
        users__jsonl=b'{"Customer ID":"u1"}\n{"Customer ID":"u2","age":4}\n',
        interactions__csv="user_id,product_id,at\nu1,S1,2024-02-29\n",
    )
    assert TablesReader().look(source).columns == {
        "products.csv": {"sku": "id"},
        "users.jsonl": {"Customer ID": "id"},
    }, "a heading that stands for a column that is there is left as it is"


def test_attributes_and_files_that_are_passed_over_are_told(folder: Folder) -> None:
    source = folder(
        products__csv="id,Vendor,Colour,attributes\na,Acme,red,\n",
        orders__csv="Name\n",
        interaction__jsonl=b"{}\n",
        readme__md="",
    )
    seen = TablesReader().look(source)
    assert seen.attributes == {"products.csv": ["Colour"]}
    assert seen.unread == ["interaction.jsonl", "orders.csv"]


def test_of_several_words_for_a_column_the_plainest_is_taken_wherever_it_stands() -> None:
    users = TABLES["users"]
    assert columns_named(users, ["Email", "Customer ID"]) == {"Email": "Email", "Customer ID": "id"}
    assert columns_named(users, ["Email"]) == {"Email": "id"}
    products = TABLES["products"]
    assert columns_named(products, ["SKU", "In stock?", "Stock"]) == {
        "SKU": "id",
        "In stock?": "in_stock",
        "Stock": "Stock",
    }
    assert columns_named(products, ["sku", "SKU"]) == {"sku": "id", "SKU": "SKU"}


def test_a_later_row_with_both_words_for_a_column_loses_neither(read: Any, folder: Folder) -> None:
    first = b"".join(b'{"id":"p%d","name":"Shoe"}\n' % n for n in range(100))
    source = folder(products__jsonl=first + b'{"id":"q","title":"Boot","name":"Bottine"}\n')
    rows = read("tables", source).rows("products")
    assert rows[0] == {"id": "p0", "title": "Shoe"}
    assert rows[-1] == {"id": "q", "title": "Boot", "attributes": [("name", "Bottine")]}


def test_headings_of_parquet_are_understood_too(read: Any, folder: Folder) -> None:
    source = folder()
    source.mkdir(exist_ok=True)
    pq.write_table(pa.table({"Product ID": ["p1"], "Name": ["Shoe"]}), source / "products.parquet")
    assert read("tables", source).rows("products") == [{"id": "p1", "title": "Shoe"}]


def test_no_word_stands_for_two_kinds_and_unknown_ones_are_left_for_the_checks() -> None:
    words = [word for said in OTHER_KINDS.values() for word in said.split()]
    assert len(words) == len(set(words))
    assert not set(words) & set(KINDS)
    assert OTHER_KINDS.keys() <= set(KINDS)
    assert [kind_named(word) for word in (" Buy ", "viewed", "stolen", None, 3)] == [
        "purchased",
        "viewed",
        "stolen",
        None,
        3,
    ]


@pytest.mark.parametrize("table", list(TABLES))
def test_no_word_stands_for_two_columns_of_a_table_nor_for_one_that_exists(table: str) -> None:
    words = [word for own in OTHER_HEADINGS.get(table, {}).values() for word in own.split()]
    assert len(words) == len(set(words))
    assert not set(words) & {column.name for column in TABLES[table].columns}
    assert OTHER_HEADINGS.get(table, {}).keys() <= {column.name for column in TABLES[table].columns}
    assert columns_named(TABLES[table], words) == {
        word: next((name for name, own in OTHER_HEADINGS[table].items() if own.split()[0] == word), word)
        for word in words
    }


def test_a_header_in_another_encoding_says_how_to_convert_it(read: Any, folder: Folder) -> None:
    source = folder(products__csv="商品编号,商品名称\n1,鞋\n".encode("gb18030"))
    with pytest.raises(InputError, match=r"products\.csv:1: .* iconv -f GB18030 -t UTF-8"):
        read("tables", source)
