"""The lexicon: what words may mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from linking.lexicon import AliasRow, build_lexicon, read_aliases
from linking.lexicon.aliases import plural, singular, verb_forms
from linking.mentions import NodeRef
from tests.linking.shops import ALIASES, small_lexicon, small_shop


def meanings(surface: str) -> set[str]:
    lexicon = small_lexicon()
    alias = lexicon.lookup(surface)
    return {str(lexicon.entries[sense.entry].node) for sense in alias.senses} if alias else set()


@pytest.mark.parametrize(
    ("surface", "node"),
    [
        ("apple", "Brand Apple"),
        ("ＡＰＰＬＥ", "Brand Apple"),
        ("Brisk and Bole", "Brand Brisk & Bole"),
        ("Brisk&Bole", "Brand Brisk & Bole"),
        ("phone", "Category Electronics > Phones"),
        ("t-shirt", "Category Clothes > T-Shirts"),
        ("tshirts", "Category Clothes > T-Shirts"),
        ("T Shirt", "Category Clothes > T-Shirts"),
        ("navy", "Attribute colour=navy"),
        ("waterproof", "Attribute waterproof=yes"),
        ("size 42", "Attribute size=42"),
        ("slipped", "Aspect grip"),
        ("slipping", "Aspect grip"),
        ("续航", "Aspect battery"),
        ("Voltway Braided Cable", "Product cable"),
        ("brisk & bole t-shirt", "Product shirt"),
        ("手机", "Category Electronics > Phones"),
    ],
)
def test_ways_to_write_a_name(surface: str, node: str) -> None:
    assert node in meanings(surface)


@pytest.mark.parametrize("surface", ["42", "yes", "", "kg"])
def test_words_that_say_nothing_by_themselves(surface: str) -> None:
    assert meanings(surface) == set()


def test_priors_follow_use_and_add_up() -> None:
    lexicon = small_lexicon()
    alias = lexicon.lookup("orange")
    assert alias is not None
    assert meanings("orange") == {"Brand Orange", "Attribute colour=orange", "Attribute flavour=orange"}
    assert sum(sense.prior for sense in alias.senses) == pytest.approx(1.0)
    apple = lexicon.lookup("apple")
    assert apple is not None
    first = lexicon.entries[apple.senses[0].entry]
    assert str(first.node) == "Brand Apple"  # two products are of it, one is in the category


def test_a_row_for_a_node_that_is_not_there_is_told() -> None:
    strange = AliasRow(NodeRef("Brand", "Nobody"), "nobody")
    _, report = build_lexicon(small_shop(), aliases=(*ALIASES, strange))
    assert report.unknown == (strange,)


def test_the_file_of_aliases(tmp_path: Path) -> None:
    path = tmp_path / "aliases.csv"
    path.write_text("label,id,alias\nBrand,Apple,苹果\nColour,red,rot\nBrand,,x\n", encoding="utf-8-sig")
    good, bad = read_aliases(path)
    assert good == (AliasRow(NodeRef("Brand", "Apple"), "苹果"),)
    assert [row.line for row in bad] == [3, 4]
    assert 'no label "Colour"' in bad[0].reason


@pytest.mark.parametrize(
    ("content", "said"), [(b"label,alias\nBrand,x\n", 'no column "id"'), (b"\xff\xfe\x00", "not UTF-8")]
)
def test_a_broken_file_of_aliases_says_what_is_wrong(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "aliases.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_aliases(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_aliases(tmp_path / "missing.csv")


@settings(deadline=None)
@given(st.from_regex(r"[a-z]{3,8}", fullmatch=True))
def test_plurals_go_back_to_their_singular(word: str) -> None:
    if word.endswith(("s", "i", "u", "z", "x", "h", "e")):
        return  # "buses" may come from "buse", and "menus" look like "virus"; rules cannot tell
    assert singular(plural(word)) == word


def test_verbs() -> None:
    assert verb_forms("slip") == ("slips", "slipping", "slipped")
    assert verb_forms("wipe") == ("wipes", "wiping", "wiped")
    assert verb_forms("dry") == ("dries", "drying", "dried")
