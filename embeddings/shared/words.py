"""Short queries to judge a space by: single words, and the nodes whose texts have them.

People ask for photos with a word or two, not with a whole title. What is asked here is made from the texts themselves,
without anybody's labels: the word "red" should find the photos of products whose titles say red.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from embeddings.shared.views import Matrix
from kg.errors import InputError

_RUN = re.compile(r"[^\W\d_]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True, eq=False)
class Queries:
    """Short queries in one view, and the nodes each is to find.

    Attributes:
        view: that they are made in.
        matrix: ``(n_queries, width)``, made as the view's matrix is.
        wanted: ids of the nodes that each is to find.

    Raises:
        InputError: there is not one row for each query.
    """

    view: str
    matrix: Matrix
    wanted: Sequence[frozenset[str]]

    def __post_init__(self) -> None:
        if self.matrix.shape[0] != len(self.wanted):
            raise InputError(
                f"There are {self.matrix.shape[0]} rows for {len(self.wanted)} queries. Give one for each."
            )


def common_words(
    texts: Mapping[str, str], *, fewest: int = 10, share: float = 0.5, most: int = 200
) -> dict[str, frozenset[str]]:
    """Give the commonest words of texts and the ids of those that have them.

    Args:
        texts: id -> text.
        fewest: texts that a word must be in.
        share: of all texts that a word may be in; "the" is no query.
        most: words given.

    Returns:
        word -> ids, the commonest word first. Of Chinese, pairs of neighbouring characters.
    """
    having: dict[str, set[str]] = defaultdict(set)
    for node, text in texts.items():
        for word in _words(text):
            having[word].add(node)
    kept = [(word, ids) for word, ids in having.items() if fewest <= len(ids) <= share * len(texts)]
    kept.sort(key=lambda entry: (-len(entry[1]), entry[0]))
    return {word: frozenset(ids) for word, ids in kept[:most]}


def _words(text: str) -> set[str]:
    found: set[str] = set()
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
        for part in _HAN.findall(run):
            found |= {part[place : place + 2] for place in range(len(part) - 1)}
        found |= {part for part in _HAN.split(run) if len(part) > 1}
    return found
