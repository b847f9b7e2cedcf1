"""``shopgraph query`` and ``shopgraph cypher``."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from cypher import QueryLibrary
from tests.shopgraph.cli.conftest import Call


def test_list_and_show(call: Call) -> None:
    listed = json.loads(call("query", "list", "--json").stdout)
    assert {"best-sellers", "bought-with"} <= {one["name"] for one in listed}
    assert "best-sellers" in call("query", "list", "--theme", "products").output
    shown = call("query", "show", "best-sellers")
    assert shown.exit_code == 0
    assert "MATCH (u:User)-[x:PURCHASED]->(p:Product)" in shown.stdout
    assert "for example" in shown.stdout
    assert QueryLibrary.own().get("best-sellers").example[0][0] in shown.stdout
    assert json.loads(call("query", "show", "best-sellers", "--json").stdout)["title_zh"] == "畅销商品"


def test_run_in_every_format(call: Call, project: Path, tmp_path: Path) -> None:
    words = ("query", "run", "best-sellers", "--param", "limit=3", "--project", project)
    told = json.loads(call(*words, "--format", "json").stdout)
    assert len(told["rows"]) == 3
    rows = list(csv.DictReader(io.StringIO(call(*words, "--format", "csv").stdout)))
    assert [row["product"] for row in rows] == [row["product"] for row in told["rows"]]
    table = call(*words)
    assert table.exit_code == 0
    assert all(row["product"] in table.stdout for row in rows)
    out = tmp_path / "answer.html"
    assert call(*words, "--format", "html", "--out", out).exit_code == 0
    assert "<svg" in out.read_text(encoding="utf-8")


def test_a_free_query(call: Call, project: Path) -> None:
    words = ("--param", "least=2", "--param", "name=a, b", "--project", project, "--format", "json")
    asked = call("cypher", "UNWIND [1, 2, 3] AS n WITH n WHERE n >= $least RETURN n, $name AS name", *words)
    assert json.loads(asked.stdout)["rows"] == [{"n": 2, "name": "a, b"}, {"n": 3, "name": "a, b"}]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("query", "run", "best-seller"), 1, 'Did you mean "best-sellers"'),
        (("query", "run", "best-sellers", "--param", "limt=3"), 1, 'Did you mean "limit"'),
        (("query", "run", "best-sellers", "--param", "limit=x"), 1, "integer"),
        (("query", "run", "best-sellers", "--param", "limit"), 2, "NAME=VALUE"),
        (("query", "run", "best-sellers", "--param", "limit=1", "--param", "limit=2"), 2, "twice"),
        (("query", "run", "best-sellers", "--out", "x.txt"), 2, "csv, json or html"),
        (("query", "list", "--theme", "nosuch"), 2, "catalogue"),
        (("cypher", "MATCH (p:Product) DETACH DELETE p"), 1, "only read"),
    ],
)
def test_what_goes_wrong(call: Call, project: Path, words: tuple[str, ...], code: int, said: str) -> None:
    where = () if words[1] == "list" else ("--project", project)
    result = call(*words, *where)
    assert result.exit_code == code
    assert said in result.output
