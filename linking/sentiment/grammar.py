"""What is known of a language before any review is read: opinion words, and words that turn, strengthen or part them.

The lists stand in ``data/LANGUAGE.toml``. A language without a file has an empty grammar: its texts are parted at
punctuation, and all that is known of its words is what its reviews teach.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES: tuple[str, ...] = ("en", "zh")
"""Languages that have a file of their own."""

NEGATOR, REVERSER, INTENSIFIER, DIMINISHER, EXCESS, STOP, FUNCTION = (1 << bit for bit in range(7))
CONTRAST, COORDINATOR, RELATIVE, VERB = (1 << bit for bit in range(7, 11))
"""Roles of a term, as bits of one number."""
LISTED, PRAISE, WORD, PHRASE, STILL = (1 << bit for bit in range(11, 16))
"""What else a term's sign tells: it has a prior, a positive one, begins with a letter or digit, holds a space."""
HARD, PICTURE, DOT, DOTS, DASH, COMMA, BLANK = (1 << bit for bit in range(16, 23))
"""Kinds of marks."""
AFTER_SPACE = 1 << 23
"""Set where a space stands before the term in its text."""

TURNING = NEGATOR | REVERSER | INTENSIFIER | DIMINISHER | EXCESS | STOP
"""Terms that change what others say: negators, reversers, and words of degree."""
PARTING = CONTRAST | COORDINATOR | HARD | PICTURE | DOT | DOTS | DASH | COMMA | BLANK
"""Terms that may part clauses."""

_HARD = frozenset(';:()[]{}—–。！？；：（）【】!?…"“”')
_COMMAS = frozenset("，,")
STILL_WORD = "still"

_STRENGTHS: Mapping[str, float] = {
    "strongly_positive": 1.8,
    "positive": 1.1,
    "negative": -1.1,
    "strongly_negative": -1.8,
    "nuisances": -0.8,
}
"""What a word of each list is taken to add to the log-odds that a clause is positive."""

_ROLES: Mapping[str, int] = {
    "negators": NEGATOR,
    "reversers": REVERSER,
    "intensifiers": INTENSIFIER,
    "diminishers": DIMINISHER,
    "excess": EXCESS,
    "stops": STOP,
    "function_words": FUNCTION,
    "contrasts": CONTRAST,
    "coordinators": COORDINATOR,
    "relatives": RELATIVE,
    "verbs": VERB,
}
_PLAIN = ("neutral", "not_negators", "not_contrasts", "titles", "abbreviations")
_EXCESS_PRIOR = -1.5


class Signs(dict[str, int]):
    """The signs of terms; those of terms that are not listed are worked out and not kept.

    Args:
        roles: of listed terms.
        priors: of listed terms.
    """

    def __init__(self, roles: Mapping[str, int], priors: Mapping[str, float]) -> None:
        super().__init__()
        for term in {*roles, *priors}:
            listed = (LISTED if term in priors else 0) | (PRAISE if priors.get(term, 0.0) > 0 else 0)
            self[term] = roles.get(term, 0) | listed | written(term)

    def __missing__(self, term: str) -> int:
        return WORD if term.isalnum() else written(term)


def written(term: str) -> int:
    """Give what can be told of a term from its characters."""
    first = term[0]
    if first.isalnum():
        return WORD | (PHRASE if " " in term else 0) | (STILL if term == STILL_WORD else 0)
    if first == ".":
        return DOTS if len(term) > 1 else DOT
    if term in _HARD or first == "\n":
        return HARD
    if unicodedata.category(first) == "So":
        return PICTURE
    return DASH if term == "-" else COMMA if term in _COMMAS else BLANK if term.isspace() else 0


@dataclass(frozen=True, slots=True)
class Grammar:
    """The words of one language.

    Attributes:
        language: code, such as ``en``.
        spaced: words stand between spaces; otherwise a text is read by characters.
        roles: of each term that has any, as bits.
        priors: what each opinion term adds to the log-odds of a positive clause.
        terms: every term of the lists, whether or not it has a role or a prior.
        signs: of any term, all that the rules of clauses and of negation ask of it, as bits of one number.
        phrases: first word of the terms of several, to the second, to the remaining words, the longest first.
        beginnings: the first two words of the terms of several.
        lengths: without spaces, first character of the longer terms, to their lengths, the longest first.
        titles: abbreviations whose full stop never ends a sentence.
        abbreviations: those whose full stop ends a sentence only before a capital.
        endings: last three characters of either.
    """

    language: str
    spaced: bool
    roles: Mapping[str, int]
    priors: Mapping[str, float]
    terms: frozenset[str]
    signs: Mapping[str, int]
    phrases: Mapping[str, Mapping[str, tuple[list[str], ...]]]
    beginnings: frozenset[tuple[str, str]]
    lengths: Mapping[str, tuple[int, ...]]
    titles: frozenset[str]
    abbreviations: frozenset[str]
    endings: frozenset[str]


@cache
def grammar(language: str) -> Grammar:
    """Give the grammar of a language; an empty one for a language without a file of its own."""
    code = language.replace("_", "-").partition("-")[0].lower()
    if code not in LANGUAGES:
        none: frozenset[str] = frozenset()
        return Grammar(code, code != "ja", {}, {}, none, Signs({}, {}), {}, frozenset(), {}, none, none, none)
    file = resources.files("linking.sentiment") / "data" / f"{code}.toml"
    return _build(code, tomllib.loads(file.read_text(encoding="utf-8")))


def guess_language(text: str) -> str:
    """Give ``zh`` for a text with Han characters in a third of its letters, else ``en``.

    For reviews that do not say their language; a proper detector belongs to the reader of the text.
    """
    letters = han = 0
    for character in text[:200]:
        if character.isalpha():
            letters += 1
            han += "\u4e00" <= character <= "\u9fff"
    return "zh" if han and 3 * han >= letters else "en"


def expanded(entry: str) -> list[str]:
    """Give the forms that an entry of a list stands for.

    ``quick|ly|er`` is quick, quickly and quicker; ``hat~e~es`` is hate and hates, for the stem is another word.
    """
    mark = "~" if "~" in entry else "|"
    stem, *endings = entry.split(mark)
    forms = [stem + ending for ending in endings]
    return forms if mark == "~" else [stem, *forms]


def _build(code: str, data: Mapping[str, Mapping[str, Any]]) -> Grammar:
    spaced = code != "zh"
    roles: dict[str, int] = {}
    priors: dict[str, float] = {}
    terms: set[str] = set()
    for part in (data["opinions"], data["grammar"], data["clauses"]):
        for name, entries in part.items():
            forms = [form for entry in entries for form in expanded(entry)]
            if name in _ROLES:
                for form in forms:
                    roles[form] = roles.get(form, 0) | _ROLES[name]
            elif name in _STRENGTHS:
                # The first list that has a word decides: strong words stand before plain ones.
                for form in forms:
                    priors.setdefault(form, _STRENGTHS[name])
            elif name not in _PLAIN:
                raise ValueError(f"data/{code}.toml has an unknown list: {name}")
            terms.update(forms)
    for form in data["grammar"].get("excess", ()):
        priors[form] = _EXCESS_PRIOR
    for name in ("neutral", "not_negators", "not_contrasts"):
        for form in data["grammar"].get(name, ()) or data["clauses"].get(name, ()):
            priors.pop(form, None)
    titles, abbreviations = frozenset(data["clauses"]["titles"]), frozenset(data["clauses"]["abbreviations"])
    terms -= titles | abbreviations
    phrases = _phrases(terms) if spaced else {}
    return Grammar(
        code,
        spaced,
        roles,
        priors,
        frozenset(terms),
        Signs(roles, priors),
        phrases,
        frozenset((first, second) for first, rests in phrases.items() for second in rests),
        {} if spaced else _lengths(terms),
        titles,
        abbreviations,
        frozenset(term[-3:] for term in titles | abbreviations),
    )


def _phrases(terms: Iterable[str]) -> dict[str, dict[str, tuple[list[str], ...]]]:
    found: dict[str, dict[str, tuple[list[str], ...]]] = {}
    for term in sorted(terms, key=lambda term: (-len(term.split()), term)):
        first, *rest = term.split()
        if rest:
            by_second = found.setdefault(first, {})
            by_second[rest[0]] = (*by_second.get(rest[0], ()), rest[1:])
    return found


def _lengths(terms: Iterable[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for term in terms:
        if len(term) > 1:
            found.setdefault(term[0], set()).add(len(term))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}
