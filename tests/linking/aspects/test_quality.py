"""How good mined aspects are: on the demo shop's reviews and on laptop reviews whose aspect terms people marked.

The method was chosen on every second laptop sentence and on the demo's seed 0; what is judged here is the other half
of the sentences, all of them, and another seed.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from linking.aspects import MinedAspect, mine_aspects, read_aspects
from linking.aspects.inflection import singulars
from shopgraph.demo import DemoShop, make_demo

LAPTOPS = frozenset(
    {"laptop", "computer", "notebook", "netbook", "pc", "machine", "desktop", "mac", "macbook", "apple", "dell", "hp"}
    | {"toshiba", "acer", "sony", "asus", "lenovo", "samsung", "gateway", "alienware", "vaio", "thinkpad"}
)
"""What a shop of laptops knows from its catalogue: what they are called, and their brands and lines."""

Sentence = tuple[str, list[str]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> DemoShop:
    return make_demo(
        tmp_path_factory.mktemp("mined") / "shop", seed=1, n_products=240, n_users=500, n_interactions=10_000
    )


@pytest.fixture(scope="module")
def laptops(data_dir: Path) -> list[Sentence]:
    path = data_dir / "review-aspects-laptop" / "Laptop_Train_v2.xml.gz"
    root = ElementTree.fromstring(gzip.decompress(path.read_bytes()))
    return [
        (sentence.findtext("text") or "", [term.attrib["term"] for term in sentence.iter("aspectTerm")])
        for sentence in root.iter("sentence")
    ]


def _right(mined: Iterable[MinedAspect], shop: DemoShop) -> set[str]:
    """Give the planted aspects of which one of the words was found."""
    planted = {word: aspect.name for aspect in read_aspects(shop.folder / "aspects.toml") for word in aspect.words}
    return {planted[word] for aspect in mined for word in aspect.words if word in planted}


@pytest.mark.parametrize(("language", "fewest"), [("en", 13), ("zh", 14)])
def test_the_planted_aspects_are_among_the_first_thirty(shop: DemoShop, language: str, fewest: int) -> None:
    """Of 17; nothing but the reviews is known."""
    texts = {row["id"]: row["text"] for row in map(json.loads, (shop.folder / "reviews.jsonl").open(encoding="utf-8"))}
    truth = map(json.loads, (shop.truth / "mentions.jsonl").open(encoding="utf-8"))
    reviews = [(texts[row["review_id"]], "") for row in truth if row["language"] == language]
    assert len(_right(mine_aspects(reviews)[:30], shop)) >= fewest


def _plain(term: str) -> str:
    *head, last = term.lower().replace("-", " ").split() or [""]
    return " ".join([*head, next(singulars(last), last)])


def _judged(sentences: Sequence[Sentence]) -> tuple[float, float]:
    """Give the share of the first 50 that people marked, and the share of marked mentions that the first 100 cover."""
    marked = Counter(_plain(term) for _, terms in sentences for term in terms)
    mined = mine_aspects(((text, "en") for text, _ in sentences), known=LAPTOPS, top=100)
    right = [any(_plain(word) in marked for word in aspect.words) for aspect in mined]
    covered = {_plain(word) for aspect in mined for word in aspect.words}
    return sum(right[:50]) / 50, sum(marked[term] for term in covered) / marked.total()


@pytest.mark.realdata
def test_most_mined_aspects_of_laptops_are_marked_by_people(laptops: list[Sentence]) -> None:
    precision, covered = _judged(laptops)
    assert precision >= 0.78
    assert covered >= 0.40


@pytest.mark.realdata
def test_the_half_that_chose_nothing_is_as_good(laptops: list[Sentence]) -> None:
    precision, covered = _judged(laptops[1::2])
    assert precision >= 0.70
    assert covered >= 0.39
