"""Sentences of answers, as ``data/sentences.toml`` has them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources


@cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((resources.files(__package__) / "data" / "sentences.toml").read_text(encoding="utf-8"))


def told(key: str, language: str, **values: object) -> str:
    """Give a sentence in a language, its places filled; one that is not listed is a plain list."""
    own = _sentences()[language if language in ("en", "zh") else "en"]
    return own.get(key, own["list"]).format_map(values)


def listed(names: Sequence[str], language: str) -> str:
    """Give names one after the other, as the language parts them."""
    return told("comma", language).join(names)
