"""``shopgraph search`` on a small demo project."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from recommender import Recommender
from shopgraph.ask import Asker
from shopgraph.discovery import ProductSearch
from shopgraph.project import Project

from .conftest import Call


def _found(call: Call, project: Path, *words: object) -> dict[str, Any]:
    result = call("search", *words, "--project", project, "--json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_kind_is_found_in_both_languages_and_misspelt(call: Call, project: Path) -> None:
    english = _found(call, project, "boots", "--k", 50)
    assert english["total"] > 0
    assert all("boots" in item["name"].lower() for item in english["items"])
    misspelt = _found(call, project, "boos", "--k", 50)
    assert misspelt["corrections"][0]["meant"] in ("boot", "boots")
    assert {item["id"] for item in misspelt["items"]} == {item["id"] for item in english["items"]}
    assert _found(call, project, "boots", "--language", "zh")["language"] == "zh"


def test_facets_count_the_whole_result_set(call: Call, project: Path) -> None:
    answer = _found(call, project, "boots", "--k", 1)
    brands = next(facet for facet in answer["facets"] if facet["id"] == "brand")
    assert len(answer["items"]) == 1
    assert sum(value["count"] for value in brands["values"]) > 1
    one = brands["values"][0]
    narrowed = _found(call, project, "boots", "--filters", f"brand={one['value']}")
    assert narrowed["total"] == one["count"]


def test_pages_follow_each_other(call: Call, project: Path) -> None:
    whole = [item["id"] for item in _found(call, project, "boots", "--k", 6)["items"]]
    second = _found(call, project, "boots", "--k", 3, "--offset", 3)["items"]
    assert [item["id"] for item in second] == whole[3:]
    assert [item["rank"] for item in second] == [4, 5, 6][: len(second)]


def test_prices_bound_the_answer(call: Call, project: Path) -> None:
    prices = [item["price"] for item in _found(call, project, "boots under 120", "--k", 50)["items"]]
    assert prices
    assert max(prices) <= 120


def test_a_price_beside_a_products_name_does_not_find_all_the_others(call: Call, project: Path, shop: Path) -> None:
    with (shop / "products.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    named = _found(call, project, rows[0]["title"], "--k", 50)
    bounded = _found(call, project, f"{rows[0]['title']} under 10000", "--k", 50)
    assert bounded["items"][0]["id"] == rows[0]["id"]
    assert bounded["total"] == named["total"] < len(rows)
    everything = _found(call, project, "under 10000", "--k", 50)
    assert everything["total"] == len(rows)


@pytest.mark.parametrize("words", ["not black", "不要黑色", "黑色的不要"])
def test_what_is_not_wanted_alone_leaves_all_the_others(call: Call, project: Path, shop: Path, words: str) -> None:
    with (shop / "products.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    black = {row["id"] for row in rows if row["colour"] == "black"}
    other = {row["id"] for row in rows if row["colour"] and row["id"] not in black}
    assert black
    assert other
    found = {item["id"] for item in _found(call, project, words, "--k", 50)["items"]}
    assert found >= other
    assert not found & black


def test_a_word_that_nothing_has_is_told_where_nothing_is_found_for_it(call: Call, project: Path) -> None:
    answer = _found(call, project, "wellingtons, not black")
    assert answer["total"] == 0
    assert any("wellingtons" in note for note in answer["notes"])


@pytest.mark.parametrize("filters", ["brand", "price_max=cheap"])
def test_a_wrong_filter_is_told(call: Call, project: Path, filters: str) -> None:
    assert call("search", "boots", "--project", project, "--filters", filters).exit_code == 2


def test_where_no_stock_is_known_a_question_about_it_is_told_so(project: Path) -> None:
    known = Recommender.load(project).artefact
    place = known.items.schema.get_field_index("in_stock")
    items = known.items.set_column(place, "in_stock", pa.nulls(len(known.items), pa.bool_()))
    search = ProductSearch(Recommender(replace(known, items=items)))
    answer = search.search("boots in stock", k=50)
    assert answer.total == search.search("boots", k=50).total > 0
    assert any("in stock" in note for note in answer.notes)
    with Project.open(project).open_store() as store:
        told = Asker(search, store).ask("which boots are sold out?")
    assert (told.products, told.text) == ((), "It is not known of any product whether it is in stock.")


def test_taste_moves_products_up(project: Path) -> None:
    search = ProductSearch.open(Project.open(project))
    plain = [hit.product.id for hit in search.search("shoes", k=100).items]
    lower, moved = 0, 0
    for liked in plain:
        answer = search.search("shoes", k=100, history=[liked])
        assert "taste" in answer.source
        tasted = [hit.product.id for hit in answer.items]
        assert sorted(tasted) == sorted(plain)  # the same products, in another order
        alike = [one.product.id for one in search.recommender.similar(liked, k=100).items if one.product.id in plain]
        for product in alike[:3]:
            lower += tasted.index(product) > plain.index(product)
            moved += tasted.index(product) < plain.index(product)
    assert moved > 2 * lower
