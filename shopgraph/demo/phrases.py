"""Sentences of reviews, put together so that it is known which words mention what.

The phrases stand in ``data/phrases.toml``. ``[words]`` in a clause mention its aspect; ``<brand>``, ``<category>``,
``<colour>`` and ``<material>`` mention an entity of the product.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from shopgraph.demo.vocabulary import Kind, read_data

LANGUAGES: tuple[str, ...] = ("en", "zh")
_TOKEN = re.compile(r"\[(?P<aspect>[^\]]+)\]|<(?P<entity>\w+)>")


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a text that mention a node of the graph.

    Attributes:
        start, end: first character, and the one after the last.
        surface: the words.
        label, node: label and id of the node, as in the graph: "Aspect" and "zip", "Attribute" and "colour=navy".
        sentiment: -1, 0 or 1.
    """

    start: int
    end: int
    surface: str
    label: str
    node: str
    sentiment: int


@dataclass(frozen=True, slots=True)
class Entity:
    """What an angle-bracketed token stands for: the words to write, and the node they mean."""

    surface: str
    label: str
    node: str


@dataclass(frozen=True, slots=True)
class AspectPhrases:
    """Clauses about one aspect: language and sentiment (1 or -1) to clauses."""

    name: str
    zh: str
    clauses: Mapping[tuple[str, int], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Phrases:
    """All phrases: aspects by name; openers with sentiment by language; closers, joiners and titles by key."""

    aspects: Mapping[str, AspectPhrases]
    openers: Mapping[str, tuple[tuple[str, int], ...]]
    closers: Mapping[str, tuple[str, ...]]
    joiners: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, tuple[str, ...]]


@cache
def phrases() -> Phrases:
    """Give the phrases of the demo shop's reviews."""
    data = read_data("phrases.toml")
    aspects = {
        row["name"]: AspectPhrases(
            row["name"],
            row["zh"],
            {
                ("en", 1): tuple(row["positive"]),
                ("en", -1): tuple(row["negative"]),
                ("zh", 1): tuple(row["positive_zh"]),
                ("zh", -1): tuple(row["negative_zh"]),
            },
        )
        for row in data["aspects"]
    }
    return Phrases(
        aspects=aspects,
        openers={language: tuple((row[0], row[1]) for row in data["openers"][language]) for language in LANGUAGES},
        closers={key: tuple(values) for key, values in data["closers"].items()},
        joiners={key: tuple(values) for key, values in data["joiners"].items()},
        titles={key: tuple(values) for key, values in data["titles"].items()},
    )


_ONE = {
    "it": "it",
    "is": "is",
    "has": "has",
    "was": "was",
    "s": "s",
    "es": "es",
    "this": "this",
    "them": "it",
    "this_kind": "a",
    "pair": "",
}
_MANY = {
    "it": "they",
    "is": "are",
    "has": "have",
    "was": "were",
    "s": "",
    "es": "",
    "this": "these",
    "them": "them",
    "this_kind": "such",
    "pair": "pair of ",
}


def inflected(template: str, kind: Kind) -> str:
    """Fill the tokens in braces by the number of the kind's noun."""
    if "{" not in template:
        return template
    words = dict(_MANY if kind.plural else _ONE)
    if not kind.plural and kind.noun[0] in "aeiou":
        words["this_kind"] = "an"
    return template.format_map(words)


class TextBuilder:
    """Builds a text piece by piece and keeps what its words mention."""

    def __init__(self) -> None:
        self.text = ""
        self.mentions: list[Mention] = []

    def add(
        self,
        template: str,
        *,
        sentiment: int = 0,
        aspect: str | None = None,
        entities: Mapping[str, Entity] | None = None,
    ) -> None:
        """Append a piece; its bracketed words mention ``aspect``, its angled tokens the ``entities``."""
        position = 0
        for match in _TOKEN.finditer(template):
            self._plain(template[position : match.start()])
            if match["aspect"] is not None:
                self._mention(Entity(match["aspect"], "Aspect", aspect or ""), sentiment)
            else:
                self._mention((entities or {})[match["entity"]], sentiment)
            position = match.end()
        self._plain(template[position:])

    def _plain(self, words: str) -> None:
        self.text += self._cased(words)

    def _mention(self, entity: Entity, sentiment: int) -> None:
        surface = self._cased(entity.surface)
        start = len(self.text)
        self.text += surface
        self.mentions.append(Mention(start, len(self.text), surface, entity.label, entity.node, sentiment))

    def _cased(self, words: str) -> str:
        """Begin with a capital after the end of a sentence."""
        before = self.text.rstrip()
        starts = not before or (before[-1] in ".!?" and self.text != before)
        return words[:1].upper() + words[1:] if starts and words[:1].isalpha() and words[0].isascii() else words
