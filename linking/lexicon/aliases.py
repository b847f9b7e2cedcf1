"""Aliases by rule: the other ways in which people write a name.

Case and Unicode width need no aliases, for words are compared in their normalised form (``linking.text``).
"""

from __future__ import annotations

import importlib.util
import re
import runpy
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from linking.lexicon.lexicon import AliasRule
from linking.text import unspaced

_COMPANY = re.compile(r"[\s,]+(?:inc|ltd|llc|gmbh|co|corp|s\.?a|plc)\.?$", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")
_JOINTS = re.compile(r"[\s\-]+")
_AND = re.compile(r"\s*&\s*|\s+and\s+", re.IGNORECASE)
_YES, _NO = frozenset({"yes", "true", "y", "是", "有"}), frozenset({"no", "false", "n", "none", "n/a", "否", "无"})
_NUMBER = re.compile(r"[\d.,\s]+")
_VOWELS = "aeiou"
_SHORTEST = 2
_LONGEST_JOINED = 3
"""Words of a name up to which its joined form, as "tshirt" for "t-shirt", is an alias."""


def plural(word: str) -> str:
    """Give the regular plural of an English word."""
    low = word.lower()
    if low.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if low.endswith("y") and len(low) > 2 and low[-2] not in _VOWELS:
        return f"{word[:-1]}ies"
    return f"{word}s"


def singular(word: str) -> str | None:
    """Give the singular that a regular English plural comes from; None where the word is no such plural."""
    low = word.lower()
    if low.endswith("ies") and len(low) > 4:
        return f"{word[:-3]}y"
    if low.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    if low.endswith("s") and len(low) > 3 and not low.endswith(("ss", "us", "is")):
        return word[:-1]
    return None


def verb_forms(word: str) -> tuple[str, ...]:
    """Give the regular forms of an English word as a verb: "slip" gives slips, slipping, slipped."""
    low = word.lower()
    if not low.isascii() or not low.isalpha() or len(low) < 3:
        return ()
    if low.endswith("e"):
        return (f"{word}s", f"{word[:-1]}ing", f"{word}d")
    if low.endswith("y") and low[-2] not in _VOWELS:
        return (f"{word[:-1]}ies", f"{word}ing", f"{word[:-1]}ied")
    short = low[-1] not in f"{_VOWELS}wxy" and low[-2] in _VOWELS and low[-3] not in _VOWELS
    stem = word + word[-1] if short and len(low) <= 5 else word
    return (plural(word), f"{stem}ing", f"{stem}ed")


def spellings(name: str) -> Iterator[str]:
    """Give the ways to write a name with other joints: "t-shirt", "t shirt", "tshirt"; "Brisk and Bole"."""
    if _AND.search(name):
        yield _AND.sub(" & ", name)
        yield _AND.sub("&", name)
        yield _AND.sub(" and ", name)
    parts = [part for part in _JOINTS.split(name) if part]
    if len(parts) > 1 and all(part.isalnum() for part in parts):
        yield " ".join(parts)
        yield "-".join(parts)
        if len(parts) <= _LONGEST_JOINED:
            yield "".join(parts)


def inflections(name: str) -> Iterator[str]:
    """Give singular and plural of a name's last word."""
    head, space, last = name.rpartition(" ")
    if not last.replace("-", "").isalpha() or not last.isascii() or len(last) <= _SHORTEST:
        return
    other = singular(last) or plural(last)
    if head or other.lower() not in _stop_words():  # "cans" are headphones, "can" is none
        yield f"{head}{space}{other}"


@cache
def _stop_words() -> frozenset[str]:
    """Give spaCy's English stop words, from their file alone: spaCy itself brings PyTorch along, which is half a GB."""
    place = importlib.util.find_spec("spacy")
    assert place is not None and place.submodule_search_locations
    file = Path(place.submodule_search_locations[0]) / "lang" / "en" / "stop_words.py"
    return frozenset(runpy.run_path(str(file))["STOP_WORDS"])


def name_aliases(name: str, *, inflect: bool = True) -> Iterator[tuple[str, AliasRule]]:
    """Give all aliases of a name with their rules, the name itself first."""
    bare = _BRACKETS.sub(" ", name).strip()
    forms = [name.strip()]
    if bare and bare != name:
        forms.append(bare)
    for form in tuple(forms):
        short = _COMPANY.sub("", form)
        if short and short != form:
            forms.append(short)
    for number, form in enumerate(forms):
        yield form, AliasRule.NAME if number == 0 else AliasRule.SPELLING
        if unspaced(form):
            continue
        for other in spellings(form):
            yield other, AliasRule.SPELLING
        if inflect:
            for other in inflections(form):
                yield other, AliasRule.INFLECTION
                for again in spellings(other):
                    yield again, AliasRule.INFLECTION


def attribute_aliases(name: str, value: str) -> Iterator[tuple[str, AliasRule]]:
    """Give the words that mean an attribute's value.

    "yes" and "no" mean the attribute's name; a number means it only beside the name.
    """
    low = value.strip().lower()
    words = name.replace("_", " ").strip()
    if low in _YES:
        yield from name_aliases(words, inflect=False)
    elif low in _NO:
        for form in (f"not {words}", f"non {words}", f"non-{words}", f"no {words}"):
            yield form, AliasRule.NAME
    elif _NUMBER.fullmatch(low) or (len(low) < _SHORTEST and not unspaced(low)):
        yield f"{words} {value}", AliasRule.NAME
    else:
        yield from name_aliases(value, inflect=False)


def aspect_aliases(words: tuple[str, ...]) -> Iterator[tuple[str, AliasRule]]:
    """Give the forms of an aspect's words: "slip" as it is, and slips, slipping, slipped."""
    for word in words:
        yield word, AliasRule.FILE
        if unspaced(word):
            continue
        for other in spellings(word):
            yield other, AliasRule.SPELLING
        for other in (*inflections(word), *verb_forms(word)):
            yield other, AliasRule.INFLECTION


def product_aliases(title: str, brand: str | None) -> Iterator[tuple[str, AliasRule]]:
    """Give the words that mean a product: its title, the title without the brand, the brand before the title."""
    yield title, AliasRule.NAME
    bare = _BRACKETS.sub(" ", title).strip()
    if bare and bare != title:
        yield bare, AliasRule.SPELLING
    if not brand:
        return
    if bare.lower().startswith(f"{brand.lower()} "):
        rest = bare[len(brand) :].strip()
        if len(rest.split()) > 1:
            yield rest, AliasRule.SHORT
        model = rest.split(" ", 1)[0]
        if len(model) > _SHORTEST and model[0].isupper():
            yield f"{brand} {model}", AliasRule.SHORT
    else:
        yield f"{brand} {bare}", AliasRule.SHORT
