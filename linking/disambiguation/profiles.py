"""The words of the texts that speak of a node: chargers and cables around Apple, baskets and pies around apples.

Only names with several meanings need them, so only their nodes have a profile. Words come from the titles, categories
and attributes of the products that a node is linked to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import log

from linking.text import unspaced

_MOST_WORDS = 200
_SMOOTHING = 0.5
_CAP = 3.0


class Profiles:
    """Words that tell one node from another.

    Args:
        weights: position of the entry -> word -> log of how much likelier it stands in the entry's texts than in all.
    """

    def __init__(self, weights: Mapping[int, Mapping[str, float]]) -> None:
        self.weights = {entry: dict(words) for entry, words in weights.items()}

    def score(self, entry: int, words: frozenset[str]) -> float:
        """Give how well the words of a text fit the entry's profile, -3 to 3; 0 without a profile."""
        profile = self.weights.get(entry)
        if not profile:
            return 0.0
        total = sum(profile[word] for word in profile.keys() & words)
        return max(-_CAP, min(_CAP, total))


def topic_words(words: Sequence[str]) -> frozenset[str]:
    """Give the words that say what a text is about; of scripts without spaces, pairs of neighbouring characters."""
    found = {word for word in words if len(word) > 2 and word.isalpha() and not unspaced(word)}
    found.update(before + after for before, after in pairwise(words) if unspaced(before) and unspaced(after))
    return frozenset(found)


def make_profiles(texts: Iterable[tuple[frozenset[str], frozenset[int]]]) -> Profiles:
    """Learn profiles from texts, each given as its words and the entries that it speaks of."""
    overall = Counter[str]()
    own: dict[int, Counter[str]] = {}
    counts = Counter[int]()
    n_texts = 0
    for words, entries in texts:
        n_texts += 1
        overall.update(words)
        for entry in entries:
            own.setdefault(entry, Counter()).update(words)
            counts[entry] += 1
    weights: dict[int, dict[str, float]] = {}
    for entry in sorted(own):
        n = counts[entry]
        lifts = {
            word: log((count + _SMOOTHING * overall[word] / n_texts) / (n + _SMOOTHING) / (overall[word] / n_texts))
            for word, count in own[entry].items()
        }
        best = sorted(lifts, key=lambda word: (-lifts[word] * own[entry][word], word))[:_MOST_WORDS]
        weights[entry] = {word: round(lifts[word], 4) for word in sorted(best) if lifts[word] > 0.1}
    return Profiles(weights)
