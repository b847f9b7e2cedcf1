"""Forgiving misspellings: a word that the shop does not have, and one near it that it has.

English words are compared letter by letter (optimal string alignment, by SymSpell; Garbe 2012), Chinese ones by how
they sound: who types Chinese chooses among characters of one sound, and chooses wrongly.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from symspellpy import SymSpell, Verbosity

from linking.pipeline.fuzzy import english_words
from linking.pipeline.words import Words
from linking.text import normalise, unspaced

_MOST_WORDS = 30_000
_SHORTEST, _LONG = 2, 8
_SPLIT_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Correction:
    """What was written, and what was probably meant; first character in the text, and the one after the last."""

    start: int
    end: int
    written: str
    meant: str


class Speller:
    """Corrects words by those of a shop. It may be asked by several threads at once.

    Args:
        names: normalised names of brands, categories and the like, with how often each is used.
        words: words of titles with how many products have each.
        plain: words that say nothing by themselves, never corrected.
    """

    def __init__(self, names: Mapping[str, int], words: Mapping[str, int], plain: Iterable[str]) -> None:
        self._names, self._words, self._plain = names, words, frozenset(plain)
        self._lock = threading.Lock()

    def correct(self, words: Words, taken: Sequence[tuple[int, int]], *, named: bool) -> list[Correction]:
        """Give the corrections of a text, in order.

        Args:
            words: of the text.
            taken: first word, and the one after the last, of what is understood already.
            named: a kind of product is understood already; then no word that people know is taken for an error.
        """
        covered = {place for span in taken for place in range(*span)}
        found: list[Correction] = []
        for place, form in enumerate(words.forms):
            if place in covered or unspaced(form):
                continue
            meant = self._word(words, place, named=named)
            if meant is not None:
                covered.add(place)
                found.append(Correction(words.starts[place], words.ends[place], words.written(place), meant))
        found.extend(self._by_sound(words, covered))
        return sorted(found, key=lambda one: one.start)

    def _word(self, words: Words, place: int, *, named: bool) -> str | None:
        form = words.forms[place]
        if len(form) < _SHORTEST or not form.isalpha() or form in self._plain or form in self._vocabulary:
            return None
        english = form in english_words()
        if english and named:
            return None
        most = 2 if len(form) >= _LONG and not english else 1
        with self._lock:
            near = self._symspell.lookup(form, Verbosity.CLOSEST, max_edit_distance=most)
        ranked = sorted(
            (one for one in near if one.distance),
            key=lambda one: (
                not self._fits(words, place, one.term),
                one.distance,
                one.term not in self._heads,
                one.term[0] != form[0],
                abs(len(one.term) - len(form)),
                -self._vocabulary[one.term],
                one.term,
            ),
        )
        if not ranked:
            return self._split(form)
        best: str = ranked[0].term
        if english and best not in self._heads and not self._fits(words, place, best):
            return None
        return best

    def _fits(self, words: Words, place: int, term: str) -> bool:
        """Tell whether the word, with a neighbour, makes a name of several words."""
        before = words.forms[place - 1] if place else ""
        after = words.forms[place + 1] if place + 1 < len(words.forms) else ""
        return (before, term) in self._neighbours or (term, after) in self._neighbours

    def _split(self, form: str) -> str | None:
        """Give a word that lacks its space: "rainjacket"."""
        if len(form) > _SPLIT_LONGEST:
            return None
        for cut in range(2, len(form) - 1):
            if (form[:cut], form[cut:]) in self._neighbours:
                return f"{form[:cut]} {form[cut:]}"
        return None

    def _by_sound(self, words: Words, covered: set[int]) -> list[Correction]:
        """Give names of two characters or more that sound like those written, longest first; then those one off."""
        found: list[Correction] = []
        free = [place for place, form in enumerate(words.forms) if unspaced(form)]
        # a name inside the wrong one may have been understood: 夹 of 马夹
        for size in range(min(6, len(free)), 1, -1):
            for start in free:
                span = range(start, start + size)
                if span[-1] >= len(words.forms) or not all(unspaced(words.forms[place]) for place in span):
                    continue
                if all(place in covered for place in span):
                    continue
                written = "".join(words.forms[place] for place in span)
                if written in self._names:
                    continue
                meant = self._sounding(written)
                if meant is not None:
                    covered.update(span)
                    found.append(Correction(words.starts[start], words.ends[span[-1]], written, meant))
        return found

    def _sounding(self, written: str) -> str | None:
        same = [name for name in self._by_sounds.get(sounds(written), ()) if name != written]
        shared = [name for name in same if any(a == b for a, b in zip(name, written, strict=True))]
        near = shared
        if not near and len(written) >= 3:
            near = [name for name in self._chinese.get(len(written), ())
                    if sum(a != b for a, b in zip(name, written, strict=True)) == 1]  # fmt: skip
        return max(near, key=lambda name: (self._names[name], name)) if near else None

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        """Words of names and titles; words of names count more."""
        most = sorted(self._words.items(), key=lambda row: (-row[1], row[0]))[:_MOST_WORDS]
        known = {word: uses for word, uses in most if word.isalpha() and not unspaced(word)}
        for name, uses in self._names.items():
            for word in name.split():
                if word.isalpha() and not unspaced(word):
                    known[word] = max(known.get(word, 0), 0) + uses + 1
        return known

    @cached_property
    def _heads(self) -> frozenset[str]:
        return frozenset(name for name in self._names if " " not in name)

    @cached_property
    def _neighbours(self) -> frozenset[tuple[str, str]]:
        pairs: set[tuple[str, str]] = set()
        for name in self._names:
            parts = name.split()
            pairs.update(pairwise(parts))
        return frozenset(pairs)

    @cached_property
    def _symspell(self) -> SymSpell:
        made = SymSpell(max_dictionary_edit_distance=2)
        for word, uses in sorted(self._vocabulary.items()):
            if len(word) >= _SHORTEST:
                made.create_dictionary_entry(word, uses + 1)
        return made

    @cached_property
    def _chinese(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for name in self._names:
            if 2 <= len(name) <= 6 and all(map(unspaced, name)):
                found.setdefault(len(name), []).append(name)
        return found

    @cached_property
    def _by_sounds(self) -> dict[tuple[str, ...], list[str]]:
        found: dict[tuple[str, ...], list[str]] = {}
        for names in self._chinese.values():
            for name in names:
                found.setdefault(sounds(name), []).append(name)
        return found


def sounds(text: str) -> tuple[str, ...]:
    """Give the sound of each Chinese character, without tones; a character without one stands for itself.

    Sounds that the south of China hears as one are one: zh and z, ing and in.
    """
    from pypinyin.constants import PINYIN_DICT

    found = []
    for character in normalise(text):
        readings = PINYIN_DICT.get(ord(character), "")
        found.append(_plain(readings.split(",")[0]) if readings else character)
    return tuple(found)


_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ", "aaaaeeeeiiiioooouuuuvvvvvnnn")


def _plain(reading: str) -> str:
    sound = reading.translate(_TONES)
    for south, north in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if sound.startswith(south):
            sound = north + sound[len(south) :]
    return sound.removesuffix("g") if sound.endswith("ng") else sound
