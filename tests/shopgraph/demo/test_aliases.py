from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable

from shopgraph.demo import DemoShop
from shopgraph.demo.phrases import phrases
from tests.shopgraph.demo.conftest import Rows

Read = Callable[[str], Rows]


def _nodes(read: Read) -> set[tuple[str, str]]:
    """Give label and id of the categories and attributes that the table of products names."""
    found: set[tuple[str, str]] = set()
    for row in read("products.csv"):
        for path in row["categories"].split("|"):
            steps = path.split(" > ")
            found |= {("Category", " > ".join(steps[: depth + 1])) for depth in range(len(steps))}
        found |= {("Attribute", f"{name}={row[name]}") for name in ("colour", "material", "pattern") if row[name]}
    return found


def test_every_alias_is_of_a_node_and_new_to_it(read: Read) -> None:
    nodes, rows = _nodes(read), read("aliases.csv")
    given = {("Category", "Occasions")}  # stands in no table on its own and has no Chinese name
    assert nodes - given <= {(row["label"], row["id"]) for row in rows}
    assert Counter(tuple(row.values()) for row in rows).most_common(1)[0][1] == 1
    depicted = {(one["label"], one["node"]) for row in read("truth/photos.jsonl") for one in row["depicts"]}
    assert {(row["label"], row["id"]) for row in rows} - nodes <= depicted
    for row in rows:
        assert row["alias"].strip() == row["alias"] != ""
        assert row["alias"].casefold() != row["id"].rpartition(" > ")[2].rpartition("=")[2].casefold()


def test_chinese_reviewers_and_the_aliases_use_the_same_words(read: Read) -> None:
    aliases = {(row["label"], row["id"], row["alias"]) for row in read("aliases.csv")}
    said = {
        (mention["label"], mention["node"], mention["surface"])
        for row in read("truth/mentions.jsonl")
        if row["language"] == "zh"
        for mention in row["mentions"]
        if mention["label"] in {"Category", "Attribute"}
    }
    assert said and said <= aliases


def test_the_aspects_are_those_of_the_reviews_each_with_words_of_both_languages(shop: DemoShop) -> None:
    aspects = tomllib.loads((shop.folder / "aspects.toml").read_text("utf-8"))["aspects"]
    assert [aspect["name"] for aspect in aspects] == list(phrases().aspects)
    words = [word for aspect in aspects for word in aspect["words"]]
    assert len(set(words)) == len(words), "a word means one aspect"
    for aspect in aspects:
        assert any(word.isascii() for word in aspect["words"])
        assert any(not word.isascii() for word in aspect["words"])
