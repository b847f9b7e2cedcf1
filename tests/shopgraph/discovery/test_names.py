"""The names of nodes in Chinese."""

from __future__ import annotations

from linking.lexicon import AliasRule, Entry, Lexicon
from linking.mentions import NodeRef
from shopgraph.discovery.lexicon import chinese_names
from shopgraph.discovery.wording import Wording

RED, OAK = NodeRef("Attribute", "colour=red"), NodeRef("Attribute", "wood=oak")


def test_a_listed_name_goes_before_a_translation_and_a_word_before_a_character() -> None:
    lexicon = Lexicon(
        [Entry(RED, "red", 1), Entry(OAK, "oak", 1)],
        [
            ("red", 0, AliasRule.NAME),
            ("红", 0, AliasRule.SPELLING),
            ("红色", 0, AliasRule.SPELLING),
            ("oak", 1, AliasRule.NAME),
            ("橡木色", 1, AliasRule.SPELLING),
            ("橡", 1, AliasRule.FILE),
        ],
    )
    assert chinese_names(lexicon) == {RED: "红色", OAK: "橡"}
    wording = Wording(lexicon)
    assert (wording.node(RED, "zh"), wording.node(RED, "en")) == ("红色", "red")
    assert (wording.facet("colour", "zh"), wording.facet("colour", "en")) == ("颜色", "Colour")
