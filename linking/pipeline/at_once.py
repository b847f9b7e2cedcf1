"""The names in many ASCII texts at once, the same that ``NameFinder.search`` gives of one text after the other.

Nearly all tokens are plain words, and nearly all names one word with one meaning; both are told by number, for all
texts together. What is left is looked at one by one: names of several words, those with several meanings, and words
that nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from linking.pipeline.fuzzy import may_be_misspelt
from linking.pipeline.names import Found, NameFinder
from linking.pipeline.words import Cut, Words, cut_many
from linking.vocabulary import IntArray, Vocabulary

_NONE = -1


class FoundMany(NamedTuple):
    """Names in many texts.

    Attributes:
        cut: the texts cut into tokens.
        places: tokens that are names of a single word and a single meaning, ascending, ``(n_simple,)``.
        rows: which names these are, by their row among those asked for, ``(n_simple,)``.
        others: all other names, by the row of their text: its words, and the names as ``NameFinder.search`` gives them.
    """

    cut: Cut
    places: IntArray
    rows: IntArray
    others: dict[int, tuple[Words, list[Found]]]


class NamesAtOnce:
    """Finds names in many texts.

    Args:
        finder: that finds them in one.
        simple: keys of names that need no second look where they are a single word; each has its place as its row.
    """

    def __init__(self, finder: NameFinder, simple: Iterable[str]) -> None:
        self._finder = finder
        known = list(finder.known)
        self._vocabulary = Vocabulary(known)
        phrases = finder.phrases
        parts = phrases.parts
        numbers = {word: number for number, word in enumerate(known) if word in parts}
        self._size = len(known) + 1  # the last stands for words that nobody knows
        self._simple = np.full(self._size, _NONE)
        self._several = np.zeros(self._size, dtype=bool)
        rows = {key: row for row, key in enumerate(simple)}
        for word, keys in phrases.single.items():
            if len(keys) == 1 and keys[0] in rows:
                self._simple[numbers[word]] = rows[keys[0]]
            else:
                self._several[numbers[word]] = True
        self._first = np.zeros(self._size, dtype=bool)
        self._first[[numbers[word] for word in phrases.longer]] = True
        pairs = {numbers[one] * self._size + numbers[two] for one, twos in phrases.longer.items() for two in twos}
        self._pairs = np.array(sorted(pairs) or [_NONE], dtype=np.int64)

    def find(self, texts: Sequence[str]) -> FoundMany:
        """Give the names in texts, all in ASCII and without the character 0."""
        cut = cut_many(texts)
        numbers = self._vocabulary.numbers(cut.characters, cut.starts, cut.ends)
        simple: IntArray = self._simple[numbers]
        # Whatever may be more than a simple name is left to the finder.
        doubtful = np.union1d(np.flatnonzero(self._several[numbers]), self._begun(numbers, cut))
        simple[doubtful] = _NONE
        others: dict[int, tuple[Words, list[Found]]] = {}
        for row, places in _by_text(doubtful, cut):
            words = cut.words(row)
            names = self._finder.exact(words, places)
            if names:
                others[row] = words, names
                self._clear(simple, cut, row, names)
        if self._finder.fuzzy is not None:
            self._add_misspelt(cut, self._strange(numbers, cut), simple, others)
        left = np.flatnonzero(simple >= 0)
        return FoundMany(cut, left, simple[left], others)

    def _begun(self, numbers: IntArray, cut: Cut) -> IntArray:
        """Give the tokens with which a name of several words may begin: its second word follows."""
        begins = self._first[numbers]
        begins[cut.bounds[1:][cut.bounds[1:] > 0] - 1] = False  # the last of each text
        places = np.flatnonzero(begins)
        second = numbers[places + 1]
        keys = numbers[places] * self._size + second
        at = np.minimum(np.searchsorted(self._pairs, keys), len(self._pairs) - 1)
        begun: IntArray = places[(self._pairs[at] == keys) & (second >= 0)]
        return begun

    def _strange(self, numbers: IntArray, cut: Cut) -> IntArray:
        """Give the tokens that may be misspelt names."""
        unknown = np.flatnonzero((numbers < 0) & (cut.ends - cut.starts > 1))
        edges = zip(cut.starts[unknown].tolist(), cut.ends[unknown].tolist(), strict=True)
        strange: IntArray = unknown[np.array([may_be_misspelt(cut.low[start:end]) for start, end in edges], dtype=bool)]
        return strange

    def _add_misspelt(
        self, cut: Cut, strange: IntArray, simple: IntArray, others: dict[int, tuple[Words, list[Found]]]
    ) -> None:
        for row, places in _by_text(strange, cut):
            begin, end = cut.bounds[row : row + 2].tolist()
            words, names = others[row] if row in others else (cut.words(row), [])
            spans = [(place, place + 1) for place in np.flatnonzero(simple[begin:end] >= 0).tolist()]
            more = self._finder.misspelt(words, [*(name[:2] for name in names), *spans], places)
            if more:
                taken = {token for first, last, _, _ in more for token in range(first, last)}
                others[row] = words, sorted([*(name for name in names if name[0] not in taken), *more])
                self._clear(simple, cut, row, more)

    def _clear(self, simple: IntArray, cut: Cut, row: int, names: Iterable[Found]) -> None:
        """Leave out the simple names within others."""
        begin = int(cut.bounds[row])
        for first, last, _, _ in names:
            simple[begin + first : begin + last] = _NONE


def _by_text(tokens: IntArray, cut: Cut) -> Iterable[tuple[int, list[int]]]:
    """Give the row of each text that has any of the tokens, and these, counted from the text's first."""
    rows = np.searchsorted(cut.bounds, tokens, side="right") - 1
    edges = np.flatnonzero(np.diff(rows, prepend=-1, append=-1)).tolist()
    own = (tokens - cut.bounds[rows]).tolist()
    for first, last in pairwise(edges):
        yield int(rows[first]), own[first:last]


__all__ = ["FoundMany", "NamesAtOnce"]
