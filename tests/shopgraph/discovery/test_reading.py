"""What queries are understood as, without a project."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from shopgraph.discovery.facets import bands
from shopgraph.discovery.lexicon import search_lexicon
from shopgraph.discovery.reading import QueryReader
from shopgraph.discovery.spelling import sounds
from shopgraph.discovery.text_index import Field, TextIndex
from shopgraph.discovery.words import amount

_ITEMS = pa.table(
    {
        "brand": ["Orange", "Halvorne", "Halvorne", None],
        "categories": [["Shoes > Running Shoes"], ["Shoes > Boots"], ["Cookware > Frying Pans"], ["厨具 > 水壶"]],
        "attributes": [
            ["colour=orange", "colour=white"],
            ["colour=red", "waterproof=yes"],
            ["material=leather"],
            ["size=大"],
        ],
    }
)


@pytest.fixture(scope="module")
def reader() -> QueryReader:
    return QueryReader(search_lexicon(_ITEMS, None), vocabulary={"steel": 3, "shoe": 2}, products={"RED-7", "P0042"})


def _ids(reader: QueryReader, query: str) -> list[str]:
    return [("not " if name.negated else "") + name.senses[0].node.id for name in reader.read(query).names]


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("red boots", ["colour=red", "Shoes > Boots"]),
        ("Red Boots by halvorne", ["colour=red", "Shoes > Boots", "Halvorne"]),
        ("boots without leather", ["Shoes > Boots", "not material=leather"]),
        ("boots not red or leather", ["Shoes > Boots", "not colour=red", "not material=leather"]),
        ("不要红色的水壶", ["not colour=red", "厨具 > 水壶"]),
        ("有没有红色的水壶", ["colour=red", "厨具 > 水壶"]),
        ("防水水壶", ["waterproof=yes", "厨具 > 水壶"]),
        ("大水壶", ["size=大", "厨具 > 水壶"]),
        ("大家喜欢的水壶", ["厨具 > 水壶"]),
        ("p0042", ["P0042"]),
        ("red-7和P0042", ["RED-7", "P0042"]),
        ("orange boots", ["colour=orange", "Shoes > Boots"]),
        ("Orange boots", ["Orange", "Shoes > Boots"]),
    ],
)
def test_names_are_understood(reader: QueryReader, query: str, understood: list[str]) -> None:
    assert _ids(reader, query) == understood


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("水壶，红色的除外", ["厨具 > 水壶", "not colour=red"]),
        ("水壶，红色除外吧", ["厨具 > 水壶", "not colour=red"]),
        ("除了红色以外的水壶", ["not colour=red", "厨具 > 水壶"]),
        ("红色以外还有什么颜色的水壶", ["not colour=red", "厨具 > 水壶"]),
        ("水壶，红色以外的都不要", ["厨具 > 水壶", "colour=red"]),
        ("红色的就不要了，水壶", ["not colour=red", "厨具 > 水壶"]),
        ("红色和橙色的都不要，水壶", ["not colour=red", "not colour=orange", "厨具 > 水壶"]),
        ("红色的、橙色的都不要，水壶", ["not colour=red", "not colour=orange", "厨具 > 水壶"]),
        ("水壶，红色，橙色和白色的除外", ["厨具 > 水壶", "not colour=red", "not colour=orange", "not colour=white"]),
        ("红色水壶，皮革不要", ["colour=red", "厨具 > 水壶", "not material=leather"]),
        ("水壶，红色的水壶不要", ["厨具 > 水壶", "not colour=red", "厨具 > 水壶"]),
        ("红色的不要橙色的水壶", ["colour=red", "not colour=orange", "厨具 > 水壶"]),
        ("水壶 不要 红色", ["厨具 > 水壶", "not colour=red"]),
        ("红色水壶 不要 皮革", ["colour=red", "厨具 > 水壶", "not material=leather"]),
        ("水壶不要 红色", ["厨具 > 水壶", "not colour=red"]),
        ("水壶不要：红色", ["厨具 > 水壶", "not colour=red"]),
        ("不要 红色 不要 橙色 水壶", ["not colour=red", "not colour=orange", "厨具 > 水壶"]),
        ("红色，橙色除外", ["colour=red", "not colour=orange"]),
        ("哪些红色的水壶不行", ["colour=red", "厨具 > 水壶"]),
    ],
)
def test_a_negation_turns_the_names_before_or_behind_it(reader: QueryReader, query: str, understood: list[str]) -> None:
    assert _ids(reader, query) == understood


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("red or orange boots", ["red or orange", "boots"]),
        ("boots or running shoes, red", ["boots or running shoes", "red"]),
        ("red, orange and halvorne", ["red, orange", "halvorne"]),
        ("红色或者大水壶", ["红色", "大", "水壶"]),  # two attributes, so both are wanted
        ("boots not red or orange", ["boots", "red", "orange"]),
        ("red waterproof boots", ["red", "waterproof", "boots"]),
        ("boots with orange and running shoes with red", ["boots", "orange", "running shoes", "red"]),
    ],
)
def test_alternatives_of_one_kind_are_one_name(reader: QueryReader, query: str, understood: list[str]) -> None:
    names = reader.read(query).names
    assert [name.surface for name in names] == understood
    for name in names:
        apart = [reader.read(word).names[0].senses[0].node for word in name.surface.replace(",", " or").split(" or ")]
        assert [name.senses[0].node, *name.others] == apart
        assert {sense.node for sense in name.senses} >= set(apart)


@pytest.mark.parametrize(
    ("query", "surface", "wanted"),
    [
        ("red boots in stock", "in stock", True),
        ("boots that are available now", "available now", True),
        ("which boots are sold out?", "sold out", False),
        ("boots not in stock", "not in stock", False),
        ("unavailable boots", "unavailable", False),
        ("有现货的水壶", "有现货", True),
        ("有没有货的水壶", "有没有货", True),
        ("没货的水壶", "没货", False),
        ("缺货的水壶", "缺货", False),
    ],
)
def test_stock_is_understood(reader: QueryReader, query: str, surface: str, wanted: bool) -> None:
    read = reader.read(query)
    assert read.stock is not None
    assert (read.stock.surface, read.stock.wanted) == (surface, wanted)
    assert read.text[read.stock.start : read.stock.end] == surface
    assert not read.rest, "the words are taken"
    assert [name.label for name in read.names][-1:] == ["Category"]


@pytest.mark.parametrize("query", ["水壶，红色的除外", "除了红色以外的水壶", "红色的就不要了", "红色、橙色不要"])
def test_the_words_of_a_negation_are_taken(reader: QueryReader, query: str) -> None:
    assert not reader.read(query).rest


def test_nothing_is_said_of_stock(reader: QueryReader) -> None:
    assert reader.read("red boots under 50").stock is None
    assert reader.read("有没有红色的水壶").stock is None


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ("boots under 50", None, 50),
        ("boots for less than $49.50", None, 49.5),
        ("boots between 20 and 40 euros", 20, 40),
        ("boots 20-40", 20, 40),
        ("boots over 100", 100, None),
        ("boots around 100", 80, 120),
        ("boots 30 or less", None, 30),
        ("水壶 50元以下", None, 50),
        ("不超过一百二十块的水壶", None, 120),
        ("五十到一百元的水壶", 50, 100),
        ("水壶 200左右", 160, 240),
        ("boots under 1,500", None, 1500),
        ("boots under $1,299.99", None, 1299.99),
        ("boots between 1,000 and 2,500.50", 1000, 2500.5),
        ("1,500元以下的靴子", None, 1500),
        ("boots over 12,500", 12500, None),
        ("boots under 49,50", None, 49.5),
    ],
)
def test_prices_are_understood(reader: QueryReader, query: str, low: float | None, high: float | None) -> None:
    price = reader.read(query).price
    assert price is not None
    assert (price.low, price.high) == (low, high)


@pytest.mark.parametrize("query", ["boots 1.299,99 or less", "boots 38,39,40 or less", "1.299,99元以下的靴子"])
def test_an_amount_that_cannot_be_read_is_not_read_in_part(reader: QueryReader, query: str) -> None:
    assert reader.read(query).price is None


def test_a_size_is_no_price(reader: QueryReader) -> None:
    assert reader.read("a bottle under 1,500 ml").price is None
    assert reader.read("frying pan under 24 cm").price is None


@pytest.mark.parametrize(
    ("query", "meant"),
    [("bots", "boots"), ("frting pan", "frying pan"), ("halvrone boots", "halvorne boots"), ("水湖", "水壶")],
)
def test_misspellings_are_forgiven_and_told(reader: QueryReader, query: str, meant: str) -> None:
    read = reader.read(query)
    assert read.text == meant
    assert [query[one.start : one.end] for one in read.corrections] == [one.written for one in read.corrections]
    assert read.corrections


@pytest.mark.parametrize("query", ["red boots", "something for my mother", "steel shoe", "水壶"])
def test_what_is_spelt_well_stays(reader: QueryReader, query: str) -> None:
    assert not reader.read(query).corrections


def test_words_of_which_nothing_was_made_are_told(reader: QueryReader) -> None:
    assert reader.read("i am looking for red nike boots please").rest == ("nike",)


def test_amounts() -> None:
    values = [amount(text) for text in ("49,5", "五十", "一百二", "一百二十", "二十五", "两千", "一百零五")]
    assert values == [49.5, 50, 120, 120, 25, 2000, 105]
    assert [amount(text) for text in ("1,500", "1,299.99", "12,500,000", "1,00,000", "1,5", "1.500")] == [
        1500,
        1299.99,
        12_500_000,
        100_000,
        1.5,
        1.5,
    ]


def test_characters_of_one_sound_sound_alike() -> None:
    assert sounds("水平") == sounds("水瓶")
    assert sounds("水壶") != sounds("水瓶")


def test_a_term_in_a_weightier_field_counts_more() -> None:
    index = TextIndex({"title": Field(["red boot", "blue boot", "hat"], 2.0), "text": Field(["", "red", "red"], 0.5)})
    scores = index.scores("red")
    assert scores[0] > scores[1] > 0
    assert index.scores("green").max() == 0
    assert index.having_all("red boots").tolist() == [0, 1]


def test_bands_cover_all_prices_at_round_numbers() -> None:
    prices = np.array([12.5, 33.0, 49.99, 120.0])
    edges = bands(prices)
    assert edges[0] <= 12.5
    assert edges[-1] >= 120
    assert len(edges) <= 7
    assert all(edge % 10 == 0 for edge in edges)
