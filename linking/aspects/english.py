"""Mining aspects of English reviews: frequent noun phrases near opinions, without a tagger.

A noun shows itself by where it stands: after a determiner, a preposition or a word of praise and at the end of its
phrase ("the zip that", "great sound."), or before a copula ("the battery is"). These places take the part of the
tagger in Hu & Liu, "Mining and summarizing customer reviews" (KDD 2004), from which come frequent nouns as candidates,
the compactness of terms of several words, and dropping terms that are mostly part of longer ones. That an opinion
stands in the clause, the relation that double propagation goes by (Qiu et al., "Opinion word expansion and target
extraction through double propagation", Computational Linguistics 2011), raises the score::

    score(t) = places(t) * sqrt(P(opinion in the clause | t) / P(opinion in a clause))
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from linking.aspects.aspect import MinedAspect
from linking.aspects.counts import LossyCounts
from linking.aspects.inflection import relatives, singulars
from linking.aspects.words import english

_TOKEN = re.compile(r"[a-z]+(?:['-][a-z]+)*|[.,!?;:()\"\n]|\d+")
_BREAKS = frozenset('.,!?;:()"\n') | {"but"}
_ADVERB = re.compile(r".{3,}ly")
_PREPOSITIONS = frozenset(("of", "in", "on", "at", "by", "for", "with", "without", "about", "from", "per", "and", "or"))
_LONGEST = 3
_FEWEST_REVIEWS = 3
_FEWEST_PLACES = 2
_SHARE = 0.15
"""Of the occurrences of one of its words, how many a term of several words must have to be more than chance."""
_OPINION_SHARE = 0.3
"""The same for a term that begins with a word of praise or blame: "hard drive" is a term, "great screen" is none."""
_NOUN = 0.1
"""Share of a word's occurrences in a noun's place from which it may end a term."""
_NESTED = 0.7
"""Share of a word's occurrences within one longer term from which the word alone is dropped."""


class _Uses(NamedTuple):
    """How a term was used: whole occurrences, and reviews, as numbers."""

    occurrences: int
    reviews: int
    places: int
    ends: int
    opinions: int


class EnglishMiner:
    """Counts terms while reviews stream by, then ranks them.

    Args:
        most: terms held at most; each takes about 300 bytes.
    """

    language = "en"

    def __init__(self, *, most: int = 300_000) -> None:
        self._words = english()
        self._counts: LossyCounts[str] = LossyCounts(most=most, width=len(_Uses._fields))
        self._clauses = 0
        self._with_opinion = 0

    def add(self, text: str) -> None:
        """Count the terms of one review."""
        seen: set[str] = set()
        for clause in _clauses(text):
            opinions = sum(word in self._words.opinions for word in clause)
            self._clauses += 1
            self._with_opinion += opinions > 0
            for start, stop in self._phrases(clause):
                self._count(clause, start, stop, opinions, seen)

    def aspects(self, *, known: frozenset[str]) -> list[MinedAspect]:
        """Rank what was found, best first.

        Args:
            known: names of brands, categories and the like, in lower case; they are no aspects.
        """
        terms = self._merged()
        base = self._with_opinion / max(1, self._clauses)
        kept = {term: uses for term, uses in terms.items() if self._may_be_aspect(term, uses, terms, known)}
        within = _within(kept)
        kept = {term: uses for term, uses in kept.items() if within.get(term, 0) <= _NESTED * uses.reviews}
        forms, joined = self._forms(kept)
        found = []
        for term, uses in kept.items():
            if term in joined:
                continue
            opinionated = (uses.opinions + 2 * base) / (uses.occurrences + 2)
            score = uses.places * (opinionated / base) ** 0.5 if base else 0.0
            found.append(MinedAspect(term, forms[term], uses.reviews, score, self.language))
        return sorted(found, key=lambda aspect: (-aspect.score, aspect.name))

    def _phrases(self, clause: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Give the runs of content words."""
        start = None
        for place, word in enumerate([*clause, ""]):
            if self._content(word):
                start = place if start is None else start
            elif start is not None:
                yield start, place
                start = None

    def _content(self, word: str) -> bool:
        words = self._words
        closed = word in words.function or word in words.determiners or word in words.copulas
        return word[:1].isalpha() and not closed and not _ADVERB.fullmatch(word)

    def _count(self, clause: Sequence[str], start: int, stop: int, opinions: int, seen: set[str]) -> None:
        words = self._words
        left = clause[start - 1] if start else ""
        right = clause[stop] if stop < len(clause) else ""
        core = start
        while core < stop - 1 and clause[core] in words.opinions:
            core += 1
        after_noun_word = core > start or left in words.determiners or left in _PREPOSITIONS
        for first in range(start, stop):
            for last in range(first + 1, min(first + _LONGEST, stop) + 1):
                term = " ".join(clause[first:last])
                row = self._counts.row(term)
                begins = first == core or (first == start and after_noun_word)
                ends = last == stop
                own = sum(word in words.opinions for word in clause[first:last])
                for counter, holds in enumerate(
                    (
                        True,
                        term not in seen,
                        begins and ends and after_noun_word,
                        ends and right in words.copulas,
                        opinions > own,
                    )
                ):
                    row[counter] += holds
                seen.add(term)

    def _merged(self) -> dict[str, _Uses]:
        """Add up the counters of singular and plural under the form that is there without the ending."""
        merged: dict[str, list[int]] = {}
        for term, row in self._counts.items():
            own = merged.setdefault(self._base(term), [0] * len(row))
            for counter, number in enumerate(row):
                own[counter] += number
        # A word before a copula stands in a noun's place too, whatever is left of it.
        return {
            term: _Uses(occurrences, reviews, places + ends, ends, opinions)
            for term, (occurrences, reviews, places, ends, opinions) in merged.items()
        }

    def _base(self, term: str) -> str:
        head, _, last = term.rpartition(" ")
        for word in singulars(last):
            singular = f"{head} {word}" if head else word
            if self._counts.get(singular):
                return singular
        return term

    def _may_be_aspect(self, term: str, uses: _Uses, terms: dict[str, _Uses], known: frozenset[str]) -> bool:
        words = self._words
        parts = term.split(" ")
        last = parts[-1]
        if uses.reviews < _FEWEST_REVIEWS or uses.places < _FEWEST_PLACES or any(len(part) < 3 for part in parts):
            return False
        if last in words.opinions or any(name in known for name in (term, last, parts[0], *singulars(last))):
            return False
        if len(parts) == 1:
            return not any(word in words.generic for word in (term, *singulars(term)))
        if parts[0] in words.generic or all(word in words.opinions or word in words.generic for word in parts):
            return False
        # Compact: not just words that happened to stand together.
        share = max(uses.reviews / max(1, self._counts.get(part, 1)) for part in parts)
        if share < (_OPINION_SHARE if parts[0] in words.opinions else _SHARE):
            return False
        head = terms.get(last)
        return last in words.generic or (head is not None and head.places >= _NOUN * head.occurrences)

    def _forms(self, kept: dict[str, _Uses]) -> tuple[dict[str, tuple[str, ...]], set[str]]:
        """Give term -> its forms, the plain one first, and terms that are forms of another."""
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        joined: set[str] = set()
        for term, row in self._counts.items():
            base = self._base(term)
            if base in kept and term != base:
                forms[base][term] = row[1]
            if " " not in term:
                root = next((word for word in relatives(term) if word in kept and word != base), None)
                if root is not None and row[1] >= _FEWEST_REVIEWS:
                    forms[root][term] = row[1]
                    joined.add(base)
        for term in joined & forms.keys():  # a form of a form stays with its own
            joined.discard(term)
        return {
            term: (term, *sorted(forms[term], key=lambda word: (-forms[term][word], word))) for term in kept
        }, joined


def _clauses(text: str) -> Iterator[list[str]]:
    clause: list[str] = []
    for token in _TOKEN.findall(text.lower().replace("’", "'")):
        if token not in _BREAKS:
            clause.append(token)
        elif clause:
            yield clause
            clause = []
    if clause:
        yield clause


def _within(kept: dict[str, _Uses]) -> dict[str, int]:
    """Give term -> reviews of the commonest longer term that it is part of."""
    found: dict[str, int] = {}
    for longer, uses in kept.items():
        parts = longer.split(" ")
        for length in range(1, len(parts)):
            for start in range(len(parts) - length + 1):
                term = " ".join(parts[start : start + length])
                found[term] = max(found.get(term, 0), uses.reviews)
    return found
