"""What a conditional random field knows of each token: its form, its neighbours, and the lists that hold it.

The features are those that have served the field since the CoNLL-2003 task: the word, its beginning and end, its shape,
two words on either side, pairs and triples of neighbours, and membership in lists of names (gazetteers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from linking.text import normalise, unspaced

_UPPER, _LOWER, _DIGIT = re.compile("[A-Z]"), re.compile("[a-z]"), re.compile(r"\d")
_REPEATED = re.compile(r"(.)\1{3,}")
_EDGE = "#"
_LONGEST_NAME = 12
"""Tokens up to which names of a gazetteer are looked up."""
_LENGTHS = 5
"""Lengths of names told apart, in tokens; longer ones are as this one."""


class Gazetteer:
    """Lists of names, each with a label, looked up token by token, the longest first.

    Spaces are not looked at, so "macbook pro" is found in "MacBook Pro" and in "MacBookPro".

    Args:
        names: (name, label) pairs; names of one character are left out, for they stand everywhere.
    """

    def __init__(self, names: Iterable[tuple[str, str]] = ()) -> None:
        self.names: dict[str, frozenset[str]] = {}
        collected: dict[str, set[str]] = {}
        for name, label in names:
            key = "".join(normalise(name).split())
            if len(key) > 1:
                collected.setdefault(key, set()).add(label)
        self.names = {key: frozenset(labels) for key, labels in sorted(collected.items())}

    def __len__(self) -> int:
        return len(self.names)

    def pairs(self) -> list[tuple[str, str]]:
        """Give all (name, label) pairs, sorted."""
        return sorted((name, label) for name, labels in self.names.items() for label in labels)

    def marks(self, words: Sequence[str]) -> list[list[str]]:
        """Give for each token which lists hold names around it: B begins one, E ends one, I lies in one.

        Args:
            words: normalised.
        """
        found: list[set[str]] = [set() for _ in words]
        if not self.names:
            return [[] for _ in words]
        longest = [dict[str, int]() for _ in words]
        for start in range(len(words)):
            key = ""
            best: dict[str, int] = {}
            for end in range(start + 1, min(len(words), start + _LONGEST_NAME) + 1):
                key += words[end - 1]
                best.update(dict.fromkeys(self.names.get(key, ()), end))
            for label, end in best.items():
                length = min(end - start, _LENGTHS)
                found[start].update((f"{label}:B", f"{label}:B{length}"))
                found[end - 1].add(f"{label}:E")
                for place in range(start, end):
                    longest[place][label] = max(longest[place].get(label, 0), length)
        for marks, lengths in zip(found, longest, strict=True):
            marks.update(f"{label}:I{length}" for label, length in lengths.items())
        return [sorted(marks) for marks in found]


def token_features(
    words: Sequence[str], gazetteer: Gazetteer, *, extra: Mapping[int, Sequence[str]] | None = None
) -> list[list[str]]:
    """Give the features of each token of a text.

    Args:
        words: the tokens as written, none of them empty.
        gazetteer: lists of names.
        extra: token -> further features of it.
    """
    low = [normalise(word) for word in words]
    shapes = [_shape(word) for word in words]
    marks = gazetteer.marks(low)
    padded = [_EDGE, _EDGE, *low, _EDGE, _EDGE]
    rows: list[list[str]] = []
    for place, word in enumerate(low):
        two, one, _, next_one, next_two = padded[place : place + 5]
        row = [
            "bias",
            f"w={word}",
            f"s={shapes[place]}",
            f"-2={two}",
            f"-1={one}",
            f"+1={next_one}",
            f"+2={next_two}",
            f"-1,0={one}|{word}",
            f"0,+1={word}|{next_one}",
            f"-1,+1={one}|{next_one}",
        ]
        if place > 0:
            row.append(f"-1s={shapes[place - 1]}")
        if place + 1 < len(words):
            row.append(f"+1s={shapes[place + 1]}")
        row.extend(_parts(word, one, next_one, two, next_two))
        row.extend(_marks_around(marks, place))
        if extra is not None:
            row.extend(extra.get(place, ()))
        rows.append(row)
    return rows


def _parts(word: str, one: str, next_one: str, two: str, next_two: str) -> Iterator[str]:
    """Give beginnings and ends of words; of single characters, which have none, longer runs of neighbours."""
    if unspaced(word):
        yield from (f"-1,0,+1={one}|{word}|{next_one}", f"-2,-1={two}|{one}", f"+1,+2={next_one}|{next_two}")
        return
    yield from (f"p2={word[:2]}", f"p3={word[:3]}", f"e2={word[-2:]}", f"e3={word[-3:]}", f"e4={word[-4:]}")
    for name, other in (("-2", two), ("-1", one), ("+1", next_one), ("+2", next_two)):
        yield f"{name}e3={other[-3:]}"


def _marks_around(marks: Sequence[Sequence[str]], place: int) -> Iterator[str]:
    for step in (-1, 0, 1):
        if 0 <= place + step < len(marks):
            for mark in marks[place + step]:
                yield f"{step}g={mark}"


def _shape(word: str) -> str:
    """Give the word with X for capitals, x for small letters and 9 for digits, runs cut to three."""
    text = _DIGIT.sub("9", _LOWER.sub("x", _UPPER.sub("X", word)))
    return _REPEATED.sub(r"\1\1\1", text)
