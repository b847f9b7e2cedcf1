"""Reasons in words."""

from __future__ import annotations

import pytest

from recommender.answers import Node, Reason, Step
from shopgraph.report.language import Words
from shopgraph.report.words import tell

HISTORY, PRODUCT = Node("Product", "a", "Old Boots"), Node("Product", "b", "New Boots")
EN, ZH = Words("en"), Words("zh")
REVIEWS, PHOTOS = Node("Review", "", "reviews"), Node("Image", "", "photos")


def _reason(relation: str, carriers: Node, target: Node, share: float = 0.5) -> Reason:
    first, second = ("ABOUT", "MENTIONS") if carriers is REVIEWS else ("HAS_IMAGE", "DEPICTS")
    out = carriers is PHOTOS
    path = (
        Step(first, out, carriers),
        Step(second, True, target),
        Step(second, False, carriers),
        Step(first, not out, PRODUCT),
    )
    return Reason(HISTORY, relation, share, share, path, 1)


@pytest.mark.parametrize(
    ("relation", "carriers", "target", "sentence"),
    [
        (
            "MENTIONS:Aspect:praised", REVIEWS, Node("Aspect", "grip", "grip"),
            "Reviewers are pleased with its grip, as with that of Old Boots",
        ),
        (
            "MENTIONS:Aspect:criticised", REVIEWS, Node("Aspect", "grip", "grip"),
            "Reviewers are not pleased with its grip, nor with that of Old Boots",
        ),
        (
            "MENTIONS:Aspect:neutral", REVIEWS, Node("Aspect", "grip", "grip"),
            "Reviews of it and of Old Boots speak of grip",
        ),
        ("MENTIONS:Brand", REVIEWS, Node("Brand", "x", "Acme"), "Reviews of it and of Old Boots speak of Acme"),
        (
            "DEPICTS:Attribute", PHOTOS, Node("Attribute", "pattern=two-tone", "pattern"),
            "Its photo shows the same pattern as that of Old Boots: two-tone",
        ),
        (
            "DEPICTS:Category", PHOTOS, Node("Category", "Shoes > Boots", "Boots"),
            "Photos of it and of Old Boots show Boots",
        ),
    ],
)  # fmt: skip
def test_what_reviews_say_and_photos_show_is_told(relation: str, carriers: Node, target: Node, sentence: str) -> None:
    told = tell(_reason(relation, carriers, target), EN, {("Product", "b"): "新靴子"})
    assert told.sentence == sentence
    assert [stop.name for stop in told.stops][1::2] == [carriers.name, carriers.name]
    assert told.stops[-1].other == "新靴子"


def test_a_reason_against_says_so() -> None:
    told = tell(_reason("MENTIONS:Aspect:praised", REVIEWS, Node("Aspect", "zip", "zip"), -0.25), EN, {})
    assert told.sentence == "Against it: reviewers are pleased with its zip, as with that of Old Boots"
    assert told.share == "−25%"


def test_the_relations_of_the_graph_are_told_as_before() -> None:
    path = (Step("HAS_BRAND", True, Node("Brand", "x", "Acme")), Step("HAS_BRAND", False, PRODUCT))
    assert tell(Reason(HISTORY, "HAS_BRAND", 1.0, 1.0, path, 1), EN, {}).sentence == "Same brand as Old Boots: Acme"
    entity = (
        Step("RELATED_TO:film.cast", True, Node("Entity", "e", "Ann")),
        Step("RELATED_TO:film.cast", False, PRODUCT),
    )
    told = tell(Reason(HISTORY, "RELATED_TO:film.cast", 1.0, 1.0, entity, 1), EN, {})
    assert told.sentence == "Like Old Boots, linked to Ann (film cast)"


def test_reasons_in_chinese() -> None:
    names = {("Product", "a"): "旧靴子", ("Product", "b"): "新靴子", ("Attribute", "colour=red"): "颜色：红色"}

    def chinese(reason: Reason) -> tuple[str, list[str], str]:
        told = tell(reason, ZH, names)
        return told.sentence, [f"{stop.arrow}{stop.name}" for stop in told.stops], told.evidence

    attribute = Node("Attribute", "colour=red", "colour")
    assert chinese(_reason("DEPICTS:Attribute", PHOTOS, attribute))[0] == "它的照片与 旧靴子 显示相同的颜色：红色"
    assert chinese(_reason("MENTIONS:Aspect:praised", REVIEWS, Node("Aspect", "zip", "zip"), -0.2))[0].startswith(
        "不利于它：与 旧靴子 一样"
    )
    bought = (Step("PURCHASED", False, Node("User", "", "12 customers")), Step("PURCHASED", True, PRODUCT))
    assert chinese(Reason(HISTORY, "interactions", 1.0, 1.0, bought, 12)) == (
        "选择了 旧靴子 的顾客也选择了它",
        ["旧靴子", "← 购买 —12 位顾客", "— 购买 →新靴子"],
        "12 位顾客",
    )
    assert tell(Reason(HISTORY, "network", 1.0, 1.0, (), 1), ZH, {}).sentence == "在模型中与 Old Boots 相近"
    assert tell(Reason(HISTORY, "odd:thing", 1.0, 1.0, (), 1), ZH, {}).sentence == "通过thing与 Old Boots 相连"
    assert tell(Reason(None, "popularity", 1.0, 1.0, (), 1), ZH, {}).sentence == "受顾客欢迎"
    told = tell(Reason(HISTORY, "interactions", 1.0, 1.0, bought, 12), EN, names)
    assert [stop.name for stop in told.stops] == ["Old Boots", "12 customers", "New Boots"]
    assert told.stops[0].other == "旧靴子"
