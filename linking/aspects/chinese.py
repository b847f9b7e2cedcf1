"""Mining aspects of Chinese reviews: character n-grams that are words, and of which something is said.

A run of two to four characters is a word where its parts hold together and its neighbours change: the smallest
pointwise mutual information over its cuts is high (cohesion), and so is the entropy of the characters left and right
of it (freedom; Huang & Powers, "Chinese word segmentation based on contextual entropy", PACLIC 2003). No segmenter is
needed, so new words of a trade are found too. Aspects are those words that stand where something is said of them,
before 很, 太, 不 and the like ("拉链很顺滑") or after 没有, 的 and the like::

    score(w) = n(w) * sqrt(share of w's occurrences with something said of it)
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from linking.aspects.aspect import MinedAspect
from linking.aspects.counts import LossyCounts
from linking.aspects.words import chinese

_RUN = re.compile(r"[\u3400-\u9fff]+")
_LONGEST = 4
_FEWEST_REVIEWS = 5
_COHESION = 1.0
"""Nats of mutual information between the parts of a word, at the least."""
_FREEDOM = 0.5
"""Nats of entropy of a word's neighbours on either side, at the least."""
_BEFORE_SHARE = 0.5
"""How much what stands before a word tells, against what follows it."""
_NESTED = 0.7
"""Share of a word's occurrences within one longer word from which it is dropped."""
_SUFFIXES = "度感性力头量"
"""Characters that make another noun of the same thing: 舒适, 舒适度, 舒适感."""


class _Uses(NamedTuple):
    """How an n-gram was used: times, reviews, times at a border left and right, times with a word that says something.

    The borders are those of the run; on the right also what follows words, such as 很.
    """

    occurrences: int
    reviews: int
    begins: int
    ends: int
    followed: int
    led: int


class ChineseMiner:
    """Counts n-grams while reviews stream by, then ranks words.

    Args:
        most: n-grams held at most, and as many pairs of an n-gram and a neighbour; each takes about 250 bytes.
    """

    language = "zh"

    def __init__(self, *, most: int = 400_000) -> None:
        self._words = chinese()
        self._grams: LossyCounts[str] = LossyCounts(most=most, width=len(_Uses._fields))
        self._lefts: LossyCounts[str] = LossyCounts(most=most)
        self._rights: LossyCounts[str] = LossyCounts(most=most)
        self._characters = 0

    def add(self, text: str) -> None:
        """Count the n-grams of one review."""
        seen: set[str] = set()
        stop = self._words.stop
        for match in _RUN.finditer(text):
            run = match[0]
            self._characters += len(run)
            led = [run.endswith(self._words.before, 0, place) for place in range(len(run))]
            followed = [run.startswith(self._words.after, place) for place in range(len(run) + 1)]
            for start, character in enumerate(run):
                if character in stop:
                    continue
                for end in range(start + 1, min(start + _LONGEST, len(run)) + 1):
                    if run[end - 1] in stop:
                        break
                    gram = run[start:end]
                    row = self._grams.row(gram)
                    row[0] += 1
                    row[1] += gram not in seen
                    ends = end == len(run) or followed[end]
                    row[2] += start == 0
                    row[3] += ends
                    row[4] += followed[end]
                    row[5] += led[start]
                    seen.add(gram)
                    if end - start > 1:
                        if start:
                            self._lefts.row(run[start - 1 : end])[0] += 1
                        if not ends:
                            self._rights.row(run[start : end + 1])[0] += 1

    def aspects(self, *, known: frozenset[str]) -> list[MinedAspect]:
        """Rank what was found, best first.

        Args:
            known: names of brands, categories and the like; neither they nor what holds one of them are aspects.
        """
        left, right = defaultdict(list), defaultdict(list)
        for gram, row in self._lefts.items():
            left[gram[1:]].append(row[0])
        for gram, row in self._rights.items():
            right[gram[:-1]].append(row[0])
        parts = {part for name in known if _RUN.fullmatch(name) for part in _parts(name)}
        grams = ((gram, _Uses(*row)) for gram, row in self._grams.items())
        words = {
            gram: uses
            for gram, uses in grams
            if len(gram) > 1
            and uses.reviews >= _FEWEST_REVIEWS
            and gram not in parts
            and known.isdisjoint(_parts(gram))
            and not self._is_other(gram)
            and self._cohesion(gram, uses) >= _COHESION
            and _entropy(left[gram], uses.occurrences, uses.begins) >= _FREEDOM
            and _entropy(right[gram], uses.occurrences, uses.ends) >= _FREEDOM
        }
        within = _within(words)
        words = {word: uses for word, uses in words.items() if within.get(word, 0) <= _NESTED * uses.reviews}
        found = []
        for word, uses in words.items():
            if word[-1] in _SUFFIXES and word[:-1] in words:
                continue
            forms = [word, *(form for suffix in _SUFFIXES if (form := word + suffix) in words)]
            score = sum(_score(words[form]) for form in forms)
            n_reviews = sum(words[form].reviews for form in forms[1:])  # those of a form hold those of the word
            found.append(MinedAspect(word, tuple(forms), max(uses.reviews, n_reviews), score, self.language))
        return sorted(found, key=lambda aspect: (-aspect.score, aspect.name))

    def _is_other(self, gram: str) -> bool:
        return gram in self._words.opinions or not self._words.generic.isdisjoint(_parts(gram))

    def _cohesion(self, gram: str, uses: _Uses) -> float:
        cuts = (self._grams.get(gram[:place]) * self._grams.get(gram[place:]) for place in range(1, len(gram)))
        return min(math.log(uses.occurrences * self._characters / max(1, cut)) for cut in cuts)


def _score(uses: _Uses) -> float:
    said = min(1.0, (uses.followed + _BEFORE_SHARE * uses.led) / uses.occurrences)
    return uses.reviews * math.sqrt(said)


def _entropy(neighbours: list[int], n: int, at_border: int) -> float:
    """Give the entropy of the neighbours in nats; each border counts as a neighbour of its own."""
    inner = sum(-(count / n) * math.log(count / n) for count in neighbours)
    return inner + (at_border / n) * math.log(n)


def _within(words: dict[str, _Uses]) -> dict[str, int]:
    """Give word -> reviews of the commonest longer word that it is part of."""
    found: dict[str, int] = {}
    for longer, uses in words.items():
        for word in _parts(longer):
            if word != longer:
                found[word] = max(found.get(word, 0), uses.reviews)
    return found


def _parts(word: str) -> Iterator[str]:
    """Give the n-grams of two characters and more that a word holds, itself among them."""
    for length in range(2, len(word) + 1):
        for start in range(len(word) - length + 1):
            yield word[start : start + length]
