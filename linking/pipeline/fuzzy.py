"""Misspelt names: one edit away from a name of five letters or more.

SymSpell (symmetric deletion, Garbe 2012) gives the names whose optimal string alignment distance is one: a letter
added, left out, replaced, or two neighbours swapped. Words that people know, from the shop's texts and from SymSpell's
English dictionary, are never taken for misspellings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from symspellpy import SymSpell, Verbosity

from linking.pipeline.words import Words
from linking.text import unspaced

_SHORTEST = 5
_LONGEST = 48
_MOST_TOKENS = 6
_SHORTEST_STRANGE = 2
_WORD = re.compile(r"\w+")
_CONTRACTED = frozenset(
    {"doesn", "didn", "isn", "wouldn", "wasn", "couldn", "aren", "weren", "hasn", "hadn", "shouldn", "ve", "ll", "re"}
)
_FEWEST_USES = 100_000
"""Occurrences in SymSpell's counts of English books and pages below which a word may well be an error itself."""


@cache
def english_words() -> frozenset[str]:
    """Give common English words, lower case."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    rows = (line.split() for line in text.splitlines())
    return frozenset(row[0] for row in rows if len(row) == 2 and int(row[1]) >= _FEWEST_USES) | _CONTRACTED


class FuzzyIndex:
    """Finds names that are one edit away.

    Args:
        names: normalised aliases; shorter ones than five letters, and those of scripts without spaces, are left out.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(name for name in names if _fit(name))
        self._symspell = SymSpell(max_dictionary_edit_distance=1)
        for name in sorted(self._names):
            self._symspell.create_dictionary_entry(name, 1)
        self._partners = frozenset(
            word for name in self._names if len(words := _WORD.findall(name)) > 1 for word in words
        )
        self._parts = SymSpell(max_dictionary_edit_distance=1)
        for word in sorted(self._partners):
            self._parts.create_dictionary_entry(word, 1)
        self._is_part = lru_cache(maxsize=65_536)(self._near_a_part)
        self.nearest = lru_cache(maxsize=65_536)(self._nearest)

    def _nearest(self, text: str) -> tuple[str, ...]:
        """Give the names one edit away from a normalised text, in order; the text itself is none of them."""
        if not _SHORTEST - 1 <= len(text) <= _LONGEST + 1:
            return ()
        found = self._symspell.lookup(text, Verbosity.ALL, max_edit_distance=1)
        return tuple(sorted(item.term for item in found if item.distance == 1))

    def _near_a_part(self, word: str) -> bool:
        """Tell whether a word may be a misspelt part of a longer name."""
        return len(word) < _SHORTEST or bool(self._parts.lookup(word, Verbosity.TOP, max_edit_distance=1))

    def search(
        self, words: Words, strange: Sequence[int], exact: Sequence[tuple[int, int]]
    ) -> list[tuple[int, int, tuple[str, ...]]]:
        """Give what may be misspelt names around strange tokens: first token, token after the last, the names.

        Args:
            words: to search.
            strange: tokens that nobody knows.
            exact: first token, and token after the last, of exact names; a misspelt name may hold them whole.
        """
        owner = {place: span for span in exact for place in range(*span)}
        found: list[tuple[int, int, tuple[str, ...]]] = []
        done = -1
        for token in strange:
            if token not in owner and token > done and (best := self._around(words, token, owner, done)) is not None:
                found.append(best)
                done = best[1] - 1
        return found

    def _around(
        self, words: Words, token: int, owner: Mapping[int, tuple[int, int]], done: int
    ) -> tuple[int, int, tuple[str, ...]] | None:
        """Give the longest misspelt names that the token is part of, from after the token ``done``."""
        word = words.forms[token]
        wider = self._longer if self._is_part(word) else self._split
        if (longer := wider(words, token, owner, done)) is not None:
            return longer
        names = self.nearest(word)
        return (token, token + 1, names) if names else None

    def _split(
        self, words: Words, token: int, owner: Mapping[int, tuple[int, int]], done: int
    ) -> tuple[int, int, tuple[str, ...]] | None:
        """Give a name that a space has cut in two."""
        forms = words.forms
        for start in (token - 1, token):
            if start > done and start + 2 <= len(forms) and start not in owner and start + 1 not in owner:
                name = forms[start] + forms[start + 1]
                if name in self._names and words.space(start):
                    return (start, start + 2, (name,))
        return None

    def _longer(
        self, words: Words, token: int, owner: Mapping[int, tuple[int, int]], done: int
    ) -> tuple[int, int, tuple[str, ...]] | None:
        """Give the longest names of several words of which the token is a misspelt part."""
        first, last = max(done + 1, token - _MOST_TOKENS + 1), min(len(words.forms), token + _MOST_TOKENS)
        forms = words.forms
        partners = {place for place in range(first, last) if forms[place] in self._partners and place != token}
        for size in range(_MOST_TOKENS if partners else 2, 1, -1):
            for start in range(max(first, token - size + 1), min(token, last - size) + 1):
                span = range(start, start + size)
                if any(own[0] < start or own[1] > start + size for place in span if (own := owner.get(place))):
                    continue
                text = "".join(forms[place] + words.space(place) for place in span).strip()
                known = not partners.isdisjoint(span) or text.replace(" ", "") in self._names
                if known and (names := self.nearest(text)):
                    return (start, start + size, names)
        return None


def _fit(name: str) -> bool:
    return sum(map(str.isalpha, name)) >= _SHORTEST and len(name) <= _LONGEST and not unspaced(name)


def may_be_misspelt(word: str) -> bool:
    """Tell whether a word, as it is written, may be a misspelt name: one of letters, not of digits or marks."""
    return len(word) >= _SHORTEST_STRANGE and word.isalnum() and not word.isdigit() and not unspaced(word)
