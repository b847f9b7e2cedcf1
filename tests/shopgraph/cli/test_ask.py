"""``shopgraph ask`` on a small demo project."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Call


def _asked(call: Call, project: Path, question: str, *words: str) -> dict[str, Any]:
    result = call("ask", question, "--project", project, "--json", *words)
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.fixture(scope="module")
def rows(shop: Path) -> list[dict[str, str]]:
    with (shop / "products.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_count_and_its_cypher(call: Call, project: Path, rows: list[dict[str, str]]) -> None:
    answer = _asked(call, project, "how many boots do you have under 150?")
    boots = [row for row in rows if "Shoes > Boots" in row["categories"] and float(row["price"]) <= 150]
    assert answer["count"] == len(boots)
    assert answer["ran"][0]["parameters"]["highest"] == 150
    assert "150" not in answer["ran"][0]["cypher"]


def test_a_price_by_name_and_by_this(call: Call, project: Path, rows: list[dict[str, str]]) -> None:
    row = rows[0]
    assert _asked(call, project, f"how much is {row['title']}?")["value"] == float(row["price"])
    assert _asked(call, project, "how much is this?", "--product", row["id"])["value"] == float(row["price"])


def test_quotes_stand_in_the_reviews(call: Call, project: Path, shop: Path, rows: list[dict[str, str]]) -> None:
    answer = _asked(call, project, "what do people say about it?", "--product", rows[0]["id"])
    lines = (shop / "reviews.jsonl").read_text("utf-8").splitlines()
    reviews = {row["id"]: row for row in map(json.loads, lines)}
    assert answer["quotes"]
    for quote in answer["quotes"]:
        assert reviews[quote["review"]]["product_id"] == rows[0]["id"]
        assert reviews[quote["review"]]["text"][quote["start"] : quote["end"]] == quote["text"]


def test_what_cannot_be_answered_is_said_with_what_can(call: Call, project: Path) -> None:
    answer = _asked(call, project, "what's the weather today?")
    assert answer["intent"] == "unknown"
    assert answer["nearest"]


@pytest.mark.parametrize(("question", "gap"), [("Tell me about the moon", "[product]"), ("今天天气怎么样", "〔商品〕")])
def test_what_is_to_be_filled_in_is_said_in_the_language_of_the_question(
    call: Call, project: Path, question: str, gap: str
) -> None:
    result = call("ask", question, "--project", project)
    assert result.exit_code == 0
    offered = [line for line in result.output.splitlines() if line.startswith("- ")]
    assert any(gap in line for line in offered)
    assert not any(word in line for line in offered for word in ("PRODUCT", "ASPECT", "KIND"))
