"""Finding an attribute's value: known and new values, none where there is none, and values cut out of a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.common import Arguments
from benchmarks.linking import attributes
from kg.errors import ModelError
from linking.training.attributes import train_attributes
from linking.training.readers.ae110k import TitleAttributes

COLOURS, THINGS = ("Red", "Blue", "Green"), ("Lure", "Rod", "Reel")


def titles() -> list[TitleAttributes]:
    found: list[TitleAttributes] = []
    for colour in COLOURS * 3:
        for thing in THINGS:
            size = f"{40 + len(found)}mm"
            values: dict[str, tuple[str, ...]] = {"Color": (colour,), "Length": (size,), "Gender": ("Men",)}
            found.append(TitleAttributes(f"{colour} Fishing {thing} {size} For Mens Sport", thing, values))
            found.append(TitleAttributes(f"Fishing {thing} Set", thing, {"Color": (), "Length": (), "Gender": ()}))
    return found


def test_values_are_found_and_absent_ones_are_not() -> None:
    finder = train_attributes(titles())
    title = "Blue Fishing Net 95mm For Mens Sport"
    assert finder.find(title, "Color") == ("Blue",)
    assert finder.find(title, "Length") == ("95mm",), "a length it never saw"
    assert finder.find(title, "Gender") == ("Men",), "the value, not the word that holds it"
    assert finder.find("Fishing Net Set", "Color") == ()
    assert finder.find("", "Color") == ()


def test_without_titles_there_is_nothing_to_learn() -> None:
    with pytest.raises(ModelError, match="no text to learn from"):
        train_attributes([])


def test_the_benchmark_counts_found_values_of_absent_attributes_as_wrong(tmp_path: Path) -> None:
    lines = []
    for number in range(20):
        scores = {"Color": {"Red": 1} if number % 2 else {"n/a": 1}}
        lines.append(json.dumps({"input": f"Red Lure {number}", "category": "Lure", "target_scores": scores}))
    (tmp_path / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")
    figures = attributes.measure(Arguments(tmp_path, "ae110k", 0, {}))
    assert figures["questions without an answer"] == 10
    precision = figures["attribute value precision"]
    assert isinstance(precision, float)
    assert precision < 0.9, "nothing in the title tells when the data ask in vain"
