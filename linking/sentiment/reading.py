"""A text read for its opinions: only the sentences that mentions stand in, each parted into clauses once."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from linking.sentiment.clauses import Clause, split
from linking.sentiment.grammar import Grammar, grammar, guess_language
from linking.sentiment.terms import Terms, lowered, read_terms, sentence_starts


class Spot(NamedTuple):
    """Where a mention stands: first character, the one after the last, and the id of its node, "" where not known."""

    start: int
    end: int
    node: str = ""


class Sentence(NamedTuple):
    """A sentence's terms and clauses, and the lower-case text they were read from."""

    terms: Terms
    clauses: list[Clause]
    low: str


class Reading:
    """A text in a language, of which sentences are read when they are asked for.

    Args:
        text: to read.
        language: code such as ``en``; None to guess between English and Chinese.
    """

    __slots__ = ("_ends", "_low", "_read", "_starts", "words")

    words: Grammar

    def __init__(self, text: str, language: str | None) -> None:
        self.words = grammar(language or guess_language(text))
        self._low = lowered(text)
        self._starts = sentence_starts(text, self.words)
        self._ends = [*self._starts[1:], len(text)]
        self._read: dict[int, Sentence] = {}

    def __len__(self) -> int:
        """Give the number of sentences."""
        return len(self._starts)

    def sentence(self, number: int) -> Sentence:
        """Give a sentence by its number."""
        found = self._read.get(number)
        if found is None:
            terms = read_terms(self._low, self._starts[number], self._ends[number], self.words)
            found = self._read[number] = Sentence(terms, split(terms, self.words), self._low)
        return found

    def number_at(self, place: int) -> int:
        """Give the number of the sentence that a character stands in."""
        return bisect_right(self._starts, place) - 1

    def find(self, start: int, end: int) -> tuple[int, int]:
        """Give the numbers of the sentence and of the clause in it where a mention begins; clause -1 if in none."""
        number = self.number_at(start)
        terms, parts, _ = self.sentence(number)
        # A term may begin before the mention: "odour-free", or a phrase that the mention is a part of.
        place = max(0, bisect_right(terms.starts, start) - 1)
        for row, part in enumerate(parts):
            if part.first <= place < part.last:
                return number, row
        return number, -1
