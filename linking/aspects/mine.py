"""Mining: the aspects that a shop's reviews talk about, found in the reviews themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from kg.errors import ConfigurationError
from linking.aspects.aspect import MinedAspect
from linking.aspects.chinese import ChineseMiner
from linking.aspects.english import EnglishMiner

LANGUAGES: tuple[str, ...] = ("en", "zh")

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_EVERY = 1_000


def mine_aspects(
    reviews: Iterable[tuple[str, str]],
    *,
    known: frozenset[str] = frozenset(),
    top: int = 100,
    progress: Callable[[int], None] | None = None,
) -> list[MinedAspect]:
    """Find what reviews talk about, in English and Chinese; see the modules of the languages for the methods.

    The reviews are read once and not kept: memory is bounded by the terms counted (a few hundred MB at most), however
    many reviews there are. The same reviews in the same order give the same aspects.

    Args:
        reviews: text and language (ISO 639-1, such as ``en``, or ``zh-CN``); where the language is empty, the script
            decides. Reviews in other languages are passed over.
        known: names that mean something else in the graph: brands, categories, attribute values, their aliases.
        top: aspects given for each language, at most.
        progress: called with the number of reviews read, now and then.

    Returns:
        Aspects of both languages, highest score first.

    Raises:
        ConfigurationError: ``top`` is less than 1.
    """
    if top < 1:
        raise ConfigurationError(f"top is {top}; ask for 1 aspect or more.")
    miners: dict[str, EnglishMiner | ChineseMiner] = {"en": EnglishMiner(), "zh": ChineseMiner()}
    number = 0
    for number, (text, language) in enumerate(reviews, start=1):
        miner = miners.get(_language(text, language))
        if miner is not None:
            miner.add(text)
        if progress is not None and number % _EVERY == 0:
            progress(number)
    if progress is not None:
        progress(number)
    names = frozenset(name.casefold() for name in known if name.strip())
    found = [aspect for miner in miners.values() for aspect in miner.aspects(known=names)[:top]]
    return sorted(found, key=lambda aspect: (-aspect.score, aspect.name))


def _language(text: str, language: str) -> str:
    """Give the language to mine a text in, empty for none."""
    if language:
        return language.lower().partition("-")[0].partition("_")[0]
    # One Chinese character says about as much as half an English word.
    chinese = 3 * len(_CHINESE.findall(text))
    latin = len(_LATIN.findall(text))
    return ("zh" if chinese > latin else "en") if chinese or latin else ""
