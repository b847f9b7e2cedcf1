"""A clause model laid out by number: every term it knows has one, so that many clauses are added up at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linking.sentiment.features import OF_NODE
from linking.sentiment.grammar import STILL_WORD, Grammar, written
from linking.sentiment.negation import plain_factor
from linking.vocabulary import Vocabulary

_BITS = 18
_LAST_BITS = (1 << _BITS) - 1

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class Numbers(dict[str, int]):
    """Numbers of terms. All that the model has never heard of share one for each sign that they may have."""

    def __init__(self, terms: Iterable[str]) -> None:
        super().__init__()
        self.unknown: dict[int, int] = {}
        for term in terms:
            self[term] = len(self)

    def __missing__(self, term: str) -> int:
        return self.of_sign(written(term))

    def of_sign(self, sign: int) -> int:
        """Give the number of unlisted terms of a sign; there are a handful, so this does not grow with what is read."""
        return self.unknown.setdefault(sign, len(self) + len(self.unknown))


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of few among many possible keys.

    Attributes:
        keys: ascending, ``(n,)``.
        values: ``(n,)``.
        taken: whether any key ends in these bits, ``(2 ** _BITS,)``: most that are asked for have no weight, and need
            not be looked for among the keys.
    """

    keys: IntArray
    values: FloatArray
    taken: Mask

    def __call__(self, wanted: IntArray) -> FloatArray:
        """Give the weight of each key, 0 where there is none, ``(n_wanted,)``."""
        found = np.zeros(len(wanted))
        likely = np.flatnonzero(self.taken[wanted & _LAST_BITS])
        if len(likely):
            asked = wanted[likely]
            rows = np.minimum(np.searchsorted(self.keys, asked), len(self.keys) - 1)
            found[likely] = np.where(self.keys[rows] == asked, self.values[rows], 0.0)
        return found

    @classmethod
    def of(cls, weights: Mapping[int, float]) -> Weights:
        """Make them of a mapping."""
        keys = np.array(sorted(weights), dtype=np.int64)
        taken = np.zeros(1 << _BITS, dtype=np.bool_)
        taken[keys & _LAST_BITS] = True
        return cls(keys, np.array([weights[key] for key in keys.tolist()], dtype=np.float64), taken)


@dataclass(frozen=True, slots=True)
class Numbered:
    """The clause model of one language by number.

    Attributes:
        numbers: of the terms.
        size: how many numbers there are.
        signs: of each term, ``Grammar.signs``, ``(size,)``.
        factors: of each term where nothing turns it, ``(size,)``.
        plain: what each term adds to the log-odds, ``(size,)``.
        negated: what it adds besides where it is negated, ``(size,)``.
        pairs: of neighbours; key: number of the first times ``size``, and number of the second.
        phrases: numbers of two words -> those of the words behind them, and the number of the term they make, the
            longest first.
        first: whether a term of several words begins with a term, ``(size,)``.
        second: whether it is the second word of one, ``(size,)``.
        nodes: id of a node -> its row.
        node_plain: as ``plain`` for mentions of one node; key: the node's row times ``size``, and the term's number.
        node_negated: likewise.
        vocabulary: of the terms that have a number of their own.
        others: number of any other term in ASCII: of a single character, and of several by their first, ``(2, 128)``.
    """

    numbers: Numbers
    size: int
    signs: IntArray
    factors: FloatArray
    plain: FloatArray
    negated: FloatArray
    pairs: Weights
    phrases: Mapping[tuple[int, int], Sequence[tuple[list[int], int]]]
    first: Mask
    second: Mask
    nodes: Mapping[str, int]
    node_plain: Weights
    node_negated: Weights
    vocabulary: Vocabulary
    others: IntArray

    def find(self, characters: npt.NDArray[np.uint8], starts: IntArray, ends: IntArray) -> IntArray:
        """Give the numbers of terms in ASCII, as ``numbers`` does one by one, ``(n_terms,)``.

        Args:
            characters: codes of small letters, as for ``Vocabulary.numbers``.
            starts, ends: of each term its first character, and the one after its last, ``(n_terms,)``.
        """
        found = self.vocabulary.numbers(characters, starts, ends)
        missing = np.flatnonzero(found < 0)
        at = starts[missing]
        found[missing] = self.others[(ends[missing] - at > 1).astype(np.int64), characters[at]]
        return found


def numbered(weights: Mapping[str, float], words: Grammar) -> Numbered:
    """Lay out the weights of features, ``linking.sentiment.features``, by the terms that make them up."""
    names = [(feature, node, weight) for node, feature, weight in map(_parted, weights.items())]
    single = {term for feature, _, _ in names for term in feature.removeprefix("!").split(" ") if term}
    parts = {part for term in words.terms for part in term.split(" ")} if words.spaced else set()
    numbers = Numbers(sorted({*words.signs, *words.terms, *single, *parts, STILL_WORD}))
    for sign in map(written, ("a", "still", ",", ".", "..", ";", "-", " ", "😀", "+")):
        numbers.unknown.setdefault(sign, len(numbers) + len(numbers.unknown))
    # Of several characters only those that start with them are told apart, as ``written`` does.
    single_others = [numbers[chr(code)] for code in range(128)]
    others = [numbers.of_sign(written(chr(code) * 2)) for code in range(128)]
    size = len(numbers) + len(numbers.unknown)
    signs = np.array([*map(words.signs.__getitem__, numbers), *numbers.unknown], dtype=np.int64)
    plain, negated = np.zeros(size), np.zeros(size)
    nodes = {node: row for row, node in enumerate(sorted({node for _, node, _ in names if node}))}
    pairs: dict[int, float] = {}
    own: dict[int, float] = {}
    turned: dict[int, float] = {}
    for feature, node, weight in names:
        term, against = (feature[1:], True) if feature[0] == "!" and len(feature) > 1 else (feature, False)
        if node:
            if term in numbers:
                (turned if against else own)[nodes[node] * size + numbers[term]] = weight
            continue
        if term in numbers:
            (negated if against else plain)[numbers[term]] = weight
        if not against:
            pairs.update((first * size + second, weight) for first, second in _pairs(term, numbers))
    phrases = {
        (numbers[first], numbers[second]): [
            ([*map(numbers.__getitem__, rest)], numbers[" ".join((first, second, *rest))]) for rest in rests
        ]
        for first, by_second in words.phrases.items()
        for second, rests in by_second.items()
    }
    return Numbered(
        numbers,
        size,
        signs,
        np.array([plain_factor(sign) for sign in signs.tolist()]),
        plain,
        negated,
        Weights.of(pairs),
        phrases,
        _marked(size, (first for first, _ in phrases)),
        _marked(size, (second for _, second in phrases)),
        nodes,
        Weights.of(own),
        Weights.of(turned),
        Vocabulary([*numbers]),
        np.array([single_others, others], dtype=np.int64),
    )


def _marked(size: int, numbers: Iterable[int]) -> Mask:
    marks = np.zeros(size, dtype=bool)
    marks[list(numbers)] = True
    return marks


def _parted(item: tuple[str, float]) -> tuple[str, str, float]:
    node, mark, feature = item[0].partition(OF_NODE)
    return (node, feature, item[1]) if mark else ("", item[0], item[1])


def _pairs(name: str, numbers: Numbers) -> Iterable[tuple[int, int]]:
    """Give each way to read a name as two terms, which may hold spaces themselves: "a lot" + "of"."""
    place = name.find(" ")
    while place > 0:
        first, second = name[:place], name[place + 1 :]
        if first in numbers and second in numbers:
            yield numbers[first], numbers[second]
        place = name.find(" ", place + 1)


__all__ = ["Numbered", "Numbers", "Weights", "numbered"]
