"""Reasons as sentences: English or Chinese, made of the names that the graph has and of nothing else."""

from __future__ import annotations

import pytest

from kg.errors import ConfigurationError
from recommender.answers import Node, Reason, Step
from recommender.wording import LANGUAGES, words_of

BOOTS, SHOE = Node("Product", "a", "Old Boots"), Node("Product", "b", "Trail Shoe")


def by(relation: str, between: Node, share: float = 0.5) -> Reason:
    path = (Step(relation, True, between), Step(relation, False, SHOE))
    return Reason(BOOTS, relation, share, share, path, 1)


def test_a_reason_says_itself_and_keeps_its_path_beside() -> None:
    reason = by("HAS_BRAND", Node("Brand", "acme", "Acme"))
    assert reason.sentence() == "Same brand as Old Boots: Acme"
    assert reason.sentence("zh") == "与 Old Boots 同一品牌：Acme"
    names = {"a": "旧靴子", "acme": "阿克米"}
    assert reason.sentence("zh", names=lambda node: names.get(node.id)) == "与 旧靴子 同一品牌：阿克米"
    assert reason.named_path() == "Old Boots -[HAS_BRAND]-> Acme <-[HAS_BRAND]- Trail Shoe"


def test_an_attribute_is_named_with_its_value() -> None:
    reason = by("HAS_ATTRIBUTE", Node("Attribute", "colour=red", "colour"))
    assert reason.sentence() == "Has this in common with Old Boots: colour: red"
    assert reason.sentence("zh", names=lambda node: "颜色：红色") == "与 颜色：红色 的共同点：颜色：红色"


def test_one_customer_is_not_called_several() -> None:
    def told(customers: int, language: str) -> str:
        several = Node("User", "", f"{customers} customer{'s' if customers > 1 else ''}")
        path = (Step("PURCHASED", False, several), Step("PURCHASED", True, SHOE))
        return Reason(BOOTS, "interactions", 1.0, 1.0, path, customers).sentence(language)

    assert told(1, "en") == "Chosen by a customer who also chose Old Boots"
    assert told(12, "en") == "Chosen by customers who also chose Old Boots"
    assert told(1, "zh") == "选择了 Old Boots 的一位顾客也选择了它"


def test_a_relation_of_the_shops_own_graph_is_told_by_its_name() -> None:
    reason = by("MADE_IN", Node("Entity", "it", "Italy"))
    assert reason.sentence() == "Like Old Boots, linked to Italy (made in)"
    assert reason.sentence("zh") == "与 Old Boots 一样，与 Italy 相连（made in）"
    assert Reason(BOOTS, "MADE_IN", 1.0, 1.0, (), 1).sentence() == "Connected with Old Boots by made in"


def test_what_speaks_against_a_product_says_so() -> None:
    reason = by("HAS_BRAND", Node("Brand", "acme", "Acme"), share=-0.1)
    assert reason.sentence() == "Against it: same brand as Old Boots: Acme"


def test_other_languages_are_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match=r'sentences in "de".*en, zh'):
        Reason(None, "popularity", 1.0, 1.0, (), 0).sentence("de")


def test_every_template_is_there_in_both_languages() -> None:
    english, chinese = (words_of(language) for language in LANGUAGES)
    assert english.keys() <= chinese.keys()
