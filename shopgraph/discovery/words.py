"""What customers write around names, by language, as ``data/words.toml`` and ``data/translations.toml`` have it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from linking.text import normalise

LANGUAGES: tuple[str, ...] = ("en", "zh")
_CHINESE_DIGITS = {character: number for number, character in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_CHINESE_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}
_THOUSANDS = r"[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d+)?"
"""Digits in groups, as English, Chinese and Indian prices write them."""
_AMOUNT = rf"(?:{_THOUSANDS}|\d+(?:[.,]\d+)?|[零〇一二两三四五六七八九十百千万]+)"


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """The words of one language.

    Attributes:
        stop: normalised words that say nothing by themselves, longest first.
        negations: normalised words that turn what follows around, longest first.
        negated: patterns of words that turn what stands right before them around.
        cheap: normalised words that ask for a low price.
        stock: patterns of words that ask for what is in stock (true) or is not (false).
        prices: kind of bound ("between", "below", "above" or "around") with a pattern whose groups are amounts.
    """

    stop: tuple[str, ...]
    negations: tuple[str, ...]
    negated: tuple[re.Pattern[str], ...]
    cheap: frozenset[str]
    stock: tuple[tuple[bool, re.Pattern[str]], ...]
    prices: tuple[tuple[str, re.Pattern[str]], ...]


@cache
def words_of_language(language: str) -> LanguageWords:
    """Give the words of "en" or "zh"; of any other language, those of English."""
    data = tomllib.loads((resources.files(__package__) / "data" / "words.toml").read_text(encoding="utf-8"))
    own = data[language if language in LANGUAGES else "en"]
    money = "|".join(own["money"])
    # an amount of money is no size: "24 cm", "2 kg"
    apart = r"(?<!\d)(?<!\d[.,])" if language == "zh" else r"(?<![\w.])(?<!\d,)"
    after = "|".join(own["no_money"])
    amount = rf"{apart}(?:(?:{money})\s?)?({_AMOUNT})(?![\d.,]*\d)(?!\s?(?:{after})(?![a-z]))(?:\s?(?:{money}))?"
    prices = tuple(
        (kind, re.compile(pattern.replace("N", amount), re.IGNORECASE))
        for kind in ("between", "below", "above", "around")
        for pattern in own[kind]
    )
    return LanguageWords(
        stop=_longest_first(own["stop"]),
        negations=_longest_first(own["negations"]),
        negated=tuple(map(re.compile, own.get("negations_behind", ()))),
        cheap=frozenset(map(normalise, own["cheap"])),
        stock=tuple(
            (wanted, re.compile(pattern, re.IGNORECASE))
            for wanted, key in ((True, "in_stock"), (False, "out_of_stock"))
            for pattern in own[key]
        ),
        prices=prices,
    )


@cache
def translations(language: str) -> Mapping[str, str]:
    """Give, for a language, other words -> the word a catalogue may list instead, both normalised."""
    data = tomllib.loads((resources.files(__package__) / "data" / "translations.toml").read_text(encoding="utf-8"))
    return {normalise(other): normalise(listed) for other, listed in data.get(language, {}).items()}


def amount(text: str) -> float:
    """Give the number that an amount says: "49.50", "1,5", "1,299.99", "五十", "一百二"."""
    if re.fullmatch(_THOUSANDS, text):
        return float(text.replace(",", ""))
    if text[0].isdigit():
        return float(text.replace(",", "."))
    total, last, unit = 0, 0, 1
    for character in text:
        if character in _CHINESE_UNITS:
            unit = _CHINESE_UNITS[character]
            total += (last or 1) * unit
            last = 0
        else:
            last = _CHINESE_DIGITS[character]
            unit_after = unit
    # 一百二 is 120, 二十五 is 25
    if last:
        total += last * (unit_after // 10 if unit_after > 10 and "零" not in text and "〇" not in text else 1)
    return float(total)


def _longest_first(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(map(normalise, words), key=lambda word: (-len(word), word)))


def overlaps(span: tuple[int, int], taken: Iterable[tuple[int, int]]) -> bool:
    """Tell whether a span, first place and the one after the last, shares a place with one of others."""
    return any(span[0] < end and start < span[1] for start, end in taken)
