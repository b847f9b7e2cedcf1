"""Imports as a whole: what is kept, what is set aside and why, and that nothing is lost."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import InputError, StrictInputError
from kg.quality import RULES, QualityReport, clean, import_source
from kg.records import Record, Reject
from kg.sources import READERS

from .conftest import Outcome

Shop = Callable[..., Outcome]


def test_a_sound_shop(shop: Shop) -> None:
    outcome = shop(
        products__csv="id,title,price\np1,Shoe,9.5\np2,Sock,\n",
        interactions__csv="user_id,product_id,at\nu1,p1,2024-01-01\nu1,p2,1704067200\n",
    )
    assert outcome.quarantine == []
    assert (outcome.report.read, outcome.report.kept) == (4, 4)
    first = outcome.rows("products")[0]
    assert (first["id"], first["in_catalogue"], first["_file"], first["_line"]) == ("p1", True, "products.csv", 2)
    assert [row["kind"] for row in outcome.rows("interactions")] == ["purchased"] * 2
    assert outcome.ids("users") == ["u1"]
    assert outcome.report.tables["users"].implied == 1
    assert QualityReport.load(outcome.out / "report.json").as_dict() == outcome.report.as_dict()


def test_each_broken_row_is_set_aside_with_its_place(shop: Shop) -> None:
    rows = [
        {"id": "ok"},
        {"id": ""},
        {"id": "p3", "price": float("nan")},
        {"id": "p4", "price": -1},
        {"id": "p5", "released": "2023-02-30"},
        {"id": "p6", "title": "a\0b"},
        {"id": "x" * 600},
        {"id": "ok"},
        {"id": "ok", "title": "other"},
    ]
    outcome = shop(products__jsonl="\n".join(json.dumps(row) for row in rows))
    assert [(row["line"], row["code"]) for row in outcome.quarantine] == [
        (2, "MISSING_VALUE"),
        (3, "NOT_A_NUMBER"),
        (4, "NEGATIVE_PRICE"),
        (5, "BAD_DATE"),
        (6, "NULL_BYTE"),
        (7, "ID_TOO_LONG"),
        (8, "DUPLICATE_ID"),
        (9, "CONFLICT"),
    ]
    assert all(row["file"] == "products.jsonl" and row["reason"] for row in outcome.quarantine)
    assert '"id":"p4"' in outcome.quarantine[2]["raw"]
    assert outcome.ids("products") == ["ok"]
    assert set(outcome.codes) <= RULES.keys()


def test_files_damaged_in_every_way(shop: Shop) -> None:
    lines = "".join(f"u{number},p1,{number}\n" for number in range(3000))
    packed = gzip.compress(f"user_id,product_id,value\n{lines}".encode())
    outcome = shop(
        products__csv=b"id,title\np1,caf\xe9\np1,fine\n\0\np2," + b"y" * 50_000_000 + b"\np3,last\n",
        interactions__csv__gz=packed[: len(packed) // 2],
    )
    assert sorted(outcome.report.unreadable) == ["ENCODING", "LINE_TOO_LONG", "NULL_BYTE", "TRUNCATED"]
    assert outcome.ids("products") == ["p1", "p3"]
    assert outcome.report.tables["interactions"].kept > 500


def test_references_to_nothing(shop: Shop) -> None:
    outcome = shop(
        products__csv="id\np1\n",
        users__csv="id\nu1\n",
        interactions__csv="user_id,product_id\nu1,p1\nu1,p9\nu9,p1\n",
        links__csv="product_id,relation,other_id\np1,substitutes,p7\np9,substitutes,p1\np1,substitutes,p1\n",
        triples__csv="head,relation,tail,head_type\np1,made in,x,product\np8,made in,x,product\n",
    )
    assert [(row["table"], row["line"], row["code"]) for row in outcome.quarantine] == [
        ("links", 4, "SELF_LINK"),
        ("interactions", 3, "UNKNOWN_REFERENCE"),
        ("interactions", 4, "UNKNOWN_REFERENCE"),
        ("links", 3, "UNKNOWN_REFERENCE"),
    ]
    assert '"p9"' in outcome.quarantine[1]["reason"]
    assert [(row["id"], row["in_catalogue"]) for row in outcome.rows("products")] == [
        ("p1", True),
        ("p7", False),
        ("p8", False),
    ]


def test_products_and_users_are_implied_where_there_is_no_table(shop: Shop) -> None:
    outcome = shop(
        reviews__csv="user_id,product_id,rating\nu2,p2,5\n,p1,1\n",
        links__csv="product_id,relation,other_id\np3,complements,p2\np3,complements,p0\n",
    )
    assert outcome.codes == []
    assert [(row["id"], row["in_catalogue"]) for row in outcome.rows("products")] == [
        ("p0", False),
        ("p1", True),
        ("p2", True),
        ("p3", True),
    ]
    assert outcome.ids("users") == ["u2"]
    assert outcome.report.tables["products"].implied == 4


def test_repeated_interactions(shop: Shop) -> None:
    outcome = shop(
        interactions__csv="user_id,product_id,at,value\nu,p,2024-01-01,1\nu,p,2024-01-02,1\nu,p,2024-01-01,2\nu,p,,\nu,p,,\n"
    )
    assert [(row["line"], row["code"]) for row in outcome.quarantine] == [(4, "DUPLICATE"), (6, "DUPLICATE")]
    assert "interactions.csv:2" in outcome.quarantine[0]["reason"]


def test_a_row_without_reference_does_not_hide_a_later_sound_one(shop: Shop) -> None:
    outcome = shop(products__csv="id\np1\n", reviews__csv="id,product_id\nr,p9\nr,p1\nr,p1\n")
    assert [(row["line"], row["code"]) for row in outcome.quarantine] == [(2, "UNKNOWN_REFERENCE"), (4, "DUPLICATE_ID")]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"products__csv": "id,price\na,1\nb,x\nb\n"}, r"products\.csv:3: NOT_A_NUMBER: .*--strict"),
        ({"products__csv": "id\na\na\n"}, r"products\.csv:3: DUPLICATE_ID"),
        ({"products__csv": b"id\n\xff\n"}, r"products\.csv:2: ENCODING"),
    ],
)
def test_strict_stops_at_the_first_bad_row(shop: Shop, tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(StrictInputError, match=message):
        shop(strict=True, **files)
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*"))


def test_an_earlier_import_is_replaced_but_nothing_else(shop: Shop, tmp_path: Path) -> None:
    shop(products__csv="id\na\n")
    assert shop(products__csv="id\nb\n").ids("products") == ["b"]
    other = tmp_path / "other"
    other.mkdir()
    (other / "precious.txt").write_text("keep")
    with pytest.raises(InputError, match="no import"):
        clean([], out=other)
    assert (other / "precious.txt").exists()


def test_ids_that_a_spreadsheet_shortened_are_set_aside(shop: Shop) -> None:
    outcome = shop(products__csv="id\n6.8E+11\n1e5\n680000000044\nE+11\n")
    assert outcome.ids("products") == ["1e5", "680000000044", "E+11"]
    assert [(row["code"], row["line"]) for row in outcome.quarantine] == [("SHORTENED_ID", 2)]


def test_currencies_beside_prices_are_understood_and_counted(shop: Shop) -> None:
    outcome = shop(products__csv='id,price\np1,$9.99\np2,"$1,249.50"\np3,"9,50 €"\np4,12\np5,cheap\n')
    assert [row["price"] for row in outcome.rows("products")] == [9.99, 1249.5, 9.5, 12.0]
    assert [row["code"] for row in outcome.quarantine] == ["NOT_A_NUMBER"]
    assert outcome.report.currencies == {"$": 2, "€": 1}
    assert QualityReport.load(outcome.out / "report.json").currencies == {"$": 2, "€": 1}


def test_nothing_to_import(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no rows"):
        shop(products__csv="id\n")
    with pytest.raises(InputError, match="does not exist"):
        import_source(tmp_path / "none", out=tmp_path / "out")
    (tmp_path / "orders_export.csv").touch()
    with pytest.raises(InputError, match=r"cannot be told\. It holds: orders_export\.csv.* as the tables"):
        import_source(tmp_path, out=tmp_path / "out")


@pytest.mark.parametrize("wrong", ["amazon", "tables", "pgpr"])
def test_a_wrong_format_is_told_the_right_one(tmp_path: Path, wrong: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "train.txt").write_text("0 1 2\n1 2 3\n")
    (source / "test.txt").write_text("0 3\n1 1\n")
    with pytest.raises(InputError, match="looks like the format kgat: give --format kgat, or none"):
        import_source(source, out=tmp_path / "out", format_name=wrong)
    assert import_source(source, out=tmp_path / "out", format_name="kgat").kept


def test_progress_runs_to_the_end(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("id\n" + "\n".join(f"p{number}" for number in range(20_000)))
    seen: list[tuple[int, int]] = []
    import_source(tmp_path, out=tmp_path / "out", progress=lambda done, total: seen.append((done, total)))
    total = (tmp_path / "products.csv").stat().st_size
    assert len(seen) > 2
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_relative_pictures_are_found_from_the_clean_table(shop: Shop, tmp_path: Path) -> None:
    outcome = shop(images__csv="product_id,path\np,a.jpg\np,/b.jpg\np,https://c/d.jpg\n")
    paths = [row["path"] for row in outcome.rows("images")]
    assert paths == [str(tmp_path / "source" / "a.jpg"), "/b.jpg", "https://c/d.jpg"]


def test_the_same_input_gives_the_same_bytes_after_a_kill(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    rows = "".join(f"u{number % 97},p{number % 89},{1_600_000_000 + number % 5_000}\n" for number in range(60_000))
    (source / "interactions.csv").write_text(f"user_id,product_id,at\n{rows}")
    import_source(source, out=tmp_path / "whole")
    code = (
        "import os, signal, sys; from pathlib import Path; from kg.quality import import_source\n"
        "calls = []\n"
        "def die(done, total):\n"
        "    calls.append(done)\n"
        "    if len(calls) == 4: os.kill(os.getpid(), signal.SIGKILL)\n"
        "import_source(Path(sys.argv[1]), out=Path(sys.argv[2]), progress=die)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    killed = subprocess.run(
        [sys.executable, "-c", code, str(source), str(tmp_path / "again")], env=environment, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "again").exists()
    import_source(source, out=tmp_path / "again")
    for file in ("interactions.parquet", "users.parquet", "products.parquet", "quarantine.jsonl", "report.json"):
        assert (tmp_path / "whole" / file).read_bytes() == (tmp_path / "again" / file).read_bytes()
    assert not list(tmp_path.glob(".again*"))


def test_clean_tables_are_read_back_unchanged(shop: Shop, tmp_path: Path) -> None:
    outcome = shop(
        products__jsonl='{"id":"p1","categories":["a > b","c"],"price":1.5,"colour":"red","in_stock":true}\n',
        users__csv="id,name,city\nu1,Ann,Rome\n",
        interactions__csv="user_id,product_id,kind,value,at,split\nu1,p1,rated,4,2024-01-01T10:11:12.345Z,train\n",
        reviews__csv='id,user_id,product_id,text,rating\nr1,u1,p1,"two\nlines",4\n',
        links__csv="product_id,relation,other_id,weight\np1,also_bought,p2,0.5\n",
        triples__csv="head,relation,tail\np1,likes,x\n",
        images__csv="id,product_id,path\ni1,p1,a.jpg\n",
    )
    again = tmp_path / "again"
    report = import_source(outcome.out, out=again, format_name="tables")
    assert report.quarantined == 0
    for path in sorted(outcome.out.glob("*.parquet")):
        first, second = pq.read_table(path), pq.read_table(again / path.name)
        own = [name for name in first.column_names if not name.startswith("_")]
        assert second.select(own).equals(first.select(own)), path.name


def test_a_reader_with_an_unknown_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='column "colour"'):
        clean([Record("products", {"id": "a", "colour": "red"}, "f", 1)], out=tmp_path / "out")


def test_order_of_the_quarantine_is_that_of_the_input(tmp_path: Path) -> None:
    def records() -> Iterator[Record | Reject]:
        yield Record("products", {"id": None}, "f", 1)
        yield Reject("f", 2, "MALFORMED", "no sense", "raw \ud800")
        yield Record("users", {"id": None}, "f", 3)
        yield Record("products", {"id": "a"}, "f", 4)

    report = clean(records(), out=tmp_path / "out")
    assert [row["line"] for row in Outcome(tmp_path / "out", report).quarantine] == [1, 2, 3]
    assert (report.read, report.kept, report.quarantined) == (4, 1, 3)


_NAMES = ("products.csv", "products.jsonl", "interactions.csv", "links.jsonl", "reviews.csv", "users.csv", "images.csv")
_PIECES = st.sampled_from(
    [
        *(b"id", b"user_id,product_id", b"product_id,path", b",", b"\n", b'"', b"p1", b"u1", b"\0", b"\xff", b"{"),
        *(b'{"id":"a"}', b'{"product_id":"a","relation":"substitutes","other_id":"b"}', b"NaN", b"|", b"\r", b"}"),
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    files=st.dictionaries(st.sampled_from(_NAMES), st.lists(_PIECES | st.binary(max_size=6), max_size=25), max_size=4)
)
def test_garbage_is_kept_set_aside_or_refused(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, list[bytes]]
) -> None:
    place = tmp_path_factory.mktemp("garbage")
    for name, pieces in files.items():
        (place / name).write_bytes(b"".join(pieces))
    _import_garbage(place, "tables")


_TEXTS = ("product", "users", "related_product", "brand", "brand_p_b", "also_bought_p_p", "train", "test", "kg_final")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(sorted(READERS)),
    contents=st.lists(
        st.lists(st.sampled_from([b"0", b"1", b"2 ", b" ", b"\t", b"\n", b"x", b"\xff", b"::", b"9" * 20])),
        min_size=9,
        max_size=9,
    ),
)
def test_garbage_in_every_format(
    tmp_path_factory: pytest.TempPathFactory, name: str, contents: list[list[bytes]]
) -> None:
    place = tmp_path_factory.mktemp("garbage")
    for stem, pieces in zip(_TEXTS, contents, strict=True):
        (place / f"{stem}.txt").write_bytes(b"".join(pieces))
    (place / "movies.dat").write_bytes(b"".join(contents[0]))
    (place / "item_index2entity_id.txt").write_bytes(b"0\t0\n" + b"".join(contents[1]))
    (place / "train.csv").write_bytes(b"user_id,item_id\n" + b"".join(contents[2]))
    (place / "reviews.json").write_bytes(b'{"asin": 1, "user_id": [], "related": 3}\n' + b"".join(contents[3]))
    (place / "products.csv").write_bytes(b"id,productDisplayName\n" + b"".join(contents[4]))
    _import_garbage(place, name)


def _import_garbage(place: Path, name: str) -> None:
    out = place / "out"
    try:
        report = import_source(place, out=out, format_name=name)
    except InputError:
        assert not out.exists()
        return
    assert report.read == report.kept + report.quarantined
    outcome = Outcome(out, report)
    assert len(outcome.quarantine) == report.quarantined
    assert set(outcome.codes) <= RULES.keys()
    for table, counts in report.tables.items():
        assert len(outcome.rows(table)) == counts.kept + counts.implied
