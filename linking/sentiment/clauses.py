"""Parting a text into clauses, each of which says one thing: "great sound" / "but the strap broke".

Sentences end at stops; within one, punctuation other than commas and words of contrast always part clauses. Commas,
"and" and "or" part only what could stand alone: each side has a verb, or an opinion and something that it is of. So
"a light, durable bag" is one clause and "fast shipping, and lovely packaging" two. In Chinese a comma parts clauses,
and the mark 、 of lists does not.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from linking.sentiment.grammar import CONTRAST, COORDINATOR, EXCESS, FUNCTION, NEGATOR, RELATIVE, VERB, Grammar, grammar
from linking.sentiment.terms import Terms, lowered, read_terms, sentence_starts

_HARD = frozenset(';:()[]{}—–。！？；：（）【】!?…"“”')
_COMMAS = frozenset("，,")
_NOT_CONTENT = FUNCTION | VERB | NEGATOR | CONTRAST | COORDINATOR | RELATIVE | EXCESS
_STILL = "still"
_NOTHING, _OPINION, _THING, _VERB = range(4)


class Clause(NamedTuple):
    """A clause as a range of a sentence's terms; ``against`` tells that it begins with a word of contrast."""

    first: int
    last: int
    against: bool


def clauses(text: str, language: str) -> list[tuple[int, int]]:
    """Give the clauses of a text as (first character, the one after the last), in order, without empty ones.

    Args:
        text: any text.
        language: code such as ``en``; of languages other than English and Chinese only punctuation is known.
    """
    words = grammar(language)
    low = lowered(text)
    starts = sentence_starts(text, words)
    found = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        terms = read_terms(low, start, end, words)
        for clause in split(terms, words):
            begin, finish = terms.starts[clause.first], terms.ends[clause.last - 1]
            if any(character.isalnum() or _is_picture(character) for character in text[begin:finish]):
                found.append((begin, finish))
    return found


def split(terms: Terms, words: Grammar) -> list[Clause]:
    """Part the terms of one sentence into clauses; together they cover all terms but the marks between clauses."""
    forms = terms.forms
    roles = words.roles
    found: list[Clause] = []
    first, against = 0, False
    opened_by_contrast = False
    parting = words.parting
    for place in [place for place, form in enumerate(forms) if form in parting or not form.isalnum()]:
        form = forms[place]
        if form not in parting and form[0].isalnum():
            continue  # "don't", "a lot"
        role = roles.get(form, 0)
        if form not in parting:
            if not _parts(terms, place, first, opened_by_contrast, words):
                continue
            keep = place + 1 if _is_picture(form) else place
            if keep > first:
                if place == first and found and keep > place:
                    # A picture that stands alone belongs to what it was put behind.
                    found[-1] = found[-1]._replace(last=keep)
                else:
                    found.append(Clause(first, keep, against))
                against = False
            first, opened_by_contrast = place + 1, False
        elif role & CONTRAST and _contrasts(forms, place, first, words):
            if place > first:
                found.append(Clause(first, place, against))
            opened_by_contrast = place == first
            first, against = place, True
        elif role & COORDINATOR and place > first and _may_part(forms, first, place, place + 1, words):
            found.append(Clause(first, place, against))
            first, against, opened_by_contrast = place, False, False
    if first < len(forms):
        found.append(Clause(first, len(forms), against))
    return found


def _parts(terms: Terms, place: int, first: int, opened_by_contrast: bool, words: Grammar) -> bool:
    """Tell whether a mark that is no word ends a clause."""
    form = terms.forms[place]
    if form[0] == ".":
        # A single stop inside a sentence is that of an abbreviation.
        return len(form) > 1 or place + 1 == len(terms.forms)
    if form in _HARD or form[0] == "\n" or _is_picture(form):
        return True
    if form == "-":
        return _spaced_dash(terms, place)
    if form in _COMMAS:
        if opened_by_contrast and place == first + 1:
            return False  # "Still, the strap broke"
        if not words.spaced or not words.roles or opened_by_contrast:
            return True
        return _may_part(terms.forms, first, place, place + 1, words)
    return form.isspace() and not words.spaced


def _is_picture(form: str) -> bool:
    """Tell whether a term is an emoji or another picture."""
    return unicodedata.category(form[0]) == "So"


def _contrasts(forms: list[str], place: int, first: int, words: Grammar) -> bool:
    """Tell whether a word of contrast sets what follows against what went before."""
    if not words.spaced:
        return place + 1 < len(forms)
    if forms[place] == _STILL:
        # "Still, the strap broke", but not "it still works".
        return place == first and place + 1 < len(forms) and forms[place + 1] == ","
    return (place + 1 < len(forms) and forms[place + 1] not in (",", ".")) or place == first


def _spaced_dash(terms: Terms, place: int) -> bool:
    before = place == 0 or terms.ends[place - 1] < terms.starts[place]
    after = place + 1 == len(terms.forms) or terms.starts[place + 1] > terms.ends[place]
    return before and after


def _may_part(forms: list[str], first: int, left_end: int, right: int, words: Grammar) -> bool:
    """Tell whether each side of a comma or an "and" could stand alone."""
    roles = words.roles
    if right < len(forms) and roles.get(forms[right], 0) & (COORDINATOR | CONTRAST):
        right += 1
    if right >= len(forms) or roles.get(forms[right], 0) & RELATIVE:
        return False
    if not words.spaced:
        return True
    end = right
    while end < len(forms) and forms[end] != "," and not roles.get(forms[end], 0) & (COORDINATOR | CONTRAST):
        end += 1
    left, right_side = _says(forms, first, left_end, words), _says(forms, right, end, words)
    if right_side == _VERB and roles.get(forms[right], 0) & FUNCTION:
        return left != _NOTHING  # "so light and the box is nice"
    return left >= _THING and right_side >= _THING


def _says(forms: list[str], first: int, last: int, words: Grammar) -> int:
    """Tell what words hold: a verb, an opinion and something that it is of, an opinion alone, or nothing."""
    opinion = content = False
    roles, priors = words.roles, words.priors
    for form in forms[first:last]:
        role = roles.get(form, 0)
        if role & VERB:
            return _VERB
        if form in priors or role & NEGATOR:
            opinion = True
            content |= " " in form
        elif not role & _NOT_CONTENT and form[0].isalnum():
            content = True
    return _NOTHING if not opinion else _THING if content else _OPINION
