"""Rules in a file: they are what it says, and what is wrong with it is named."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ConfigurationError
from recommender.filters import Filters
from recommender.rules import (
    Boost,
    Diversity,
    Freshness,
    Novelty,
    Pin,
    PopularityCap,
    Rules,
    Share,
    load_rules,
    parse_rules,
)

FILE = """
[filters]
price_max = 100
exclude_brands = ["Acme"]
links = { HAS_ATTRIBUTE = ["colour=red"] }

[[boosts]]
where = { brands = ["leaf"], in_stock = true }
multiply = 1.5

[[pins]]
product = "p01"
position = 2

[[shares]]
of = "category"
at_most = 0.4
depth = 1

[diversity]
relevance = 0.8

[novelty]
weight = 0.1

[popularity]
top = 0.1
at_most = 0.3

[freshness]
weight = 0.2
half_life_days = 90
"""


def test_a_file_is_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(FILE)
    rules = load_rules(tmp_path / "rules.toml")
    assert rules == Rules(
        filters=Filters(price_max=100.0, exclude_brands=("Acme",), links={"HAS_ATTRIBUTE": ("colour=red",)}),
        boosts=(Boost(Filters(brands=("leaf",), in_stock=True), multiply=1.5),),
        pins=(Pin("p01", 2),),
        shares=(Share("category", 0.4, depth=1),),  # type: ignore[arg-type]
        diversity=Diversity(0.8),
        novelty=Novelty(0.1),
        popularity=PopularityCap(top=0.1, at_most=0.3),
        freshness=Freshness(weight=0.2, half_life_days=90.0),
    )
    assert hash(rules) == hash(load_rules(tmp_path / "rules.toml"))
    (tmp_path / "empty.toml").write_text("")
    assert load_rules(tmp_path / "empty.toml") == Rules()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"filter": {}}, 'there is no section [filter]. Did you mean "filters"? Keys: filters, boosts'),
        ({"filters": {"brand": ["a"]}}, '[filters] has no key "brand". Did you mean "brands"?'),
        ({"boosts": [{"where": {"prise": 3}}]}, '[[boosts]] number 1, where has no key "prise". Did you mean "price_m'),
        ({"boosts": [{"multiply": 2.0}]}, '[[boosts]] number 1 needs the key "where"'),
        ({"boosts": [{"where": {}, "multiply": 0}]}, "boosts: multiply is 0; give a number above 0"),
        ({"pins": {"product": "a"}}, "pins must be a section: [[pins]]"),
        ({"pins": [{"product": "a", "position": 0}]}, "pins: position of a is 0; ranks begin at 1"),
        ({"pins": [{"product": "a", "position": "1"}]}, '[[pins]] number 1 position is "1"; it must be a valid int'),
        ({"pins": [{"product": "a", "position": 1}, {"product": "b", "position": 1}]}, "two pins have the position 1"),
        ({"shares": [{"of": "size", "at_most": 0.3}]}, "[[shares]] number 1 of is \"size\"; it must be 'category' or"),
        ({"shares": [{"of": "brand", "at_most": 0}]}, "shares: at_most is 0; give a share above 0"),
        ({"diversity": {"lambda": 0.3}}, '[diversity] has no key "lambda". Keys: relevance'),
        ({"diversity": {"relevance": 1.5}}, "diversity: relevance is 1.5; give a number from 0 to 1"),
        ({"popularity": {"top": 0.1}}, '[popularity] needs the key "at_most"'),
        ({"freshness": {"weight": 1, "half_life_days": 0}}, "freshness: half_life_days is 0; give a number above 0"),
        ({"novelty": {"weight": -1}}, "novelty: weight is -1; give 0 or more"),
        ({"filters": {"price_min": 9, "price_max": 3}}, "price_min 9 is above price_max 3"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_named(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_rules(values, where="shop/rules.toml")
    assert str(caught.value).startswith("shop/rules.toml: ")
    assert message in str(caught.value)


def test_the_example_of_the_docs_is_read_and_has_every_key(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "rules.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "rules.toml").write_text(example)
    rules = load_rules(tmp_path / "rules.toml")
    values = tomllib.loads(example)
    first = {name: value[0] if isinstance(value, list) else value for name, value in values.items()}
    for part in fields(Rules):
        own = getattr(rules, part.name)
        assert set(first[part.name]) == {key.name for key in fields(own[0] if isinstance(own, tuple) else own)}


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.toml cannot be read"):
        load_rules(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[filters\n")
    with pytest.raises(ConfigurationError, match=r"bad\.toml is not TOML"):
        load_rules(tmp_path / "bad.toml")
