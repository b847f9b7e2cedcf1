"""The grammar of intents, as ``data/grammar.toml`` has it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_ASKING = "anyone people reviewers customers buyers everyone today weather call calls make makes carry sells tell far"
"""Words that questions have beside the patterns."""
_WORDS = re.compile(r"[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that can be asked: its name, what has to be named, patterns and an example by language."""

    name: str
    needs: tuple[frozenset[str], ...]
    patterns: dict[str, tuple[re.Pattern[str], ...]]
    examples: dict[str, str]

    def said(self, text: str, language: str) -> bool:
        """Tell whether a text, in small letters, has one of the patterns."""
        return any(pattern.search(text) for pattern in self.patterns[language])

    def told(self, language: str) -> tuple[re.Pattern[str], ...]:
        """Give the patterns that consist of words; an intent that is taken where no other fits has none."""
        return tuple(pattern for pattern in self.patterns[language] if pattern.pattern)

    def has(self, named: list[str]) -> bool:
        """Tell whether what the intent needs is named; each name counts for one need."""
        left = list(named)
        for need in self.needs:
            found = next((one for one in left if one in need), None)
            if found is None:
                return False
            left.remove(found)
        return True


@cache
def _grammar() -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / "data" / "grammar.toml").read_text(encoding="utf-8"))


@cache
def plain_words(language: str) -> frozenset[str]:
    """Give words of a language that ask for nothing of a product, beside those of searches."""
    return frozenset(_grammar()["plain"][language])


@cache
def intents() -> tuple[Intent, ...]:
    """Give all intents, in the order in which they are tried."""
    return tuple(
        Intent(
            row["name"],
            tuple(frozenset(need.split("|")) for need in row.get("needs", ())),
            {language: tuple(re.compile(pattern) for pattern in row[language]) for language in ("en", "zh")},
            {language: row[f"example_{language}"] for language in ("en", "zh")},
        )
        for row in _grammar()["intents"]
    )


def spoken() -> Iterator[str]:
    """Give the English words of the patterns: they are no misspellings."""
    for intent in intents():
        for pattern in intent.patterns["en"]:
            yield from _WORDS.findall(pattern.pattern.replace("\\b", " ").replace("\\w", " "))
    yield from _ASKING.split()
