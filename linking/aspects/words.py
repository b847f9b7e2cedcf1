"""The closed word classes and opinion words that mining starts from; they stand in ``data/words.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class English:
    """English words by class, lower case; a word may be in several.

    Attributes:
        determiners: stand before nouns.
        copulas: stand after a subject.
        function: words that are no part of a term.
        generic: nouns that reviews of anything have.
        opinions: words of praise and blame to start from.
    """

    determiners: frozenset[str]
    copulas: frozenset[str]
    function: frozenset[str]
    generic: frozenset[str]
    opinions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Chinese:
    """Chinese words by class.

    Attributes:
        stop: characters that no term has at its ends.
        after: strings that follow what an opinion is about.
        before: strings that stand before what an opinion is about.
        opinions: words of praise and blame.
        generic: words that reviews of anything have.
    """

    stop: frozenset[str]
    after: tuple[str, ...]
    before: tuple[str, ...]
    opinions: frozenset[str]
    generic: frozenset[str]


@cache
def english() -> English:
    """Give the English words."""
    own = _read()["en"]
    return English(**{name: frozenset(words) for name, words in own.items()})


@cache
def chinese() -> Chinese:
    """Give the Chinese words."""
    own = _read()["zh"]
    return Chinese(
        stop=frozenset(own["stop"]),
        after=tuple(own["after"]),
        before=tuple(own["before"]),
        opinions=frozenset(own["opinions"]),
        generic=frozenset(own["generic"]),
    )


def _read() -> dict[str, Any]:
    return tomllib.loads((resources.files("linking.aspects") / "data" / "words.toml").read_text(encoding="utf-8"))
