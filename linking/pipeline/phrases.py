"""Names in lists of words: spaCy's ``PhraseMatcher`` without its documents.

It gives the spans that the matcher gives for the same words (a test compares the two), and looks only at words with
which a name begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

Span = tuple[int, int, str]
"""First word, the word after the last, and the name's key."""


class Phrases:
    """Finds every phrase of a list.

    Args:
        phrases: key and words of each; those without words are left out.
    """

    def __init__(self, phrases: Iterable[tuple[str, Sequence[str]]]) -> None:
        self.single: dict[str, list[str]] = {}
        """Word -> the keys of the phrases that it is."""
        self.longer: dict[str, dict[str, list[tuple[list[str], str]]]] = {}
        """First word -> second word -> the words after them and the key, of phrases of several words."""
        for key, words in phrases:
            if len(words) == 1:
                self.single.setdefault(words[0], []).append(key)
            elif words:
                first, second, *rest = words
                self.longer.setdefault(first, {}).setdefault(second, []).append((rest, key))
        self.heads = frozenset(self.single) | frozenset(self.longer)
        """Words with which a phrase begins."""

    @property
    def parts(self) -> frozenset[str]:
        """Words with which a phrase begins, and the second words of phrases."""
        return self.heads.union(*self.longer.values())

    def find(self, words: Sequence[str], places: Iterable[int]) -> Iterator[Span]:
        """Give every phrase that begins at one of the places, in order of its first word."""
        last = len(words)
        for place in places:
            word = words[place]
            for key in self.single.get(word, ()):
                yield place, place + 1, key
            longer = self.longer.get(word)
            if longer is not None and place + 1 < last:
                for rest, key in longer.get(words[place + 1], ()):
                    after = place + 2 + len(rest)
                    if words[place + 2 : after] == rest:
                        yield place, after, key


__all__ = ["Phrases", "Span"]
