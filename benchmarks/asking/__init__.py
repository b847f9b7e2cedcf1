"""What is right about a demo shop, from its tables and what was planted, in plain Python."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shopgraph.ask import AskAnswer

_TITLE = re.compile(r"\{(brand )?(P\d+)\}")
_FACTS, _QUALITY = 0.8, 0.6
"""Share of the first five products that has to be right: of what the shop or a photo tells, and of hidden qualities."""


class Shop:
    """The shop's tables and truth, read from its folder."""

    def __init__(self, folder: Path) -> None:
        with (folder / "products.csv").open(encoding="utf-8") as file:
            self.rows = {row["id"]: row for row in csv.DictReader(file)}
        self.truth = {row["product_id"]: row for row in _lines(folder / "truth" / "products.jsonl")}
        self.reviews = {row["id"]: row for row in _lines(folder / "reviews.jsonl")}
        self.mentions = {row["review_id"]: row["mentions"] for row in _lines(folder / "truth" / "mentions.jsonl")}
        with (folder / "links.csv").open(encoding="utf-8") as file:
            self.links = [(row["product_id"], row["relation"], row["other_id"]) for row in csv.DictReader(file)]
        with gzip.open(folder / "interactions.csv.gz", "rt", encoding="utf-8") as file:
            bought = [row["product_id"] for row in csv.DictReader(file) if row["kind"] == "purchased"]
        self.sold = Counter(bought)

    def filled(self, question: str, language: str) -> str:
        """Write titles of products into a question."""

        def title(match: re.Match[str]) -> str:
            row = self.rows[match[2]]
            return row["brand"] if match[1] else (row["title_zh"] if language == "zh" else row["title"])

        return _TITLE.sub(title, question)

    def those(self, spec: Mapping[str, Any], *, listed: bool = False) -> set[str]:
        """Give the products that conditions hold for: as planted, or as the tables list them."""
        return {id_ for id_ in self.rows if self._fits(id_, spec, listed)}

    def _fits(self, id_: str, spec: Mapping[str, Any], listed: bool) -> bool:
        row, true = self.rows[id_], self.truth[id_]
        colour = row["colour"] if listed else true["colour"]
        material = row["material"] if listed else true["material"]
        kind, category = true["kind"].rpartition(" > ")[2], true["kind"].partition(" > ")[0]
        checks = {
            "kind": kind == spec.get("kind"),
            "category": category == spec.get("category"),
            "brand": true["brand"] == spec.get("brand"),
            "colour": colour == spec.get("colour"),
            "not_colour": colour != spec.get("not_colour"),
            "material": material == spec.get("material"),
            "not_material": material != spec.get("not_material"),
            "pattern": true["finish"] == spec.get("pattern"),
            "waterproof": row["waterproof"] == spec.get("waterproof"),
            "connection": row["connection"] == spec.get("connection"),
            "price_max": float(row["price"]) <= spec.get("price_max", 0),
            "price_min": float(row["price"]) >= spec.get("price_min", 0),
            "good": spec.get("good") in true["qualities"],
            "bad": spec.get("bad") in true["lacks"],
        }
        return all(checks[name] for name in spec)

    def right(self, answer: AskAnswer, kind: str, spec: Mapping[str, Any]) -> bool:
        """Tell whether an answer is right."""
        found = [one.id for one in answer.products]
        match kind:
            case "products":
                wanted = self.those(spec)
                share = _QUALITY if {"good", "bad"} & spec.keys() else _FACTS
                return _most(found, wanted, share) if wanted else not found
            case "count":
                return answer.count == len(self.those(spec, listed=True))
            case "best":
                conditions = {name: value for name, value in spec.items() if name != "by"}
                return bool(found) and found[0] in self._best(self.those(conditions), spec["by"])
            case "price":
                return answer.value == float(self.rows[spec["product"]]["price"])
            case "stock":
                return answer.value == ("yes" if self.rows[spec["product"]]["in_stock"] == "true" else "no")
            case "opinion":
                return self._opinion(answer, spec)
            case "brands":
                listed = {self.rows[id_]["brand"] for id_ in self.those(spec)} - {""}
                return set(answer.names) == listed
            case "links":
                wanted = {
                    other for one, name, other in self.links if one == spec["product"] and name in spec["relations"]
                }
                return bool(found) and set(found) <= wanted
            case "compare" | "related":
                return answer.intent == kind and set(found) == set(spec["products"])
            case "details" | "buyers":
                return answer.intent == kind and found == [spec["product"]]
            case "similar":
                same = self.those({"kind": self.truth[spec["product"]]["kind"].rpartition(" > ")[2]})
                right = answer.intent in ("similar", "substitutes") and spec["product"] not in found
                return right and _most(found, same, _QUALITY)
            case "recommend":
                return answer.intent == "recommend" and bool(found)
            case "smalltalk":
                return answer.intent == "smalltalk"
            case "refuse":
                return answer.intent == "unknown" and bool(answer.nearest)
        raise ValueError(kind)

    def _best(self, those: set[str], by: str) -> set[str]:
        price = {id_: float(self.rows[id_]["price"]) for id_ in those}
        if by in ("cheapest", "dearest"):
            edge = (min if by == "cheapest" else max)(price.values())
            return {id_ for id_ in those if price[id_] == edge}
        if by == "sold":
            return {id_ for id_ in those if self.sold[id_] == max(self.sold[other] for other in those)}
        stars: defaultdict[str, list[float]] = defaultdict(list)
        for review in self.reviews.values():
            stars[review["product_id"]].append(float(review["rating"]))
        best: set[str] = set()
        for least in (1, 2, 3, 5):  # what is best with few reviews is a matter of taste
            means = {id_: sum(stars[id_]) / len(stars[id_]) for id_ in those if len(stars[id_]) >= least}
            best |= {id_ for id_, mean in means.items() if mean == max(means.values())}
        return best

    def _opinion(self, answer: AskAnswer, spec: Mapping[str, Any]) -> bool:
        """Tell whether quotes are of the right reviews and feeling, and are there where they should be."""
        said = {
            (id_, one["sentiment"])
            for id_, mentions in self.mentions.items()
            if self.reviews[id_]["product_id"] == spec["product"]
            for one in mentions
            if one["label"] == "Aspect" and one["node"] == spec["aspect"]
        }
        sides = {"bad": (-1,), "good": (1,), "both": (-1, 1)}[spec["side"]]
        wanted = {id_ for id_, feeling in said if feeling in sides}
        quoted = {quote.review for quote in answer.quotes}
        places = all(
            quote.text == self.reviews[quote.review]["text"][quote.start : quote.end] for quote in answer.quotes
        )
        if not wanted:
            return answer.intent in ("complaints", "praise", "opinions") and not quoted
        return bool(quoted) and places and len(quoted & wanted) >= _FACTS * len(quoted)


def _most(found: list[str], wanted: set[str], share: float) -> bool:
    return bool(found) and sum(id_ in wanted for id_ in found[:5]) >= share * len(found[:5])


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
