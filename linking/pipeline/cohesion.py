"""How firmly two neighbouring characters belong together, where words have no spaces between them.

Where two names overlap, as 声音 and 音质 in 人声音质, the right one is that which tears fewer words apart. The
measure is pointwise mutual information of neighbouring characters (Sproat and Shih 1990).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log2

from linking.text import unspaced

_FEWEST = 3
_MOST_PAIRS = 200_000


class CohesionCounts:
    """Counts characters and pairs of neighbours."""

    def __init__(self) -> None:
        self._single: Counter[str] = Counter()
        self._pairs: Counter[str] = Counter()

    def add(self, words: Sequence[str]) -> None:
        """Count the characters of one text, given as its tokens."""
        before = ""
        for word in words:
            if len(word) == 1 and unspaced(word):
                self._single[word] += 1
                if before:
                    self._pairs[before + word] += 1
                before = word
            else:
                before = ""

    def table(self) -> dict[str, float]:
        """Give pair -> mutual information in bits, of pairs seen often enough."""
        total = sum(self._single.values())
        return {
            pair: round(log2(count * total / (self._single[pair[0]] * self._single[pair[1]])), 3)
            for pair, count in sorted(self._pairs.most_common(_MOST_PAIRS))
            if count >= _FEWEST
        }


def torn(words: Sequence[str], spans: Iterable[tuple[int, int]], table: Mapping[str, float]) -> float:
    """Give how many bits of cohesion are lost by cutting a text at the edges of spans."""
    lost = 0.0
    for start, end in spans:
        if start > 0:
            lost += table.get(words[start - 1] + words[start], 0.0)
        if end < len(words):
            lost += table.get(words[end - 1] + words[end], 0.0)
    return lost
