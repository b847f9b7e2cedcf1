"""The names of nodes in Chinese."""

from __future__ import annotations

from linking.lexicon import AliasRule, Entry, Lexicon
from linking.mentions import NodeRef
from shopgraph.discovery.lexicon import chinese_names
from shopgraph.discovery.wording import Wording

RED, OAK = NodeRef("Attribute", "colour=red"), NodeRef("Attribute", "wood=oak")
NOISE = NodeRef("Aspect", "noise")


def test_listed_goes_before_translated_a_word_before_a_character_and_the_first_before_others() -> None:
    lexicon = Lexicon(
        [Entry(RED, "red", 1), Entry(OAK, "oak", 1), Entry(NOISE, "noise", 0)],
        [
            ("red", 0, AliasRule.NAME),
            ("红", 0, AliasRule.SPELLING),
            ("红色", 0, AliasRule.SPELLING),
            ("oak", 1, AliasRule.NAME),
            ("橡木色", 1, AliasRule.SPELLING),
            ("橡", 1, AliasRule.FILE),
            *((word, 2, AliasRule.FILE) for word in ("吵", "噪音", "嗡嗡声")),
        ],
    )
    assert chinese_names(lexicon) == {RED: "红色", OAK: "橡", NOISE: "噪音"}
    wording = Wording(lexicon)
    assert (wording.node(RED, "zh"), wording.node(RED, "en")) == ("红色", "red")
    assert (wording.facet("colour", "zh"), wording.facet("colour", "en")) == ("颜色", "Colour")
